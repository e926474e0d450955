"""Products with their variants, pictures and specs on one page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from stdnum import ean
from stdnum.exceptions import ValidationError as WrongNumber

from catalog import exporting, images, specs
from catalog.admin.base import KeepsWhatIsUsed, RecordedAdmin
from catalog.admin.export import csv_response
from catalog.admin.filters import AvailabilityFilter, CategoryFilter, ConditionFilter
from catalog.admin.pictures import PictureField
from catalog.admin.pricing import PriceChangeAction
from catalog.admin.spec_form import FieldSets, SpecsForm, fields_for, fieldsets_for, with_specs
from catalog.exceptions import SpecError
from catalog.models import Image, PriceChange, Product, SpecChoice, SpecField, SpecValue, StockLevel, Variant
from catalog.publishing import product_changed
from devicehub.lib.money import shop_money

PRODUCT = SpecField.Scope.PRODUCT
VARIANT = SpecField.Scope.VARIANT
GOES_ALONG = {str(model._meta.verbose_name) for model in (PriceChange, Variant, Image, SpecValue)}
KEPT = _("{variant} has stock or a history of it and stays in the books. Take it off sale instead: untick “on sale”.")


class ProductForm(SpecsForm):
    def clean_product_type(self) -> Any:
        """Values belong to the fields of the type; another type would leave them without meaning."""
        chosen = self.cleaned_data["product_type"]
        is_other = "product_type" in self.changed_data and self.instance.pk
        if is_other and SpecValue.objects.filter(product=self.instance.pk).exists():
            raise ValidationError(_("This product has specs of its present type. Empty them and save first."))
        return chosen


class VariantForm(SpecsForm):
    def clean_gtin(self) -> str:
        gtin = ean.compact(self.cleaned_data["gtin"])
        try:
            return ean.validate(gtin) if gtin else ""
        except WrongNumber as error:
            raise ValidationError(
                _("This is no GTIN: it has 8, 12, 13 or 14 digits and its last one checks.")
            ) from error

    def clean_price(self) -> Any:
        if self.cleaned_data["price"] <= 0:
            raise ValidationError(_("The price must be above zero."))
        return self.cleaned_data["price"]


class VariantFormSet(BaseInlineFormSet):
    """Saves with the person who did it, so that new prices say whose they are."""

    actor: Any = None

    def save_new(self, form: Any, commit: bool = True) -> Variant:
        return self._save(form, super().save_new(form, commit=False))

    def save_existing(self, form: Any, obj: Variant, commit: bool = True) -> Variant:
        return self._save(form, super().save_existing(form, obj, commit=False))

    def _save(self, form: Any, variant: Variant) -> Variant:
        variant.save(actor=self.actor, cause="back office")
        form.save_specs(variant.product, variant)
        specs.refresh_label(variant)
        return variant


class VariantInline(admin.TabularInline):
    model = Variant
    form = VariantForm
    formset = VariantFormSet
    extra = 0
    verbose_name_plural = _("variants")
    ordering = ("position", "pk")
    facts = ("sku", "gtin", "condition")
    trade = ("price", "was_price", "tax_class", "weight_g", "position", "is_active")
    readonly_fields = ("was_price", "units")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        units = Sum("stock_levels__on_hand") - Sum("stock_levels__reserved")
        values = ("spec_values__field", "spec_values__choice")
        return super().get_queryset(request).prefetch_related(*values).annotate(available_units=Coalesce(units, 0))

    def get_fields(self, request: HttpRequest, obj: Product | None = None) -> list[str]:
        if not self.has_change_permission(request, obj):
            return [*self.facts, "label", *self.trade, "units"]
        options = flatten_fieldsets(fieldsets_for(fields_for(request, obj, VARIANT)))
        return [*self.facts, *options, *self.trade, "units"]

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> Any:
        return self.readonly_fields if self.has_change_permission(request, obj) else ("label", *self.readonly_fields)

    def get_formset(self, request: HttpRequest, obj: Product | None = None, **kwargs: Any) -> Any:
        form = with_specs(self.form, fields_for(request, obj, VARIANT))
        formset = super().get_formset(request, obj, **{"form": form, **kwargs})
        kept = {"hand_clean_DELETE": refuse_used_variant}
        return type(formset)(formset.__name__, (formset,), {"form": type(form)("VariantForm", (formset.form,), kept)})

    @admin.display(description=_("available"))
    def units(self, variant: Any) -> Any:
        return getattr(variant, "available_units", "")


def refuse_used_variant(form: Any) -> None:
    """In the place of Django's own check, whose words a shopkeeper could not use. Shown above the rows."""
    if not form.cleaned_data.get("DELETE") or form.instance._state.adding:
        return
    if StockLevel.objects.filter(variant=form.instance).exists():
        raise ValidationError(KEPT.format(variant=form.instance))


class PictureForm(forms.ModelForm):
    file = PictureField(label=_("Picture"))

    def save(self, commit: bool = True) -> Image:
        """A new picture in an old row: its widths are to be made, the old files go once that is committed."""
        if "file" in self.changed_data and self.instance.pk:
            self.instance.widths = []
            before = self.initial["file"].name
            transaction.on_commit(lambda: images.remove_files(before))
        return super().save(commit)


class PictureInline(admin.TabularInline):
    model = Image
    form = PictureForm
    fields = ("preview", "file", "alt", "choice", "position")
    readonly_fields = ("preview",)
    extra = 0

    def get_formset(self, request: HttpRequest, obj: Product | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        field = formset.form.base_fields.get("choice")
        if field is not None:
            own = {} if obj is None else {"field__product_type": obj.product_type_id, "field__scope": VARIANT}
            choices = SpecChoice.objects.filter(**own) if own else SpecChoice.objects.none()
            field.queryset = choices
            # Read once: left to itself the field asks again for each picture.
            field.choices = [("", _("all variants")), *((choice.pk, choice.label) for choice in choices)]
        return formset

    @admin.display(description="")
    def preview(self, image: Image) -> SafeString | str:
        if not image.pk:
            return ""
        shown = images.srcset(image)
        html = '<img class="picture-preview" src="{}" width="{}" height="{}" alt="">'
        return format_html(html, shown.src, shown.width, shown.height)


@admin.register(Product)
class ProductAdmin(PriceChangeAction, KeepsWhatIsUsed, RecordedAdmin):
    form = ProductForm
    inlines = (VariantInline, PictureInline)
    list_display = ("name", "brand", "category", "price", "variants_", "stock", "is_published")
    list_filter = (
        "is_published",
        AvailabilityFilter,
        CategoryFilter,
        ("brand", admin.RelatedOnlyFieldListFilter),
        "product_type",
        ConditionFilter,
        "is_featured",
    )
    list_select_related = ("brand", "category", "product_type")
    list_per_page = 50
    search_fields = ("name", "mpn", "brand__name", "variants__sku", "variants__gtin")
    autocomplete_fields = ("brand", "category", "product_type")
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("sheet",)
    ordering = ("name", "pk")
    actions = ("publish", "unpublish", "change_prices", "export")
    save_on_top = True
    show_full_result_count = False
    in_use = _("Not deleted: its variants have stock or a history of it. Unpublish it instead.")
    sections: FieldSets = [
        (None, {"fields": ["name", "slug", ("brand", "category"), ("product_type", "mpn"), "summary", "description"]}),
        (
            _("Publication"),
            {"fields": [("is_published", "is_featured"), ("published_from", "published_until")]},
        ),
        (_("Terms"), {"fields": ["box_contents", ("warranty_months", "is_serial_tracked")]}),
    ]

    class Media:
        css = {"all": ("css/admin/catalog.css",)}

    # Page --------------------------------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Product | None = None) -> Any:
        if obj is None:
            return self.sections
        if not self.has_change_permission(request, obj):
            return [*self.sections, (_("Specs"), {"fields": ["sheet"]})]
        return [*self.sections, *fieldsets_for(fields_for(request, obj, PRODUCT))]

    def get_form(
        self, request: HttpRequest, obj: Product | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        kwargs["form"] = with_specs(self.form, fields_for(request, obj, PRODUCT))
        return super().get_form(request, obj, change, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool) -> None:
        """Values first, then variants and pictures, then what repeats them: listing facts and search index."""
        form.save_specs(form.instance)
        formsets = list(formsets)
        for formset in formsets:
            formset.actor = request.user
        super().save_related(request, form, formsets, change)
        product_changed([form.instance.pk])

    def response_add(self, request: HttpRequest, obj: Product, post_url_continue: str | None = None) -> Any:
        """The specs of a type can only be asked once the type is known: go on to the page that asks them."""
        request.POST = request.POST.copy()
        request.POST.setdefault("_continue", "1")
        return super().response_add(request, obj, post_url_continue)

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """Forms have read all values; what is refused now is a field that a colleague has changed meanwhile."""
        try:
            return super().changeform_view(request, object_id, *args, **kwargs)
        except SpecError as refusal:
            self.message_user(request, _("Not saved. {reason}").format(reason=refusal), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    @admin.display(description=_("data sheet"))
    def sheet(self, product: Product) -> str:
        return render_to_string("admin/catalog/_data_sheet.html", {"groups": specs.data_sheet(product)})

    # List --------------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        return super().get_queryset(request).annotate(variant_count=counted(), available_units=in_stock())

    @admin.display(description=_("price from"), ordering="price_from")
    def price(self, product: Product) -> str:
        return "" if product.price_from is None else str(shop_money(product.price_from))

    @admin.display(description=_("variants"), ordering="variant_count")
    def variants_(self, product: Any) -> int:
        return product.variant_count

    @admin.display(description=_("available"), ordering="available_units")
    def stock(self, product: Any) -> SafeString:
        return format_html(
            '<span class="stock-{}">{}</span>', "in" if product.is_available else "out", product.available_units
        )

    # Actions -----------------------------------------------------------------------------------------------------

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        changed = self._set_published(request, queryset, True)
        words = ngettext("%(n)d product published.", "%(n)d products published.", changed)
        self.message_user(request, words % {"n": changed}, messages.SUCCESS)
        if bare := queryset.filter(price_from=None).count():
            words = ngettext(
                "%(n)d of the chosen products has no variant on sale and stays unseen until it has one.",
                "%(n)d of the chosen products have no variant on sale and stay unseen until they have one.",
                bare,
            )
            self.message_user(request, words % {"n": bare}, messages.WARNING)

    @admin.action(description=_("Unpublish"), permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        changed = self._set_published(request, queryset, False)
        words = ngettext("%(n)d product unpublished.", "%(n)d products unpublished.", changed)
        self.message_user(request, words % {"n": changed}, messages.SUCCESS)

    @transaction.atomic
    def _set_published(self, request: HttpRequest, queryset: QuerySet[Product], published: bool) -> int:
        turned = list(Product.objects.filter(pk__in=queryset.values("pk"), is_published=not published))
        for product in turned:
            product.is_published = published
            product.save(update_fields=["is_published", "updated_at"])
            self.log_field_change(request, product, _("published"), not published, published)
        product_changed(product.pk for product in turned)
        return len(turned)

    @admin.action(description=_("Download as CSV"), permissions=["view"])
    def export(self, request: HttpRequest, queryset: QuerySet[Product]) -> StreamingHttpResponse:
        return csv_response("products", exporting.COLUMNS, exporting.rows(queryset))

    # Deleting ----------------------------------------------------------------------------------------------------

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A product that never had stock may go, with its variants, pictures, values and first prices."""
        listed, counts, missing, protected = super().get_deleted_objects(objs, request)
        if protected:
            return listed, counts, set(), [self.in_use]
        return listed, counts, missing - GOES_ALONG, []

    def delete_model(self, request: HttpRequest, obj: Product) -> None:
        pk = obj.pk
        super().delete_model(request, obj)
        product_changed([pk])

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        pks = list(queryset.values_list("pk", flat=True))
        super().delete_queryset(request, Product.objects.filter(pk__in=pks))
        product_changed(pks)


def counted() -> Coalesce:
    rows = Variant.objects.filter(product=OuterRef("pk")).order_by().values("product")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField())


def in_stock() -> Coalesce:
    rows = StockLevel.objects.filter(variant__product=OuterRef("pk"), variant__is_active=True)
    units = rows.order_by().values("variant__product").annotate(n=Sum("on_hand") - Sum("reserved"))
    return Coalesce(Subquery(units.values("n")), 0, output_field=IntegerField())
