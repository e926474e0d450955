"""What is sold: Product is what a page shows, Variant is what goes into a cart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog import prior_prices
from catalog.models.category import Category
from catalog.models.index import UnmergedChange
from catalog.models.review import STARS_MAX, Rating, Review
from catalog.models.specs import ProductType, SpecChoice
from devicehub.lib.db import TimeStamped
from devicehub.lib.money import Money, shop_money


class Brand(models.Model):
    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("address"), max_length=140, unique=True)
    description = models.TextField(_("description"), blank=True)
    logo = models.ImageField(
        _("logo"), upload_to="brands/", blank=True, width_field="logo_width", height_field="logo_height"
    )
    logo_width = models.PositiveIntegerField(editable=False, null=True)
    logo_height = models.PositiveIntegerField(editable=False, null=True)
    website = models.URLField(_("website"), blank=True, help_text=_("The maker's own, beginning with https://"))

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:brand", args=[self.slug])


class ProductQuerySet(models.QuerySet["Product"]):
    def visible(self, at: datetime | None = None) -> ProductQuerySet:
        """Published, inside its publication window, and with a variant that has a price."""
        now = at or timezone.now()
        return self.filter(
            Q(published_until=None) | Q(published_until__gt=now),
            is_published=True,
            published_from__lte=now,
            price_from__isnull=False,
        )

    def refresh_listing(self) -> list[int]:
        """Bring `price_from` and `is_available` in line with variants and stock; call it where those change.

        The products are noted as changed, so that listings look at their own rows until the index has them; returns
        their ids.
        """
        on_sale = Variant.objects.on_sale().filter(product=OuterRef("pk"))
        ids = list(self.order_by().values_list("pk", flat=True))
        UnmergedChange.record(ids)
        self.update(
            price_from=Subquery(on_sale.order_by("price").values("price")[:1]),
            is_available=Exists(on_sale.filter(stock_levels__on_hand__gt=F("stock_levels__reserved"))),
        )
        return ids

    def refresh_ratings(self) -> None:
        """Bring `rating_sum` and `review_count` in line with the published reviews.

        The rows are held first: of two who publish at once the second counts what the first has published.
        """
        rated = self.filter(Q(review_count__gt=0) | Exists(Review.objects.published().filter(product=OuterRef("pk"))))
        ids = list(rated.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
        of_product = Review.objects.published().filter(product=OuterRef("pk")).order_by().values("product")
        Product.objects.filter(pk__in=ids).update(
            rating_sum=Coalesce(Subquery(of_product.annotate(figure=Sum("stars")).values("figure")), 0),
            review_count=Coalesce(Subquery(of_product.annotate(figure=Count("pk")).values("figure")), 0),
        )

    def in_category(self, category: Category) -> ProductQuerySet:
        return self.filter(category__path__startswith=category.path)


class Product(TimeStamped):
    """A model of device. Its variants differ in what the buyer chooses.

    `price_from` and `is_available` repeat what the variants and their stock say, so that lists can sort and
    filter on one row; `refresh_listing` keeps them true in the transaction that changes the source. So do
    `rating_sum` and `review_count` with the published reviews, by `refresh_ratings`.
    """

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address"), max_length=220, unique=True)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="products", verbose_name=_("brand"))
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="products", verbose_name=_("category")
    )
    product_type = models.ForeignKey(
        ProductType, on_delete=models.PROTECT, related_name="products", verbose_name=_("type")
    )
    mpn = models.CharField(_("manufacturer's part number"), max_length=80, blank=True, db_index=True)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    box_contents = models.TextField(_("in the box"), blank=True, help_text=_("One thing a line."))
    warranty_months = models.PositiveSmallIntegerField(_("warranty, months"), default=24)
    is_serial_tracked = models.BooleanField(
        _("serial numbers"), default=False, help_text=_("Each unit's serial number or IMEI is recorded when packed.")
    )
    is_featured = models.BooleanField(_("on the home page"), default=False)
    is_published = models.BooleanField(_("published"), default=False)
    published_from = models.DateTimeField(_("published from"), default=timezone.now)
    published_until = models.DateTimeField(_("published until"), null=True, blank=True)
    price_from = models.DecimalField(max_digits=12, decimal_places=2, null=True, editable=False)
    is_available = models.BooleanField(default=False, editable=False)
    rating_sum = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    review_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["category", "is_published", "price_from"], name="product_listing_price"),
            models.Index(fields=["published_from", "id"], name="product_newest_first", condition=Q(is_published=True)),
            models.Index(
                fields=["category", "published_from", "id"],
                name="product_newest_in_place",
                condition=Q(is_published=True),
            ),
            models.Index(fields=["published_from"], name="product_featured", condition=Q(is_featured=True)),
            models.Index(
                fields=["published_until"], name="product_ends", condition=models.Q(published_until__isnull=False)
            ),
            models.Index(fields=["product_type", "is_published", "is_available", "price_from"], name="product_near"),
            models.Index(fields=["category", "product_type"], name="product_types_in_category"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_until=None) | Q(published_until__gt=F("published_from")),
                name="product_window_forwards",
                violation_error_message=_("The end of publication lies before its start."),
            ),
            models.CheckConstraint(
                condition=Q(rating_sum__gte=F("review_count"), rating_sum__lte=STARS_MAX * F("review_count")),
                name="product_rating_of_1_to_5",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:product", args=[self.slug])

    def get_fits_url(self) -> str:
        """The page of what fits it or what it fits; there is one for types that a fitting rule names."""
        return reverse("catalog:fits", args=[self.slug])

    @property
    def rating(self) -> Rating | None:
        return Rating(self.rating_sum, self.review_count) if self.review_count else None

    def is_visible(self, at: datetime | None = None) -> bool:
        """The rule of `ProductQuerySet.visible` for a row already at hand."""
        now = at or timezone.now()
        ended = self.published_until is not None and self.published_until <= now
        return self.is_published and self.published_from <= now and not ended and self.price_from is not None


class VariantQuerySet(models.QuerySet["Variant"]):
    def on_sale(self) -> VariantQuerySet:
        return self.filter(is_active=True)

    def refresh_was_prices(self) -> None:
        """Bring `was_price` and `reduced_at` in line with the history and the clock. One query, another where a price
        has ever changed, and what differs.

        For what moves without a new price: a reduction that has lasted too long, a product's first day on sale.
        """
        now = timezone.now()
        changed = Exists(PriceChange.objects.filter(variant=OuterRef("pk"), old_price__isnull=False))
        concerned = self.filter(Q(reduced_at__isnull=False) | changed)
        variants = concerned.select_related("product").only("was_price", "reduced_at", "product__published_from")
        if not variants:
            return
        changes = PriceChange.objects.filter(variant__in=concerned).order_by("variant_id", "created_at", "pk")
        histories: dict[int, list[prior_prices.Step]] = defaultdict(list)
        for variant_id, moment, price in changes.values_list("variant_id", "created_at", "new_price"):
            histories[variant_id].append((moment, price))
        for variant in variants:
            before = (variant.was_price, variant.reduced_at)
            variant.tell_reduction(histories[variant.pk], now)
            if before != (variant.was_price, variant.reduced_at):
                Variant.objects.filter(pk=variant.pk).update(was_price=variant.was_price, reduced_at=variant.reduced_at)


class Variant(TimeStamped):
    """The sellable unit: it has the SKU, the price and the stock.

    What the buyer chose it by (colour, storage) are its rows in `spec_values`; `label` is their text,
    "Black, 256 GB", written by `catalog.specs` whenever they change. Saving leaves a PriceChange row when the
    price is new; `update()` would not, so prices change through `save` or `catalog.prices`.

    `was_price` and `reduced_at` are what `catalog.prior_prices` makes of these rows: nobody types them, and a value
    put there by hand is not saved.
    """

    class Condition(models.TextChoices):
        NEW = "new", _("New")
        OPEN_BOX = "open-box", _("Open box")  # returned unused, complete, tested
        REFURBISHED = "refurbished", _("Refurbished")  # used, tested and renewed
        USED = "used", _("Used")  # sold as it is

    class TaxClass(models.TextChoices):
        STANDARD = "standard", _("standard")
        REDUCED = "reduced", _("reduced")
        ZERO = "zero", _("zero")

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField(_("SKU"), max_length=64, unique=True)
    gtin = models.CharField(_("GTIN"), max_length=14, blank=True, db_index=True, help_text=_("EAN, UPC or ISBN."))
    label = models.CharField(_("options"), max_length=200, blank=True, editable=False)
    condition = models.CharField(_("condition"), max_length=12, choices=Condition, default=Condition.NEW)
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2)
    was_price = models.DecimalField(
        _("price before"), max_digits=12, decimal_places=2, null=True, blank=True, editable=False
    )
    reduced_at = models.DateTimeField(_("reduced since"), null=True, blank=True, editable=False)
    tax_class = models.CharField(_("tax class"), max_length=12, choices=TaxClass, default=TaxClass.STANDARD)
    weight_g = models.PositiveIntegerField(_("weight, g"), null=True, blank=True)
    position = models.PositiveIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("on sale"), default=True)

    objects = VariantQuerySet.as_manager()

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering = ["product", "position", "pk"]
        indexes = [
            models.Index(fields=["product", "is_active", "price"], name="variant_price_from"),
            models.Index(fields=["reduced_at"], condition=Q(reduced_at__isnull=False), name="variant_reduced"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(price__gt=0),
                name="variant_price_positive",
                violation_error_message=_("The price must be above zero."),
            ),
            models.CheckConstraint(
                condition=Q(was_price=None) | Q(was_price__gt=F("price")),
                name="variant_was_price_higher",
            ),
            models.CheckConstraint(
                condition=Q(was_price=None, reduced_at=None) | Q(was_price__isnull=False, reduced_at__isnull=False),
                name="variant_reduction_whole",
            ),
            models.CheckConstraint(condition=~Q(sku=""), name="variant_sku_given"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.label}".strip()

    def get_absolute_url(self) -> str:
        return f"{self.product.get_absolute_url()}?variant={self.sku}"

    def save(
        self,
        *args: Any,
        actor: User | None = None,
        cause: str = "saved",
        at: datetime | None = None,
        update_fields: Iterable[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """`at` is when the price came into force, for histories told afterwards; never before the last change."""
        with transaction.atomic():
            row = Variant.objects.select_for_update().filter(pk=self.pk).order_by("pk").first()
            before = row.price if row else None
            self.was_price, self.reduced_at = (row.was_price, row.reduced_at) if row else (None, None)
            if before is not None and before != self.price:
                moment = at or timezone.now()
                history = list(self.price_changes.order_by("created_at", "pk").values_list("created_at", "new_price"))
                self.tell_reduction([*history, (moment, self.price)], timezone.now())
            if update_fields is not None:
                update_fields = {*update_fields, "was_price", "reduced_at"}
            super().save(*args, update_fields=update_fields, **kwargs)
            if before != self.price:
                PriceChange.record(self, before, actor=actor, cause=cause, at=at)
            Product.objects.filter(pk=self.product_id).refresh_listing()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            Product.objects.filter(pk=self.product_id).refresh_listing()
        return deleted

    def tell_reduction(self, history: Iterable[prior_prices.Step], at: datetime) -> None:
        """Set `was_price` and `reduced_at` to what the history says at a moment."""
        longest = timedelta(days=settings.SHOP_REDUCTION_DAYS)
        found = prior_prices.reduction(history, at=at, longest=longest, since=self.product.published_from)
        self.was_price, self.reduced_at = (found.prior, found.began) if found else (None, None)

    @property
    def money(self) -> Money:
        return shop_money(self.price)

    @property
    def was_money(self) -> Money | None:
        return None if self.was_price is None else shop_money(self.was_price)


class PriceChange(models.Model):
    """One row for every price a variant ever had, the first included (`old_price` is empty there). Never edited."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="price_changes")
    old_price = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    new_price = models.DecimalField(max_digits=12, decimal_places=2)
    cause = models.CharField(max_length=60)
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("price change")
        verbose_name_plural = _("price changes")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.old_price} → {self.new_price}"

    @classmethod
    def record(
        cls, variant: Variant, before: Decimal | None, *, actor: User | None, cause: str, at: datetime | None = None
    ) -> PriceChange:
        return cls.objects.create(
            variant=variant,
            old_price=before,
            new_price=variant.price,
            actor=actor,
            cause=cause,
            created_at=at or timezone.now(),
        )


class Image(models.Model):
    """A picture of a product, re-encoded at upload; `widths` lists the smaller copies made in the background.

    With a `choice`, such as a colour, it shows the variants that have it; without one it shows them all.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    choice = models.ForeignKey(
        SpecChoice, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("only for")
    )
    file = models.ImageField(
        _("picture"), upload_to="products/", max_length=200, width_field="width", height_field="height"
    )
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    widths = models.JSONField(default=list, editable=False)
    alt = models.CharField(_("description for those who cannot see it"), max_length=200, blank=True)
    source = models.CharField(max_length=1000, blank=True, editable=False)  # where an import found it
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.alt or str(self.file)


class OldSlug(models.Model):
    """An address that a product, category or brand had before; it redirects to the present one."""

    class Kind(models.TextChoices):
        PRODUCT = "product", _("product")
        CATEGORY = "category", _("category")
        BRAND = "brand", _("brand")

    kind = models.CharField(max_length=10, choices=Kind)
    slug = models.SlugField(max_length=220)
    target_id = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="old_slug_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.slug}"
