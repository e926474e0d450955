"""Promotions: conditions and figures, codes made by the hundred, and a cart to try them on."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import floatformat
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from catalog.admin.base import KeepsWhatIsUsed, KeySelect, RecordedAdmin
from devicehub.lib.money import shop_money
from orders import vouchers
from orders.admin.promotions.forms import GenerateForm, GoodsFormSet, PromotionForm
from orders.admin.promotions.preview import PreviewForm, preview
from orders.models import Promotion, PromotionGoods

Kind = Promotion.Kind


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("running", _("Running")), ("coming", _("To come")), ("over", _("Over or used up")), ("off", _("Off"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Promotion]) -> QuerySet[Promotion]:
        now = timezone.now()
        states = {
            "running": Q(pk__in=Promotion.objects.running(now).unspent()),
            "coming": Q(is_active=True, valid_from__gt=now),
            "over": Q(is_active=True) & (Q(valid_until__lte=now) | Q(uses__gte=F("max_uses"))),
            "off": Q(is_active=False),
        }
        return queryset.filter(states.get(self.value() or "", Q()))


class GoodsInline(admin.TabularInline):
    model = PromotionGoods
    formset = GoodsFormSet
    extra = 0
    fields = ("role", "category", "brand", "product")
    autocomplete_fields = ("category", "brand", "product")
    verbose_name = _("goods")
    verbose_name_plural = _("Goods that it is for: without any, for everything; of several rows one is enough")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("widget", KeySelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Promotion)
class PromotionAdmin(KeepsWhatIsUsed, RecordedAdmin):
    form = PromotionForm
    change_form_template = "admin/orders/promotion/change_form.html"
    list_display = ("name", "kind", "gives", "needs_code", "used", "valid_from", "valid_until", "priority", "is_active")
    list_filter = (StateFilter, "kind", "needs_code", "is_combinable")
    search_fields = ("name", "vouchers__code")
    search_help_text = _("Name or code")
    readonly_fields = ("uses",)
    inlines = (GoodsInline,)
    in_use = _("It has vouchers, or orders have used it. Switch it off instead.")
    fieldsets = (
        (None, {"fields": ("name", "is_active", "needs_code", ("valid_from", "valid_until"))}),
        (_("What it gives"), {"fields": ("kind", "percent", "amount", ("buy", "get"))}),
        (_("Conditions"), {"fields": ("minimum", "first_order_only", "once_per_customer", ("max_uses", "uses"))}),
        (_("Beside others"), {"fields": ("is_combinable", "priority")}),
    )

    def save_model(self, request: HttpRequest, obj: Promotion, form: Any, change: bool) -> None:
        """Only what was typed: orders count their uses meanwhile."""
        obj.save(update_fields=[*form.changed_data, "updated_at"] if change else None)

    @admin.display(description=_("gives"))
    def gives(self, promotion: Promotion) -> str:
        if promotion.percent:
            percent = f"−{floatformat(promotion.percent, -2)} %"
            return f"{promotion.buy} + {promotion.get}: {percent}" if promotion.kind == Kind.BUNDLE else percent
        if promotion.amount is None:
            return "–"
        return str(shop_money(promotion.amount if promotion.kind == Kind.FIXED else -promotion.amount))

    @admin.display(description=_("used"), ordering="uses")
    def used(self, promotion: Promotion) -> str:
        return str(promotion.uses) if promotion.max_uses is None else f"{promotion.uses} / {promotion.max_uses}"

    # Pages of one promotion -----------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        own = [("preview", self.preview_view), ("generate", self.generate_view)]
        pages = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"orders_promotion_{name}")
            for name, view in own
        ]
        return [*pages, *super().get_urls()]

    @method_decorator(require_GET)
    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        promotion = self._found(request, pk)
        if not self.has_view_permission(request, promotion):
            raise PermissionDenied
        form = PreviewForm(request.GET if "country" in request.GET else None, site=self.admin_site)
        found = preview(promotion, form) if form.is_bound and form.is_valid() else None
        return self._page(request, "preview", promotion, _("Preview"), form=form, preview=found)

    def generate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        promotion = self._found(request, pk)
        if not request.user.has_perm("orders.add_voucher"):
            raise PermissionDenied
        form = GenerateForm(request.POST if request.method == "POST" else None)
        if not (form.is_bound and form.is_valid()):
            return self._page(request, "generate", promotion, _("Make codes"), form=form)
        made = len(vouchers.generate(promotion, **form.cleaned_data))
        words = ngettext("%(n)d code was made.", "%(n)d codes were made.", made) % {"n": made}
        self.log_change(request, promotion, words)
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(f"{reverse('admin:orders_voucher_changelist')}?promotion__id__exact={pk}")

    def _found(self, request: HttpRequest, pk: int) -> Promotion:
        promotion = self.get_object(request, str(pk))
        if promotion is None:
            raise Http404
        return promotion

    def _page(self, request: HttpRequest, name: str, promotion: Promotion, title: Any, **context: Any) -> HttpResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "promotion": promotion}
        context |= {"title": f"{title} · {promotion}", "media": self.media + context["form"].media}
        return render(request, f"admin/orders/promotion/{name}.html", context)
