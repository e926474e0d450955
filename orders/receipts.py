"""An order's lines and sums in the shape that components/line_table.html, components/totals.html and mails show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from django.core.files.storage import default_storage
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.images import name_at
from catalog.inventory import promise_words
from catalog.models import Image, SpecValue
from devicehub.lib.money import Money
from orders.models import Adjustment, CreditEntry, Order, OrderLine, Shipment, ShipmentLine

TAX_FREE_WORDS: dict[str, str | Promise] = {
    Order.TaxTreatment.INTRA_COMMUNITY: gettext_lazy(
        "Price without tax: supply to a business in another EU country. You account for the tax (reverse charge)."
    ),
    Order.TaxTreatment.EXPORT: gettext_lazy(
        "Price without tax: export. Import duties and taxes of your country may be due when the parcel arrives."
    ),
}


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
    discounts: list[str]
    review_url: str = ""
    promise: str = ""
    promise_words: str = ""  # of units that were not there when they were ordered, until they are packed


@dataclass(frozen=True)
class ReceiptTotals:
    """`paid` is what gift cards pay of the total, and `left` what is to be paid otherwise."""

    rows: list[tuple[str, Money, str]]
    total: Money
    tax_note: str
    paid: list[tuple[str, Money]] = field(default_factory=list)

    @property
    def left(self) -> Money:
        return self.total - sum((amount for _label, amount in self.paid), Money.zero(self.total.currency))


def lines(
    order: Order,
    rows: Iterable[OrderLine],
    *,
    review_urls: Mapping[int, str] = MappingProxyType({}),
    adjustments: Iterable[Adjustment] = (),
) -> list[ReceiptLine]:
    """Without the lines that were taken out before dispatch. Discounts among `adjustments` stand beside their lines."""
    discounts = defaultdict(list)
    for one in adjustments:
        discounts[one.line_id].append(one)
    return [_line(order, row, review_urls.get(row.pk, ""), discounts[row.pk]) for row in rows if row.quantity]


def with_goods(rows: QuerySet[OrderLine]) -> QuerySet[OrderLine]:
    """Bring product and picture of each line along, and how much of it is packed, in the lines' own query."""
    own = SpecValue.objects.filter(variant=OuterRef("variant_id"), choice=OuterRef("choice"))
    fitness = Case(When(choice=None, then=Value(1)), When(Exists(own), then=Value(0)), default=Value(2))
    images = Image.objects.annotate(variant_id=F("product__variants"))
    fitting = images.filter(variant_id=OuterRef("variant")).order_by(fitness, "position", "pk")
    parcels = ShipmentLine.objects.filter(order_line=OuterRef("pk")).exclude(shipment__status=Shipment.Status.CANCELED)
    units = parcels.order_by().values("order_line").annotate(units=Sum("quantity")).values("units")
    return rows.select_related("variant__product").annotate(
        picture=Subquery(fitting.values("file")[:1]),
        picture_widths=Subquery(fitting.values("widths")[:1]),
        packed=Coalesce(Subquery(units), 0),
    )


def totals(order: Order, adjustments: Iterable[Adjustment]) -> ReceiptTotals:
    """With what gift cards paid; one query."""
    entries = CreditEntry.objects.filter(payment__order=order, kind=CreditEntry.Kind.SPENT).select_related("account")
    paid = [(str(entry.account), order.money(-entry.amount)) for entry in entries]
    way = order.shipping_name if order.is_pickup else _("Delivery, %(method)s") % {"method": order.shipping_name}
    rows = [
        (_("Goods"), order.money(order.lines_total), "subtotal"),
        (way, order.money(order.shipping_total), "shipping"),
        *summed((adjustment.label, order.money(adjustment.amount)) for adjustment in adjustments),
    ]
    tax = order.money(order.tax_total)
    if order.prices_include_tax:
        note = _("Including %(tax)s tax") % {"tax": tax} if tax else ""
        return ReceiptTotals(rows, order.money(order.total), note, paid)
    if words := tax_free_words(order.tax_treatment):
        return ReceiptTotals(rows, order.money(order.total), words, paid)
    return ReceiptTotals([*rows, (_("Tax"), tax, "tax")], order.money(order.total), "", paid)


def tax_free_words(treatment: str) -> str:
    """Why there is no tax in a sale, for the buyer; empty where there is."""
    return str(TAX_FREE_WORDS.get(treatment, ""))


def summed(changes: Iterable[tuple[str, Money]]) -> list[tuple[str, Money, str]]:
    """Rows of adjustments, those of one label as one: a discount over many lines is one deduction to the buyer."""
    sums: dict[str, Money] = {}
    for label, amount in changes:
        sums[label] = sums[label] + amount if label in sums else amount
    return [(label, amount, "discount") for label, amount in sums.items()]


def _line(order: Order, row: OrderLine, review_url: str, discounts: Iterable[Adjustment]) -> ReceiptLine:
    words = _promise_words(order, row)
    return ReceiptLine(
        name=row.product_name,
        variant_label=row.variant_label,
        sku=row.sku,
        url=_url(row),
        image_url=_picture(row),
        unit_price=order.money(row.unit_price),
        quantity=row.quantity,
        total=order.money(row.total),
        notes=[] if row.condition == "new" else [row.get_condition_display()],
        discounts=[f"{one.label}: {order.money(one.amount)}" for one in discounts if one.amount],
        review_url=review_url,
        promise=row.promise if words else "",
        promise_words=words,
    )


def _promise_words(order: Order, row: OrderLine) -> str:
    packed = getattr(row, "packed", 0)
    if row.expected_at is None or order.status == Order.Status.CANCELED or packed >= row.quantity:
        return ""
    return promise_words(row.promise, row.expected_at)


def _picture(row: OrderLine) -> str:
    name, widths = getattr(row, "picture", None), getattr(row, "picture_widths", None)
    if not name:
        return ""
    url = default_storage.url(name)
    return name_at(url, min(widths)) if widths else url


def _url(row: OrderLine) -> str:
    """The device's page while there is one."""
    loaded = "variant" in row._state.fields_cache
    return row.variant.get_absolute_url() if loaded and row.variant and row.variant.product.is_visible() else ""
