"""Taking the demo shop out again, so that a real one can begin in its place. Delivery and taxes stay."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Model, ProtectedError, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.demo import remove_people
from catalog.demo import remove_catalog
from orders.demo.lately import CARDS_NOTE
from orders.demo.market import PREFIX
from orders.demo.promotions import NAMES
from orders.exceptions import OrderError
from orders.models import (
    Adjustment,
    Attempt,
    Cart,
    CreditAccount,
    CreditEntry,
    DeviceUnit,
    Document,
    DocumentFile,
    DocumentSeries,
    Order,
    OrderAddress,
    OrderEvent,
    OrderLine,
    Payment,
    Promotion,
    PromotionUse,
    ProviderNotice,
    Refund,
    RefundLine,
    Return,
    ReturnUnit,
    Shipment,
    ShipmentLine,
    Voucher,
)

# All that tells of orders, each before what it refers to.
SALES: tuple[type[Model], ...] = (
    *(DocumentFile, Document, DocumentSeries, ReturnUnit, Return, DeviceUnit, ShipmentLine, Shipment),
    *(RefundLine, Refund, CreditEntry, ProviderNotice, Attempt, Payment, PromotionUse),
    *(Adjustment, OrderEvent, OrderAddress, OrderLine, Order),
)


class DemoInUse(OrderError):
    """Somebody's own rows hang on the demo's."""


@transaction.atomic
def remove_demo() -> int:
    """Returns the number of devices that went. Raises DemoInUse, and then all is as before.

    Not where anybody else has ordered: invoices are numbered without a gap, and they are kept for years.
    """
    if strangers := Order.objects.exclude(_of_demo()).count():
        words = ngettext(
            "%(n)d order is not the demo's own: its invoices and devices must stay, so all of the demo does.",
            "%(n)d orders are not the demo's own: their invoices and devices must stay, so all of the demo does.",
            strangers,
        )
        raise DemoInUse(words % {"n": strangers})
    try:
        _remove_sales()
        _remove_promotions()
        removed = remove_catalog()
        remove_people()
    except ProtectedError as error:
        kept = ", ".join(sorted({str(row) for row in error.protected_objects})[:5])
        raise DemoInUse(_("The demo's devices are in use elsewhere: %(kept)s") % {"kept": kept}) from error
    return removed


def _of_demo() -> Q:
    return Q(placement_key__startswith=PREFIX) | Q(split_from__placement_key__startswith=PREFIX)


def _remove_sales() -> None:
    """Past the models, which let nobody delete what was sold: nothing of it ever was."""
    cards = list(CreditAccount.objects.filter(entries__note=CARDS_NOTE).values_list("pk", flat=True))
    for model in SALES:
        rows: QuerySet[Model] = QuerySet(model)
        if model is CreditEntry:
            rows = rows.filter(Q(account__in=cards) | Q(payment__isnull=False))
        rows._raw_delete(rows.db)
    CreditAccount.objects.filter(pk__in=cards).delete()
    Cart.objects.filter(status=Cart.Status.ORDERED).delete()


def _remove_promotions() -> None:
    promotions = Promotion.objects.filter(name__in=NAMES)
    Voucher.objects.filter(promotion__in=promotions).delete()
    promotions.delete()
