"""Stock: levels to look at, a form that moves them, and the ledger. No figure is ever typed over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog import inventory
from catalog.admin.base import ReadOnlyAdmin, RecordedAdmin
from catalog.admin.filters import DueFilter, StockFilter
from catalog.exceptions import InsufficientStock, StillPromised
from catalog.models import StockLevel, StockMovement, Variant

MOVED_BY_STAFF = (StockMovement.Kind.RECEIPT, StockMovement.Kind.ADJUSTMENT)
UNITS_MAX = 1_000_000
SHOWN_MOVEMENTS = 20
PROMISE = ("promise", "promise_limit", "expected_at")


class Act(models.TextChoices):
    """What was done with the goods."""

    RECEIVE = "receive", _("Receive: so many came in")
    CORRECT = "correct", _("Correct: so many more, or fewer with a minus")
    COUNT = "count", _("Count: so many are there")


class MovedMeanwhile(Exception):
    """Another movement came between showing the form and sending it."""


class MovementForm(forms.ModelForm):
    """One movement. `last_seen` tells whether somebody else, or the same press twice, moved stock meanwhile."""

    low_at = forms.IntegerField(
        label=_("Low at"),
        min_value=0,
        max_value=UNITS_MAX,
        initial=StockLevel._meta.get_field("low_at").default,
        help_text=_("Listed as low at this figure or below."),
    )
    act = forms.ChoiceField(
        label=_("What happened"), choices=[("", _("nothing, only look")), *Act.choices], required=False
    )
    quantity = forms.IntegerField(label=_("Units"), required=False, min_value=-UNITS_MAX, max_value=UNITS_MAX)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200, help_text=_("Stands in the ledger."))
    last_seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    promise_limit = forms.IntegerField(
        label=_("At most"),
        required=False,
        min_value=0,
        max_value=UNITS_MAX,
        help_text=StockLevel._meta.get_field("promise_limit").help_text,
    )

    class Meta:
        model = StockLevel
        fields = ("variant", "low_at", *PROMISE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["last_seen"].initial = last_movement(self.instance)
        else:
            self.fields["act"].choices = [("", _("nothing yet")), (Act.RECEIVE.value, Act.RECEIVE.label)]
            self.fields["act"].initial = Act.RECEIVE

    def clean_variant(self) -> Variant:
        variant = self.cleaned_data["variant"]
        level = StockLevel.objects.filter(variant=variant).first()
        if level:
            url = reverse("admin:catalog_stocklevel_change", args=[level.pk])
            raise forms.ValidationError(
                format_html(str(_('This variant has a stock level already: <a href="{}">move it there</a>.')), url)
            )
        return variant

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._clean_promise(data)
        act, quantity = data.get("act"), data.get("quantity")
        if not (act or self.instance.pk or data.get("promise")):
            self.add_error("act", _("Receive units, or say that it is sold before it is there."))
        if not act or "quantity" in self.errors:
            return data
        if quantity is None:
            self.add_error("quantity", _("How many?"))
        elif problem := self._problem(act, quantity):
            self.add_error("quantity", problem)
        if act == Act.CORRECT and not data.get("reason"):
            self.add_error("reason", _("A correction needs its reason."))
        return data

    def _clean_promise(self, data: dict[str, Any]) -> None:
        """Without a promise there is no limit and no day; with one there are both, and none that is broken already."""
        data["promise_limit"] = (data.get("promise_limit") or 0) if data.get("promise") else 0
        data["expected_at"] = data.get("expected_at") if data.get("promise") else None
        if data.get("promise") and "promise_limit" not in self.errors and not data["promise_limit"]:
            self.add_error("promise_limit", _("How many may be promised?"))
        if data.get("promise") and "expected_at" not in self.errors:
            if data["expected_at"] is None:
                self.add_error("expected_at", _("When are they expected?"))
            elif "expected_at" in self.changed_data and data["expected_at"] < timezone.localdate():
                self.add_error("expected_at", _("This day is over."))
        if "promise_limit" not in self.errors and data["promise_limit"] < self.instance.owed:
            self.add_error("promise_limit", str(StillPromised(self.instance.owed)))

    def _problem(self, act: str, quantity: int) -> Any:
        if act == Act.RECEIVE and quantity < 1:
            return _("At least one unit comes in.")
        if act == Act.CORRECT and quantity == 0:
            return _("A correction of nothing changes nothing.")
        if act == Act.COUNT and quantity < 0:
            return _("There cannot be fewer than none.")
        return None

    @property
    def is_stale(self) -> bool:
        seen = self.cleaned_data.get("last_seen") or 0
        return bool(self.cleaned_data.get("act")) and seen != last_movement(self.instance)


def last_movement(level: StockLevel) -> int:
    """The last movement made by hand; sales going on meanwhile disturb nobody."""
    made = StockMovement.objects.filter(level=level, kind__in=MOVED_BY_STAFF)
    return made.order_by("-pk").values_list("pk", flat=True).first() or 0


@admin.register(StockLevel)
class StockLevelAdmin(RecordedAdmin):
    form = MovementForm
    list_display = ("sku", "device", "on_hand", "reserved", "available", "low_at", "promised")
    list_filter = (StockFilter, DueFilter, "promise", "place")
    search_fields = ("variant__sku", "variant__gtin", "variant__product__name")
    autocomplete_fields = ("variant",)
    ordering = ("variant__sku",)
    actions = None
    show_full_result_count = False

    class Media:
        css = {"all": ("css/admin/catalog.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockLevel]:
        rows = super().get_queryset(request).select_related("variant__product", "place")
        return rows.annotate(available_units=F("on_hand") - F("reserved"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The first delivery of a variant makes its level; nobody needs a right of its own for that."""
        return request.user.has_perm("catalog.change_stocklevel")

    def has_delete_permission(self, request: HttpRequest, obj: StockLevel | None = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: StockLevel | None = None) -> Any:
        promise = (_("Sold before it is there"), {"fields": list(PROMISE)})
        movement = (_("Movement"), {"fields": ["act", "quantity", "reason", "last_seen"]})
        if obj is None:
            return [(None, {"fields": ["variant", "low_at"]}), movement, promise]
        facts = (None, {"fields": ["variant", "place", "on_hand", "reserved", "available", "low_at"]})
        ledger = (_("Latest movements"), {"fields": ["movements"]})
        if self.has_change_permission(request, obj):
            return [facts, movement, promise, ledger]
        return [facts, promise, ledger]

    def get_readonly_fields(self, request: HttpRequest, obj: StockLevel | None = None) -> Any:
        facts = ("place", "on_hand", "reserved", "available", "movements")
        return facts if obj is None else ("variant", *facts)

    def save_model(self, request: HttpRequest, obj: StockLevel, form: Any, change: bool) -> None:
        """Post the movement. The row's figures are not written: they were read a while ago."""
        with transaction.atomic():
            variant = Variant.objects.select_related("product").get(pk=obj.variant_id)
            level = self._moved(request, variant, form, change)
            StockLevel.objects.filter(pk=level.pk).update(low_at=form.cleaned_data["low_at"])
            kind, limit, day = (form.cleaned_data[name] for name in PROMISE)
            inventory.promise(variant, kind, limit=limit, expected_at=day)
        obj.pk = level.pk
        obj._state.adding = False
        obj.refresh_from_db()

    def _moved(self, request: HttpRequest, variant: Variant, form: Any, change: bool) -> StockLevel:
        level = StockLevel.objects.select_for_update().get(pk=form.instance.pk) if change else None
        act, quantity, reason = (form.cleaned_data.get(name) for name in ("act", "quantity", "reason"))
        if change and form.is_stale:
            raise MovedMeanwhile
        if act == Act.RECEIVE:
            return inventory.receive(variant, quantity, note=reason, actor=request.user)
        difference = quantity - level.on_hand if act == Act.COUNT and level else quantity
        if act and difference:
            return inventory.adjust(variant, difference, note=reason or str(_("counted")), actor=request.user)
        return level or inventory.level_of(variant)

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, object_id, *args, **kwargs)
        except StillPromised as error:
            words = str(error)
        except InsufficientStock:
            words = _("Not posted: units that are reserved for orders cannot be taken off. Cancel the orders first.")
        except MovedMeanwhile:
            words = _("Not posted: stock was moved since you opened this page. Look at the ledger and try again.")
        self.message_user(request, words, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        hidden = ("act", "quantity", "reason", "last_seen", "variant")
        form.changed_data = [name for name in form.changed_data if name not in hidden]
        message = super().construct_change_message(request, form, formsets, add)
        if form.cleaned_data.get("act"):
            last = StockMovement.objects.filter(level=form.instance).first()
            message.append({"changed": {"fields": [movement_words(last)]}} if last else {})
        return [part for part in message if part]

    @admin.display(description=_("SKU"), ordering="variant__sku")
    def sku(self, level: StockLevel) -> str:
        return level.variant.sku

    @admin.display(description=_("device"), ordering="variant__product__name")
    def device(self, level: StockLevel) -> str:
        return " · ".join(filter(None, (level.variant.product.name, level.variant.label)))

    @admin.display(description=_("sold before it is there"), ordering="expected_at", empty_value="")
    def promised(self, level: StockLevel) -> str | None:
        if not level.promise:
            return None
        words = {"kind": level.get_promise_display(), "n": level.promise_limit, "day": date_format(level.expected_at)}
        return gettext("%(kind)s, at most %(n)d, expected on %(day)s") % words

    @admin.display(description=_("available"), ordering="available_units")
    def available(self, level: StockLevel) -> SafeString:
        state = "out" if level.available <= 0 else "low" if level.available <= level.low_at else "in"
        return format_html('<span class="stock-{}">{}</span>', state, level.available)

    @admin.display(description="")
    def movements(self, level: StockLevel) -> SafeString:
        latest = StockMovement.objects.filter(level=level).select_related("actor")[:SHOWN_MOVEMENTS]
        return render_to_string("admin/catalog/_movements.html", {"movements": latest})


def movement_words(movement: StockMovement) -> str:
    before = movement.on_hand_after - movement.on_hand_change
    return f"{movement.get_kind_display()}: {before} → {movement.on_hand_after}"


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "sku", "product", "kind", "on_hand", "reserved", "reference", "note", "actor")
    list_per_page = 50
    list_filter = ("kind", "created_at")
    list_select_related = ("level__variant__product", "actor")
    search_fields = ("reference", "level__variant__sku", "level__variant__product__name", "note")
    show_full_result_count = False

    class Media:
        css = {"all": ("css/admin/catalog.css",)}

    @admin.display(description=_("SKU"))
    def sku(self, movement: StockMovement) -> str:
        return movement.level.variant.sku

    @admin.display(description=_("product"))
    def product(self, movement: StockMovement) -> str:
        return movement.level.variant.product.name

    @admin.display(description=_("on hand"))
    def on_hand(self, movement: StockMovement) -> str:
        return f"{movement.on_hand_change:+d} → {movement.on_hand_after}"

    @admin.display(description=_("reserved"))
    def reserved(self, movement: StockMovement) -> str:
        return f"{movement.reserved_change:+d} → {movement.reserved_after}"
