"""Who bought a device is asked what it is like, once it has arrived."""

from __future__ import annotations

from catalog import reviews
from orders.models import Order, OrderAddress, OrderLine


def review_urls(order: Order, lines: list[OrderLine], address: OrderAddress | None) -> dict[int, str]:
    """By line of a delivered order, for devices that the shop still shows. Lines came through `receipts.with_goods`."""
    if order.fulfillment_status != Order.FulfillmentStatus.DELIVERED:
        return {}
    name = public_name(address.full_name) if address else ""
    return {
        line.pk: reviews.invitation_url(
            line.variant.product, purchase=order.number, author_name=name, user_id=order.user_id
        )
        for line in lines
        if line.quantity and line.variant and line.variant.product.is_visible()
    }


def public_name(full_name: str) -> str:
    """What of a name all may see, unless its bearer says otherwise: Gerda Maria Gast is Gerda G."""
    first, *others = full_name.split() or [""]
    return f"{first} {others[-1][0]}." if others else first
