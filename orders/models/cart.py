"""The cart, which also carries the checkout: each step fills columns of this row."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AddressFields, User
from catalog.models import Variant
from devicehub.lib.db import TimeStamped
from orders.models.shipping import ShippingMethod

if TYPE_CHECKING:
    from orders.models.order import Order

MAX_LINE_QUANTITY = 99


class Source(models.TextChoices):
    """Where an order comes from."""

    WEB = "web", _("shop")  # the buyer filled the cart
    PHONE = "phone", _("phone")  # staff fill it for a buyer
    COUNTER = "counter", _("counter")  # staff fill it, and the buyer stands before them


class CartAddress(AddressFields):
    """An address typed into a checkout; the order takes a copy."""

    class Meta:
        verbose_name = _("cart address")
        verbose_name_plural = _("cart addresses")


class CartQuerySet(models.QuerySet["Cart"]):
    def open(self) -> CartQuerySet:
        return self.filter(status=Cart.Status.OPEN)

    def shopping(self) -> CartQuerySet:
        """Open carts that visitors of the shop fill."""
        return self.open().filter(source=Source.WEB)

    def by_staff(self) -> CartQuerySet:
        """Open carts that staff fill for a buyer; the shop never shows them."""
        return self.open().exclude(source=Source.WEB)


class Cart(TimeStamped):
    """A member's cart belongs to the user, a guest's to whoever's session holds its id.

    `invoice_address` is empty while the invoice goes where the parcel goes.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("open")  # being filled
        ORDERED = "ordered", _("ordered")  # claimed by place_order: there is an order for it
        MERGED = "merged", _("merged")  # a guest's cart whose lines went to the member's at log-in

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    source = models.CharField(max_length=8, choices=Source, default=Source.WEB)
    currency = models.CharField(max_length=3)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    delivery_address = models.OneToOneField(
        CartAddress, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    invoice_address = models.OneToOneField(
        CartAddress, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    shipping_method = models.ForeignKey(
        ShippingMethod, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    payment_provider = models.CharField(max_length=30, blank=True)
    note = models.CharField(_("note to us"), max_length=500, blank=True)

    objects = CartQuerySet.as_manager()
    order: Order

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(status="open", user__isnull=False, source="web"),
                name="cart_one_open_per_user",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CartLine(TimeStamped):
    """`seen_price` is the price the buyer saw last, so that the cart can say when it has changed."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveSmallIntegerField(
        _("quantity"), validators=[MinValueValidator(1), MaxValueValidator(MAX_LINE_QUANTITY)]
    )
    seen_price = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("cart line")
        verbose_name_plural = _("cart lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "variant"], name="cart_line_once_per_variant"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MAX_LINE_QUANTITY), name="cart_line_quantity_1_to_99"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant_id}"
