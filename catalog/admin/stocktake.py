"""Stock takes: scan or type what is there, look at the differences, post them; a record stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog import stocktake
from catalog.admin.base import KEY
from catalog.admin.export import csv_response
from catalog.exceptions import CountRefused
from catalog.models import Category, StockCount, StockCountLine, StockLevel
from catalog.stocktake import UNITS_MAX

PER_PAGE = 100
COLUMNS = ("SKU", "GTIN", "Product", "Options", "Expected", "Counted", "Difference")


class OpenForm(forms.ModelForm):
    category = forms.ModelChoiceField(
        Category.objects.none(),
        label=_("Category"),
        required=False,
        empty_label=_("none: scan what is there"),
        help_text=_("Lists every version on sale in it, to be filled in."),
    )

    class Meta:
        model = StockCount
        fields = ("reason", "category")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.order_by("path")
        self.fields["category"].label_from_instance = lambda row: "– " * (row.depth - 1) + row.name


class ScanForm(forms.Form):
    """A scanner types the code and presses Enter: one more unit, unless told otherwise."""

    code = forms.CharField(
        label=_("SKU or EAN"),
        max_length=64,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "spellcheck": "false"}),
    )
    quantity = forms.IntegerField(label=_("Units found"), min_value=1, max_value=UNITS_MAX, initial=1)


class CountsForm(forms.Form):
    """A number for each line of the page; an empty one is not counted yet."""

    def __init__(self, *args: Any, lines: list[StockCountLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in lines:
            self.fields[f"line-{line.pk}"] = forms.IntegerField(
                label=_("Counted, %(sku)s") % {"sku": line.variant.sku},
                min_value=0,
                max_value=UNITS_MAX,
                required=False,
                initial=line.counted,
                show_hidden_initial=True,  # what another scanned since this page was opened is not written over
            )

    def counts(self) -> dict[int, int | None]:
        """Line id → units, of what was changed on the page."""
        return {int(name.removeprefix("line-")): self.cleaned_data[name] for name in self.changed_data}


@admin.register(StockCount)
class StockCountAdmin(admin.ModelAdmin):
    form = OpenForm
    list_display = (
        "pk",
        "created_at",
        "reason",
        "status",
        "counted",
        "differing",
        "opened_by",
        "posted_by",
        "posted_at",
    )
    list_display_links = ("pk", "created_at", "reason")
    list_filter = ("status", "created_at")
    list_select_related = ("opened_by", "posted_by")
    search_fields = ("reason", "lines__variant__sku")
    actions = None
    show_full_result_count = False

    # Who counts may move stock --------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("catalog.change_stocklevel")

    def has_change_permission(self, request: HttpRequest, obj: StockCount | None = None) -> bool:
        return request.user.has_perm("catalog.change_stocklevel")

    def has_delete_permission(self, request: HttpRequest, obj: StockCount | None = None) -> bool:
        return False  # an open one is discarded on its page, a posted one is a record

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockCount]:
        rows = super().get_queryset(request).select_related("place", "opened_by", "posted_by")
        done = Count("lines", filter=Q(lines__counted__isnull=False))
        return rows.annotate(done=done, wrong=Count("lines", filter=~Q(lines__counted=F("lines__expected"))))

    @admin.display(description=_("counted"))
    def counted(self, count: Any) -> int:
        return count.done

    @admin.display(description=_("differences"))
    def differing(self, count: Any) -> int:
        return count.wrong

    # Opening --------------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: StockCount, form: Any, change: bool) -> None:
        opened = stocktake.open_count(obj.reason, category=form.cleaned_data["category"], actor=request.user)
        obj.pk, obj._state.adding = opened.pk, False

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().add_view(request, *args, **kwargs)
        except CountRefused as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def response_add(self, request: HttpRequest, obj: StockCount, post_url_continue: str | None = None) -> HttpResponse:
        return HttpResponseRedirect(page_of(obj))

    # Counting -------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        acts = [
            path(f"<int:pk>/{name}/", wrap(partial(self.act_view, name=name)), name=f"catalog_stockcount_{name}")
            for name in ACTS
        ]
        export = path("<int:pk>/csv/", wrap(self.csv_view), name="catalog_stockcount_csv")
        return [*acts, export, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        count = self.get_object(request, object_id)
        if count is None or not self.has_view_permission(request, count):
            return super().change_view(request, object_id, *args, **kwargs)
        return self.show(request, count)

    def show(
        self, request: HttpRequest, count: StockCount, *, scan: ScanForm | None = None, counts: CountsForm | None = None
    ) -> HttpResponse:
        """The page, with the form that was refused if one was."""
        page = lines_of(count, request.GET.get("page"))
        counts = counts or CountsForm(lines=list(page))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": capfirst(str(count)),
            "count": count,
            "page": page,
            "scan": scan or ScanForm(),
            "counts": counts,
            "rows": _rows(count, page, counts),
            "may_count": count.status == StockCount.Status.OPEN and self.has_change_permission(request, count),
        }
        status = 422 if (scan and scan.errors) or counts.errors else 200
        return render(request, "admin/catalog/stockcount/count.html", context, status=status)

    def act_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        count = get_object_or_404(StockCount, pk=pk)
        if not self.has_change_permission(request, count):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(page_of(count))
        try:
            return ACTS[name](self, request, count)
        except CountRefused as error:
            self.message_user(request, str(error), messages.ERROR)
            return self.back(request, count)

    def back(self, request: HttpRequest, count: StockCount) -> HttpResponse:
        return HttpResponseRedirect(page_of(count, request.GET.get("page")))

    def scan(self, request: HttpRequest, count: StockCount) -> HttpResponse:
        form = ScanForm(request.POST)
        if not form.is_valid():
            return self.show(request, count, scan=form)
        try:
            variant = stocktake.find(form.cleaned_data["code"])
        except CountRefused as error:
            form.add_error("code", str(error))
            return self.show(request, count, scan=form)
        line = stocktake.add(count, variant, form.cleaned_data["quantity"])
        self.message_user(request, _("%(sku)s: %(n)d counted.") % {"sku": line.variant.sku, "n": line.counted})
        return self.back(request, count)

    def save(self, request: HttpRequest, count: StockCount) -> HttpResponse:
        form = CountsForm(request.POST, lines=list(lines_of(count, request.GET.get("page"))))
        if not form.is_valid():
            return self.show(request, count, counts=form)
        stocktake.enter(count, form.counts())
        stocktake.remove(count, [int(key) for key in request.POST.getlist("remove") if KEY.fullmatch(key)])
        self.message_user(request, _("Saved. Nothing is posted yet."))
        return self.back(request, count)

    def post(self, request: HttpRequest, count: StockCount) -> HttpResponse:
        differing = stocktake.post(count, actor=request.user)
        words = ngettext("Posted: %(n)d difference.", "Posted: %(n)d differences.", differing) % {"n": differing}
        self.log_change(request, count, words)
        self.message_user(request, words, messages.SUCCESS)
        return self.back(request, count)

    def discard(self, request: HttpRequest, count: StockCount) -> HttpResponse:
        self.log_deletions(request, [count])
        stocktake.discard(count)
        self.message_user(request, _("The stock take is gone; nothing was posted."))
        return HttpResponseRedirect(reverse("admin:catalog_stockcount_changelist"))

    def csv_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        count = get_object_or_404(StockCount, pk=pk)
        if not self.has_view_permission(request, count):
            raise PermissionDenied
        return csv_response(f"stock-take-{count.pk}", COLUMNS, _cells(count))

    class Media:
        css = {"all": ("css/admin/catalog.css",)}


ACTS: dict[str, Callable[[StockCountAdmin, HttpRequest, StockCount], HttpResponse]] = {
    "scan": StockCountAdmin.scan,
    "save": StockCountAdmin.save,
    "post": StockCountAdmin.post,
    "discard": StockCountAdmin.discard,
}


def page_of(count: StockCount, page: str | None = None) -> str:
    url = reverse("admin:catalog_stockcount_change", args=[count.pk])
    return f"{url}?page={page}" if page and page.isdecimal() else url


def lines_of(count: StockCount, page: str | None) -> Page:
    lines = count.lines.select_related("variant__product").order_by("pk")
    return Paginator(lines, PER_PAGE).get_page(page)


def _rows(count: StockCount, page: Page, counts: CountsForm) -> list[dict[str, Any]]:
    """Each line with what is expected now or was when it was counted, what is reserved, and its input."""
    levels = StockLevel.objects.filter(place=count.place_id, variant__in=[line.variant_id for line in page])
    known = {level.variant_id: level for level in levels}
    rows = []
    for line in page:
        level = known.get(line.variant_id)
        expected = line.expected if line.expected is not None else level.on_hand if level else 0
        reserved = level.reserved if level else 0
        rows.append({"line": line, "expected": expected, "reserved": reserved, "field": counts[f"line-{line.pk}"]})
    return rows


def _cells(count: StockCount) -> Iterator[tuple[object, ...]]:
    for line in count.lines.select_related("variant__product").order_by("pk").iterator(chunk_size=500):
        variant = line.variant
        figures = (line.expected, line.counted, line.difference)
        yield variant.sku, variant.gtin, variant.product.name, variant.label, *figures
