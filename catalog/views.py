"""Pages of the catalog. They only read; what is bought is posted to the cart."""

from __future__ import annotations

from typing import Any

from django.contrib.sitemaps.views import sitemap
from django.core.paginator import InvalidPage, Page
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from catalog import accessories, brands, feed, navigation, search, searchlog, structured_data
from catalog.addresses import moved_to
from catalog.around import Around
from catalog.cards import picture, pictured
from catalog.details import Detail
from catalog.facets import address
from catalog.filters import TEXT_MAX, search_words
from catalog.forms import BuyForm
from catalog.front import Front
from catalog.info import PAGES
from catalog.listings import Listing, meant
from catalog.models import Brand, Category, Product
from catalog.navigation import Node
from catalog.recent import clean_ids, recent_cards
from catalog.review_list import ReviewList
from catalog.sitemaps import SECTIONS
from devicehub.lib.urls import absolute_url

Crumbs = list[tuple[str, str | None]]

SUGGESTED_PRODUCTS = 6
SUGGESTED_PLACES = 3
SUGGESTED_SEARCHES = 3


class HomeView(TemplateView):
    template_name = "catalog/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        front = Front(navigation.tree(self.request))
        return super().get_context_data(front=front, canonical=absolute_url(self.request.path), **kwargs)


class ListingView(TemplateView):
    """A page of products; which ones, its subclasses say."""

    template_name = "catalog/listing.html"

    def listing(self) -> Listing:
        return Listing(self.request.GET, self.request.path, navigation.tree(self.request))

    def heading(self, listing: Listing) -> str:
        return _("All devices")

    def intro(self, listing: Listing) -> str:
        return ""

    def crumbs(self, listing: Listing) -> Crumbs:
        return [(_("Home"), reverse("catalog:home")), (self.heading(listing), None)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        listing = meant(self.listing())
        page = self._page(listing)
        crumbs = self.crumbs(listing)
        cards = listing.cards(page)
        return super().get_context_data(
            listing=listing,
            page=page,
            cards=cards,
            heading=self.heading(listing),
            intro=self.intro(listing),
            crumbs=crumbs,
            canonical=self._canonical(page),
            structured_data=structured_data.script(
                structured_data.breadcrumbs(crumbs, self.request.path),
                structured_data.item_list(cards, self.request.get_full_path()),
            ),
            **kwargs,
        )

    def _page(self, listing: Listing) -> Page:
        try:
            return listing.page(self.request.GET.get("page", "1"))
        except InvalidPage as error:
            raise Http404 from error

    def _canonical(self, page: Page) -> str:
        pages = [("page", str(page.number))] if page.number > 1 else []
        return absolute_url(address(self.request.path, pages))


class ProductsView(ListingView):
    """All devices, or those found by words."""

    def heading(self, listing: Listing) -> str:
        return _("Results for “%(text)s”") % {"text": listing.question} if listing.question else _("All devices")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        listing = context["listing"]
        if listing.text and listing.criteria.pairs() == [("q", listing.text)] and context["page"].number == 1:
            searchlog.note(listing.text, listing.total)
        return context


class CategoryView(ListingView):
    node: Node

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        node = navigation.tree(request).by_slug.get(kwargs["slug"])
        if node is None:
            return redirect_old(request, Category, kwargs["slug"])
        self.node = node
        return super().get(request, *args, **kwargs)

    def listing(self) -> Listing:
        return Listing(self.request.GET, self.request.path, navigation.tree(self.request), home=self.node)

    def heading(self, listing: Listing) -> str:
        return self.node.name

    def intro(self, listing: Listing) -> str:
        return self.node.description

    def crumbs(self, listing: Listing) -> Crumbs:
        return category_crumbs(listing.tree.trail(self.node.path)[:-1], self.node.name)


class BrandsView(TemplateView):
    """All brands from A to Z."""

    template_name = "catalog/brands.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs: Crumbs = [(_("Home"), reverse("catalog:home")), (_("Brands"), None)]
        return super().get_context_data(
            letters=brands.letters(),
            crumbs=crumbs,
            canonical=absolute_url(self.request.path),
            structured_data=structured_data.script(structured_data.breadcrumbs(crumbs, self.request.path)),
            **kwargs,
        )


class BrandView(ListingView):
    template_name = "catalog/brand.html"
    brand: Brand

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        brand = Brand.objects.filter(slug=kwargs["slug"]).first()
        if brand is None:
            return redirect_old(request, Brand, kwargs["slug"])
        self.brand = brand
        return super().get(request, *args, **kwargs)

    def listing(self) -> Listing:
        return Listing(self.request.GET, self.request.path, navigation.tree(self.request), brand=self.brand)

    def heading(self, listing: Listing) -> str:
        return self.brand.name

    def intro(self, listing: Listing) -> str:
        return self.brand.description

    def crumbs(self, listing: Listing) -> Crumbs:
        home, here = super().crumbs(listing)
        return [home, (_("Brands"), reverse("catalog:brands")), here]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        places = brands.places(self.brand, navigation.tree(self.request))
        return super().get_context_data(brand=self.brand, places=places, **kwargs)


class ProductView(TemplateView):
    template_name = "catalog/product.html"
    product: Product

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        visible = Product.objects.visible().select_related("brand", "category", "product_type")
        product = visible.filter(slug=kwargs["slug"]).first()
        if product is None:
            return redirect_old(request, Product, kwargs["slug"])
        self.product = product
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        detail = Detail(self.product, self.request.GET.get("variant", ""))
        trail = navigation.tree(self.request).trail(self.product.category.path)
        crumbs = category_crumbs(trail, self.product.name)
        reviews = self._reviews()
        return super().get_context_data(
            detail=detail,
            around=Around(self.product, detail.variant),
            reviews=reviews,
            product=self.product,
            form=BuyForm(initial={"variant": detail.variant, "quantity": 1}),
            crumbs=crumbs,
            canonical=absolute_url(self.request.path),
            structured_data=structured_data.script(
                structured_data.product(detail, reviews), structured_data.breadcrumbs(crumbs, self.request.path)
            ),
            **kwargs,
        )

    def _reviews(self) -> ReviewList:
        try:
            return ReviewList(self.product, self.request.GET.get("page", "1"))
        except InvalidPage as error:
            raise Http404 from error


class FitsView(TemplateView):
    """All that fits a device, and whether an accessory fits the device searched for."""

    template_name = "catalog/fits.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        visible = Product.objects.visible().select_related("brand", "category", "product_type")
        product = get_object_or_404(visible, slug=self.kwargs["slug"])
        detail = Detail(product, self.request.GET.get("variant", ""))
        around = Around(product, detail.variant)
        if not around.rules:
            raise Http404
        text = " ".join(self.request.GET.get("device", "").split())[:TEXT_MAX]
        trail = navigation.tree(self.request).trail(product.category.path)
        steps = category_crumbs(trail, product.name)[:-1]
        return super().get_context_data(
            product=product,
            variant=detail.variant,
            around=around,
            text=text,
            answers=accessories.search_devices(product, text, around.rules) if text else [],
            crumbs=[*steps, (product.name, product.get_absolute_url()), (_("What fits"), None)],
            canonical=absolute_url(self.request.path),
            **kwargs,
        )


class RecentView(TemplateView):
    """The cards of devices looked at, whose ids the browser keeps and sends: a piece of HTML, the same to everybody."""

    template_name = "catalog/_recent_cards.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cards=recent_cards(clean_ids(self.request.GET.getlist("p"))), **kwargs)


class SuggestView(TemplateView):
    """What the words begun may become, as a piece of HTML for the search field."""

    template_name = "catalog/_suggestions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = search_words(self.request.GET)
        if len(text) < 2:
            return super().get_context_data(**kwargs)
        return super().get_context_data(
            text=text,
            searches=list(searchlog.popular(text, SUGGESTED_SEARCHES)),
            products=self._products(text),
            brands=brands.beginning(text, navigation.tree(self.request).version, SUGGESTED_PLACES),
            categories=self._categories(text),
            **kwargs,
        )

    def _products(self, text: str) -> list[tuple[Product, Any]]:
        ids = search.suggest(text)
        shown = pictured(Product.objects.visible().filter(pk__in=ids)).only("name", "slug", "price_from")
        found = {product.pk: product for product in shown}
        best = [found[pk] for pk in ids if pk in found][:SUGGESTED_PRODUCTS]
        return [(product, picture(product)) for product in best]

    def _categories(self, text: str) -> list[Node]:
        nodes = navigation.tree(self.request).by_slug.values()
        return [node for node in nodes if node.name.casefold().startswith(text.casefold())][:SUGGESTED_PLACES]


class InfoView(TemplateView):
    """Delivery, returns and the legal pages, in the shop's own figures."""

    def get_template_names(self) -> list[str]:
        return [f"catalog/info/{self.kwargs['slug']}.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if kwargs["slug"] not in PAGES:
            raise Http404
        title = PAGES[kwargs["slug"]]
        crumbs: Crumbs = [(_("Home"), reverse("catalog:home")), (str(title), None)]
        canonical = absolute_url(self.request.path)
        return super().get_context_data(title=title, crumbs=crumbs, canonical=canonical, **kwargs)


class SitemapView(View):
    """The whole map in one file as long as it fits, else the index of its parts."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        parts = {name: section().paginator.num_pages for name, section in SECTIONS.items()}
        if max(parts.values()) == 1:
            return sitemap(request, SECTIONS)
        files = [self._file(name, page) for name, pages in parts.items() for page in range(1, pages + 1)]
        return render(request, "sitemap_index.xml", {"sitemaps": files}, content_type="application/xml")

    def _file(self, section: str, page: int) -> dict[str, str]:
        path = reverse("catalog:sitemap_section", args=[section])
        return {"location": absolute_url(address(path, [("p", str(page))] if page > 1 else []))}


class SitemapSectionView(View):
    def get(self, request: HttpRequest, section: str) -> HttpResponseBase:
        return sitemap(request, SECTIONS, section)


class FeedView(View):
    """The merchant feed. It is made anew for each request, so whoever stands in between may keep it for a while."""

    headers = {"Content-Type": "application/xml; charset=utf-8", "Cache-Control": "public, max-age=1800"}

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return StreamingHttpResponse(feed.chunks(), headers=self.headers)

    def head(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers=self.headers)


class RobotsView(View):
    closed = (
        "/accounts/",
        "/admin/",
        "/cart/",
        "/checkout/",
        "/compare/",
        "/orders/",
        "/pay/",
        "/recently-viewed/",
        "/search/",
    )

    def get(self, request: HttpRequest) -> HttpResponse:
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in self.closed), ""]
        lines.append(f"Sitemap: {absolute_url(reverse('catalog:sitemap'))}")
        return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def category_crumbs(trail: list[Node], here: str) -> Crumbs:
    steps: Crumbs = [(node.name, node.get_absolute_url()) for node in trail]
    return [(_("Home"), reverse("catalog:home")), *steps, (here, None)]


def redirect_old(
    request: HttpRequest, model: type[Product | Category | Brand], slug: str, *, to: str = ""
) -> HttpResponse:
    """To where the thing lives now, or to its page of the name `to`, the query with it; 404 for what never was or is
    not shown."""
    target = moved_to(model, slug)
    if target is None:
        raise Http404
    if isinstance(target, Product):
        get_object_or_404(Product.objects.visible(), pk=target.pk)
    query = request.META.get("QUERY_STRING", "")
    path = reverse(to, args=[target.slug]) if to else target.get_absolute_url()
    return HttpResponsePermanentRedirect(f"{path}{'?' if query else ''}{query}")
