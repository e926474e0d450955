"""What was sold. An order stores results and copies; it never computes again and is never deleted."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Lower, Round
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.models import AddressFields, User
from catalog.models import Promise, Variant
from devicehub.lib.codes import order_number
from devicehub.lib.db import TimeStamped
from devicehub.lib.money import Money
from orders.models.cart import MAX_LINE_QUANTITY, Cart, Source
from orders.models.shipping import PickupPlace, ShippingMethod


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: User | None) -> OrderQuerySet:
        """A shopper's own orders; nobody's for a guest. Staff look at orders in the back office, not here."""
        return self.filter(user=user) if user is not None and user.is_authenticated else self.none()

    def awaiting_payment(self, at: datetime) -> OrderQuerySet:
        """Pending orders whose time to pay has run out at `at`. It does not run while staff hold the order."""
        return self.filter(status=Order.Status.PENDING, expires_at__lte=at, held_at=None)

    def to_pack(self) -> OrderQuerySet:
        """Confirmed orders of which something has not left yet, and that nobody holds."""
        return self.filter(
            status=Order.Status.CONFIRMED,
            fulfillment_status__in=[Order.FulfillmentStatus.UNFULFILLED, Order.FulfillmentStatus.PARTIAL],
            held_at=None,
        )

    def on_hold(self) -> OrderQuerySet:
        return self.filter(status__in=[Order.Status.PENDING, Order.Status.CONFIRMED], held_at__isnull=False)

    def of_guest(self, email: str) -> OrderQuerySet:
        """Orders without an account that were made with exactly this address, in whatever case it was typed."""
        return self.annotate(mailbox=Lower("email")).filter(user=None, mailbox=email.lower())

    def to_ship(self) -> OrderQuerySet:
        """With a parcel that is packed and has not been handed over."""
        return self.filter(shipments__status="packed").distinct()

    def with_vat_number_to_confirm(self) -> OrderQuerySet:
        """Sold without tax to a business whose number nobody has been asked about."""
        sold = self.filter(tax_treatment=Order.TaxTreatment.INTRA_COMMUNITY, vat_number_confirmed_at=None)
        return sold.exclude(status=Order.Status.CANCELED)

    def to_refund(self) -> OrderQuerySet:
        """With money promised back that has not been sent, or could not be."""
        return self.filter(payments__refunds__status__in=["pending", "failed"]).distinct()

    def paid_in_vain(self) -> OrderQuerySet:
        """Canceled, yet with money kept that nobody has promised back: it came late."""
        kept = [Order.PaymentStatus.PAID, Order.PaymentStatus.PARTIAL, Order.PaymentStatus.PARTLY_REFUNDED]
        canceled = self.filter(status=Order.Status.CANCELED, payment_status__in=kept)
        return canceled.exclude(pk__in=Order.objects.to_refund().values("pk"))

    def with_stuck_withdrawal(self) -> OrderQuerySet:
        """Whose buyer has withdrawn and nobody has carried it out: it did not work by itself."""
        settled = OrderEvent.objects.filter(order=OuterRef("order"), kind="withdrawal_settled", pk__gt=OuterRef("pk"))
        stuck = OrderEvent.objects.filter(~Exists(settled), kind="withdrawal_stuck")
        return self.exclude(status=Order.Status.CANCELED).filter(pk__in=stuck.values("order"))

    def with_withdrawn_at(self) -> OrderQuerySet:
        """Each with the moment of its last withdrawal, None where there is none, as `withdrawn_at`."""
        withdrawn = OrderEvent.objects.filter(order=OuterRef("pk"), kind="withdrawn").order_by("-pk")
        return self.annotate(withdrawn_at=Subquery(withdrawn.values("created_at")[:1]))

    def of_purchase(self, *orders: uuid.UUID) -> OrderQuerySet:
        """The orders that were placed, by key, with all that was split off from them."""
        return self.filter(Q(pk__in=orders) | Q(split_from__in=orders))

    def with_unsent_mail(self) -> OrderQuerySet:
        return self.filter(events__mail_status=OrderEvent.MailStatus.FAILED).distinct()


class Order(TimeStamped):
    """Amounts are in `currency`. With `prices_include_tax`, `tax_total` is contained in the amounts above it:

    total = Σ lines.total + shipping_total + Σ adjustments.amount  (+ tax_total when prices exclude tax)

    `payment_status` and `fulfillment_status` are derived from payments and shipments by
    `orders.lifecycle.refresh_statuses` and stored so that lists can filter.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting for payment")  # placed, stock reserved, expires at `expires_at`
        CONFIRMED = "confirmed", _("confirmed")  # paid, or to be paid on delivery: may be packed
        COMPLETED = "completed", _("completed")  # everything delivered
        CANCELED = "canceled", _("canceled")  # by buyer, staff or expiry; stock freed

    class PaymentStatus(models.TextChoices):
        UNPAID = "unpaid", _("unpaid")
        PARTIAL = "partial", _("partly paid")
        PAID = "paid", _("paid")
        PARTLY_REFUNDED = "partly-refunded", _("partly refunded")
        REFUNDED = "refunded", _("refunded")

    class FulfillmentStatus(models.TextChoices):
        UNFULFILLED = "unfulfilled", _("not shipped")
        PARTIAL = "partial", _("partly shipped")
        SHIPPED = "shipped", _("shipped")
        DELIVERED = "delivered", _("delivered")

    class TaxTreatment(models.TextChoices):
        DOMESTIC = "domestic", _("domestic sale")  # goods stay in the shop's country
        ONE_STOP_SHOP = "oss", _("EU distance sale, destination's rate")  # declared through the one-stop shop
        BELOW_THRESHOLD = "eu-home", _("EU distance sale below the threshold, home rate")
        INTRA_COMMUNITY = "intra", _("tax-free supply to a business in another EU country")
        EXPORT = "export", _("tax-free export")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True, default=order_number, editable=False)
    cart = models.OneToOneField(Cart, on_delete=models.SET_NULL, related_name="order", null=True, editable=False)
    # The order as it was placed. It never is a split-off one itself, and it counts the promotions for all of them.
    split_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="split_off", null=True, editable=False
    )
    placement_key = models.CharField(max_length=64, unique=True, editable=False)  # idempotency: one order per key
    user = models.ForeignKey(User, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    email = models.EmailField(_("e-mail address"), max_length=254, db_index=True)
    currency = models.CharField(max_length=3)
    source = models.CharField(_("ordered by"), max_length=8, choices=Source, default=Source.WEB)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    payment_status = models.CharField(_("payment"), max_length=16, choices=PaymentStatus, default=PaymentStatus.UNPAID)
    fulfillment_status = models.CharField(
        _("delivery"), max_length=12, choices=FulfillmentStatus, default=FulfillmentStatus.UNFULFILLED
    )
    placed_at = models.DateTimeField(_("placed"), default=timezone.now, db_index=True)
    expires_at = models.DateTimeField(_("to be paid until"), null=True, blank=True)
    prices_include_tax = models.BooleanField(default=True)
    tax_treatment = models.CharField(
        _("tax treatment"), max_length=10, choices=TaxTreatment, default=TaxTreatment.DOMESTIC
    )
    tax_country = CountryField(_("country of the tax"), blank=True)  # a tax-free sale's: where it goes
    # The buyer's number, whose form was checked when the order was placed. Nobody was asked whether it is registered
    # unless `vat_number_confirmed_at` says when.
    vat_number = models.CharField(_("VAT number"), max_length=30, blank=True)
    vat_number_confirmed_at = models.DateTimeField(_("VAT number confirmed"), null=True, blank=True)
    vat_number_confirmation = models.CharField(_("confirmation's number"), max_length=60, blank=True)
    lines_total = models.DecimalField(_("goods"), max_digits=12, decimal_places=2)
    shipping_total = models.DecimalField(_("delivery"), max_digits=12, decimal_places=2)
    adjustments_total = models.DecimalField(_("adjustments"), max_digits=12, decimal_places=2, default=0)
    tax_total = models.DecimalField(_("tax"), max_digits=12, decimal_places=2)
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2)
    shipping_method = models.ForeignKey(ShippingMethod, on_delete=models.SET_NULL, related_name="+", null=True)
    shipping_name = models.CharField(_("delivery method"), max_length=80)
    shipping_tax_rate = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    shipping_tax = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    pickup_place = models.ForeignKey(
        PickupPlace, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("picked up at")
    )
    # Both or none: there is no promise before the money for a transfer has come.
    promised_from = models.DateField(_("promised from"), null=True, blank=True)
    promised_until = models.DateField(_("promised until"), null=True, blank=True)
    payment_provider = models.CharField(_("payment method"), max_length=30)
    note = models.CharField(_("buyer's note"), max_length=500, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True)
    held_at = models.DateTimeField(_("on hold since"), null=True, blank=True)
    hold_reason = models.CharField(_("why on hold"), max_length=200, blank=True)  # staff read it, buyers never

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-placed_at"]
        indexes = [
            models.Index(fields=["user", "-placed_at"], name="order_by_user"),
            models.Index(fields=["status", "expires_at"], name="order_by_expiry"),
            models.Index(fields=["status", "fulfillment_status", "-placed_at"], name="order_to_pack"),
            models.Index(Lower("email"), name="order_of_guest", condition=Q(user=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(lines_total__gte=0, shipping_total__gte=0, tax_total__gte=0, total__gte=0),
                name="order_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(tax_treatment__in=["intra", "export"]) | Q(tax_total=0), name="order_tax_free_without_tax"
            ),
            models.CheckConstraint(
                condition=Q(promised_from=None, promised_until=None)
                | Q(promised_from__isnull=False, promised_until__isnull=False, promised_until__gte=F("promised_from")),
                name="order_promise_forwards",
            ),
            models.CheckConstraint(
                condition=~Q(tax_treatment="intra", vat_number=""), name="order_intra_community_has_vat_number"
            ),
        ]
        permissions = [
            ("fulfill_order", "Can pack, ship and deliver orders"),
            ("cancel_order", "Can cancel orders"),
            ("refund_order", "Can refund orders and record payments"),
            ("edit_order_lines", "Can change orders before dispatch"),
            ("confirm_vat_number", "Can record that a VAT number was confirmed"),
            ("resend_mail", "Can send an order's mails again"),
            ("create_order", "Can make orders by phone and at the counter"),
            ("note_order", "Can write notes on orders"),
            ("hold_order", "Can put orders on hold"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("orders:order", args=[self.number])

    @property
    def purchase_id(self) -> uuid.UUID:
        """Key of the order that was placed."""
        return self.split_from_id or self.pk

    @property
    def is_pickup(self) -> bool:
        return self.pickup_place_id is not None

    def money(self, amount) -> Money:
        return Money(amount, self.currency)

    def is_overdue(self, at: datetime) -> bool:
        """Whether its time to pay has run out: see `OrderQuerySet.awaiting_payment`."""
        is_waiting = self.status == Order.Status.PENDING and self.held_at is None
        return is_waiting and self.expires_at is not None and self.expires_at <= at


class OrderLine(models.Model):
    """A copy of what was bought; catalog edits never change it. `total` is quantity × unit price.

    `tax_amount` is the tax of the whole line with its adjustments: inside `total` or on top of it, as the order says.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.SET_NULL, related_name="+", null=True)
    position = models.PositiveSmallIntegerField()
    product_name = models.CharField(_("product"), max_length=200)
    variant_label = models.CharField(_("options"), max_length=200, blank=True)
    sku = models.CharField(_("SKU"), max_length=64, db_index=True)
    gtin = models.CharField(_("GTIN"), max_length=14, blank=True)
    condition = models.CharField(_("condition"), max_length=12, choices=Variant.Condition)
    is_serial_tracked = models.BooleanField(default=False)
    warranty_months = models.PositiveSmallIntegerField(_("warranty, months"), default=0, db_default=0)
    weight_g = models.PositiveIntegerField(null=True, blank=True)
    unit_price = models.DecimalField(_("unit price"), max_digits=12, decimal_places=2)
    quantity = models.PositiveSmallIntegerField(_("quantity"))
    tax_class = models.CharField(max_length=12, choices=Variant.TaxClass)
    tax_rate = models.DecimalField(_("tax, %"), max_digits=6, decimal_places=3)
    tax_amount = models.DecimalField(_("tax"), max_digits=12, decimal_places=2)
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2)
    # What the buyer was told of units that were not there when he ordered.
    promise = models.CharField(max_length=10, choices=Promise, blank=True, default="", db_default="")
    expected_at = models.DateField(_("expected on"), null=True, blank=True)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_position_once"),
            # 0 is a line taken out of the order before dispatch: the row stays as its history.
            models.CheckConstraint(
                condition=Q(quantity__gte=0, quantity__lte=MAX_LINE_QUANTITY), name="order_line_quantity_0_to_99"
            ),
            models.CheckConstraint(
                condition=Q(unit_price__gte=0, tax_amount__gte=0, total__gte=0), name="order_line_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(total=Round(F("unit_price") * F("quantity"), 2)), name="order_line_total_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(promise="", expected_at=None) | (~Q(promise="") & Q(expected_at__isnull=False)),
                name="order_line_promise_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"


class Adjustment(models.Model):
    """A signed change of the total with its reason: free delivery, a cash-on-delivery fee, a discount.

    A discount belongs to a line, one row for each promotion; its tax is in the line's own `tax_amount`.
    """

    class Kind(models.TextChoices):
        DELIVERY = "delivery", _("delivery")
        PAYMENT = "payment", _("payment")
        DISCOUNT = "discount", _("discount")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="adjustments")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="adjustments", null=True, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    label = models.CharField(_("label"), max_length=120)
    source = models.CharField(_("source"), max_length=80)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    tax_rate = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    tax_amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="discount") | Q(line__isnull=False, amount__lte=0, tax_amount=0),
                name="adjustment_discount_of_a_line",
            ),
            models.UniqueConstraint(
                fields=["line", "source"], condition=Q(kind="discount"), name="adjustment_discount_once_per_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.amount}"


class OrderAddress(AddressFields):
    """The order's own copy of where the parcel or the invoice goes."""

    class Kind(models.TextChoices):
        DELIVERY = "delivery", _("delivery")
        INVOICE = "invoice", _("invoice")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="addresses")
    kind = models.CharField(max_length=10, choices=Kind)

    class Meta:
        verbose_name = _("order address")
        verbose_name_plural = _("order addresses")
        constraints = [models.UniqueConstraint(fields=["order", "kind"], name="order_address_once_per_kind")]


class OrderEventQuerySet(models.QuerySet["OrderEvent"]):
    def mail_due(self, at: datetime) -> OrderEventQuerySet:
        """Events whose mail has not gone out and may be tried at `at`."""
        return self.filter(mail_status=OrderEvent.MailStatus.DUE, mail_due_at__lte=at)


class OrderEvent(models.Model):
    """What happened to an order: who, when, what. It is the history and, through its mail columns, the outbox.

    The mail is due from the moment the event is written, in the same transaction; `orders.emails` claims the
    row before sending, stamps it afterwards, and pushes `mail_due_at` into the future after a failure.
    """

    class MailStatus(models.TextChoices):
        NONE = "none", _("no mail")
        DUE = "due", _("to be sent")  # not yet sent, or to be tried again at mail_due_at
        SENT = "sent", _("sent")
        FAILED = "failed", _("given up")  # every attempt failed; staff can send it again

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("what"), max_length=30)
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    actor_label = models.CharField(_("who"), max_length=120)
    note = models.CharField(_("note"), max_length=300, blank=True)
    data = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    mail_status = models.CharField(_("mail"), max_length=8, choices=MailStatus, default=MailStatus.NONE)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(_("mail sent"), null=True, blank=True)
    mail_error = models.CharField(max_length=200, blank=True)

    objects = OrderEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("order event")
        verbose_name_plural = _("order events")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["mail_status", "mail_due_at"], name="order_event_mail_due"),
            models.Index(fields=["order"], condition=Q(kind="withdrawal_stuck"), name="order_event_stuck"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"
