"""An order's lines and sums in the shape that components/line_table.html, components/totals.html and mails show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from devicehub.lib.money import Money
from orders.models import Adjustment, Order, OrderLine


@dataclass(frozen=True)
class ReceiptLine:
    name: str
    variant_label: str
    sku: str
    url: str
    image_url: str
    unit_price: Money
    quantity: int
    total: Money
    notes: list[str]


@dataclass(frozen=True)
class ReceiptTotals:
    rows: list[tuple[str, Money, str]]
    total: Money
    tax_note: str


def lines(order: Order, rows: Iterable[OrderLine], pictures: Mapping[int, str] | None = None) -> list[ReceiptLine]:
    """Without the lines that were taken out before dispatch. `pictures` are addresses by variant id."""
    return [_line(order, row, (pictures or {}).get(row.variant_id or 0, "")) for row in rows if row.quantity]


def totals(order: Order, adjustments: Iterable[Adjustment]) -> ReceiptTotals:
    rows = [
        (_("Goods"), order.money(order.lines_total), "subtotal"),
        (_("Delivery, %(method)s") % {"method": order.shipping_name}, order.money(order.shipping_total), "shipping"),
        *((adjustment.label, order.money(adjustment.amount), "discount") for adjustment in adjustments),
    ]
    tax = order.money(order.tax_total)
    if order.prices_include_tax:
        note = _("%(tax)s of tax are contained.") % {"tax": tax} if tax else ""
        return ReceiptTotals(rows, order.money(order.total), note)
    return ReceiptTotals([*rows, (_("Tax"), tax, "tax")], order.money(order.total), "")


def _line(order: Order, row: OrderLine, image_url: str) -> ReceiptLine:
    return ReceiptLine(
        name=row.product_name,
        variant_label=row.variant_label,
        sku=row.sku,
        url=_url(row),
        image_url=image_url,
        unit_price=order.money(row.unit_price),
        quantity=row.quantity,
        total=order.money(row.total),
        notes=[] if row.condition == "new" else [row.get_condition_display()],
    )


def _url(row: OrderLine) -> str:
    """The device's page while there is one; callers that want it load variant and product along."""
    loaded = "variant" in row._state.fields_cache
    return row.variant.get_absolute_url() if loaded and row.variant and row.variant.product.is_visible() else ""
