"""Promotions: what they give, for which goods, to whom, how often; the codes that unlock them; and each use."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Brand, Category, Product
from devicehub.lib.db import TimeStamped
from orders.models.cart import Cart
from orders.models.order import Order

CODE_MAX = 32


class PromotionQuerySet(models.QuerySet["Promotion"]):
    def running(self, at: datetime) -> PromotionQuerySet:
        begun = Q(valid_from=None) | Q(valid_from__lte=at)
        return self.filter(begun, Q(valid_until=None) | Q(valid_until__gt=at), is_active=True)

    def unspent(self) -> PromotionQuerySet:
        return self.filter(Q(max_uses=None) | Q(uses__lt=F("max_uses")))


class Promotion(TimeStamped):
    """A deduction in the cart. Amounts are with or without tax as the catalog's prices are.

    `uses` counts the living orders it was used in; `orders.promotions` claims and gives them back.
    """

    class Kind(models.TextChoices):
        PERCENT = "percent", _("per cent off")  # percent
        AMOUNT = "amount", _("amount off")  # amount, off all goods together
        FIXED = "fixed", _("fixed price")  # amount, for each unit
        BUNDLE = "bundle", _("buy some, get some cheaper")  # buy, get, percent
        DELIVERY = "delivery", _("free delivery")  # amount: at most so much, or all of it

    name = models.CharField(
        _("name"), max_length=80, help_text=_("Buyers read it in the cart, on the order and in mails.")
    )
    kind = models.CharField(_("what it gives"), max_length=10, choices=Kind)
    percent = models.DecimalField(
        _("per cent"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(100)],
        help_text=_("For per cent off; and for what is got cheaper: 100 is free."),
    )
    amount = models.DecimalField(
        _("amount"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("For an amount off; the price of one at a fixed price; the most that free delivery may cost you."),
    )
    buy = models.PositiveSmallIntegerField(
        _("buy"), null=True, blank=True, help_text=_("So many must be bought. Buy 2, get 1 at 100 % is three for two.")
    )
    get = models.PositiveSmallIntegerField(
        _("get"), null=True, blank=True, help_text=_("So many, the cheapest that fit, are got cheaper for it.")
    )
    minimum = models.DecimalField(
        _("from goods worth"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("Goods that it is for, at their listed prices, before any discount."),
    )
    needs_code = models.BooleanField(
        _("by code only"), default=False, help_text=_("Otherwise everybody gets it who meets the conditions.")
    )
    first_order_only = models.BooleanField(
        _("first order only"),
        default=False,
        help_text=_("Of the account or e-mail address; canceled ones do not count."),
    )
    once_per_customer = models.BooleanField(
        _("once per customer"), default=False, help_text=_("By account and by e-mail address.")
    )
    max_uses = models.PositiveIntegerField(
        _("uses in all"), null=True, blank=True, help_text=_("Orders that may use it; empty is without limit.")
    )
    uses = models.PositiveIntegerField(_("used"), default=0, editable=False)
    valid_from = models.DateTimeField(_("from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("until"), null=True, blank=True)
    is_combinable = models.BooleanField(
        _("combinable"),
        default=True,
        help_text=_("Together with others. One that stands alone counts where it saves more than all others together."),
    )
    priority = models.SmallIntegerField(
        _("priority"),
        default=0,
        help_text=_("Lower numbers come first; each takes off what those before it have left."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = PromotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        ordering = ["priority", "pk"]
        # A comparison with NULL is neither true nor false, and no harm to a CHECK: so each says that there is a figure.
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["percent", "bundle"], percent__isnull=False, percent__gt=0, percent__lte=100)
                | Q(kind__in=["amount", "fixed", "delivery"], percent=None),
                name="promotion_percent_where_it_counts",
                violation_error_message=_(
                    "Per cent off, and what is got cheaper, need a per cent above 0 and up to 100; others have none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["amount", "fixed"], amount__isnull=False, amount__gt=0)
                | Q(kind="delivery", amount=None)
                | Q(kind="delivery", amount__gt=0)
                | Q(kind__in=["percent", "bundle"], amount=None),
                name="promotion_amount_where_it_counts",
                violation_error_message=_(
                    "An amount off and a fixed price need an amount above zero; free delivery may have one; others not."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind="bundle", buy__isnull=False, get__isnull=False, buy__gte=1, get__gte=1)
                | (~Q(kind="bundle") & Q(buy=None, get=None)),
                name="promotion_bundle_of_some_and_some",
                violation_error_message=_("“Buy some, get some” needs both numbers, 1 or more; others have none."),
            ),
            models.CheckConstraint(
                condition=Q(minimum=None) | Q(minimum__gt=0),
                name="promotion_minimum_above_zero",
                violation_error_message=_("Goods worth nothing are no condition: leave it empty."),
            ),
            models.CheckConstraint(
                condition=Q(max_uses=None) | Q(uses__lte=F("max_uses")),
                name="promotion_uses_within_limit",
                violation_error_message=_("It was used more often already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="promotion_window_forwards",
                violation_error_message=_("The end lies before the start."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def source(self) -> str:
        """What the adjustments of orders call it."""
        return f"promotion:{self.pk}"

    @property
    def is_sole(self) -> bool:
        """A customer has it once: that of a first order can be had in no second."""
        return self.once_per_customer or self.first_order_only


class PromotionGoods(models.Model):
    """Goods that a promotion is for, or that a bundle makes cheaper: a product, a category, a brand, or a brand in one.

    Of several rows one is enough. A promotion without rows is for everything, a row that names nothing for nothing.
    """

    class Role(models.TextChoices):
        BOUGHT = "bought", _("it is for")
        REWARD = "reward", _("cheaper, of a bundle")  # without such rows, what it is for

    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="goods")
    role = models.CharField(_("these goods"), max_length=8, choices=Role, default=Role.BOUGHT)
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("category"),
        help_text=_("With all below it."),
    )
    brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("brand")
    )
    product = models.ForeignKey(
        Product, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("or product")
    )

    class Meta:
        verbose_name = _("goods of a promotion")
        verbose_name_plural = _("goods of promotions")
        ordering = ["pk"]
        constraints = [
            # So that a row whose product was deleted is for nothing, and not for more than it was.
            models.CheckConstraint(
                condition=Q(product=None) | Q(category=None, brand=None),
                name="promotion_goods_a_product_or_a_place",
                violation_error_message=_("Choose a category, a brand or both; or a product alone."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()


class VoucherQuerySet(models.QuerySet["Voucher"]):
    def unspent(self) -> VoucherQuerySet:
        return self.filter(Q(max_uses=None) | Q(uses__lt=F("max_uses")), is_active=True)


class Voucher(TimeStamped):
    """A code that unlocks a promotion, as often as `max_uses` and the promotion itself allow."""

    promotion = models.ForeignKey(
        Promotion, on_delete=models.PROTECT, related_name="vouchers", verbose_name=_("promotion")
    )
    code = models.CharField(
        _("code"),
        max_length=CODE_MAX,
        unique=True,
        validators=[RegexValidator(r"\A[0-9A-Z]{3,32}\Z", _("3 to 32 capital letters and digits."))],
        help_text=_("Buyers may type it in small letters, with spaces and hyphens. Short words can be guessed."),
    )
    max_uses = models.PositiveIntegerField(
        _("uses"),
        null=True,
        blank=True,
        default=1,
        help_text=_("Orders that may use this code; empty is without limit."),
    )
    uses = models.PositiveIntegerField(_("used"), default=0, editable=False)
    is_active = models.BooleanField(_("active"), default=True)

    objects = VoucherQuerySet.as_manager()

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(max_uses=None) | Q(uses__lte=F("max_uses")),
                name="voucher_uses_within_limit",
                violation_error_message=_("It was used more often already."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CartVoucher(models.Model):
    """A code that a buyer has entered. Whether it counts is seen anew each time the cart is priced."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="vouchers")
    voucher = models.ForeignKey(Voucher, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("voucher in a cart")
        verbose_name_plural = _("vouchers in carts")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["cart", "voucher"], name="cart_voucher_once")]

    def __str__(self) -> str:
        return f"{self.cart_id} {self.voucher_id}"


class PromotionUse(models.Model):
    """That an order used a promotion: `released_at` says when its cancellation gave the use back.

    `is_sole`: the customer may have no other living use of it.
    """

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="+")
    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="+", null=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="promotion_uses")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, related_name="+", null=True)
    email = models.EmailField(max_length=254)  # in small letters
    is_sole = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    released_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("use of a promotion")
        verbose_name_plural = _("uses of promotions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["promotion", "order"], name="promotion_use_once_per_order"),
            models.UniqueConstraint(
                fields=["promotion", "email"],
                condition=Q(is_sole=True, released_at=None),
                name="promotion_use_once_per_address",
            ),
            models.UniqueConstraint(
                fields=["promotion", "user"],
                condition=Q(is_sole=True, released_at=None),
                name="promotion_use_once_per_account",
            ),
            models.CheckConstraint(condition=~Q(email=""), name="promotion_use_has_an_address"),
        ]

    def __str__(self) -> str:
        return f"{self.promotion_id} {self.order_id}"

    @staticmethod
    def living(**of: Any) -> models.QuerySet[PromotionUse]:
        return PromotionUse.objects.filter(released_at=None, **of)
