"""The page on which an invited buyer writes a review, and afterwards sees what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.generic import FormView

from catalog import navigation, reviews
from catalog.forms import ReviewForm
from catalog.models import Product, Review
from catalog.reviews import Invitation
from catalog.views import category_crumbs, redirect_old


# The invitation opens it without a session, so the middleware cannot know that it is private.
@method_decorator(cache_control(private=True, no_store=True), name="dispatch")
class ReviewView(FormView):
    """Without an invitation to this very product there is no such page."""

    template_name = "catalog/review.html"
    form_class = ReviewForm
    product: Product
    invitation: Invitation
    review: Review | None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        visible = Product.objects.visible().select_related("brand", "category")
        product = visible.filter(slug=kwargs["slug"]).first()
        if product is None:
            return redirect_old(request, Product, kwargs["slug"], to="catalog:review")
        invitation = reviews.read_invitation(request.GET.get("i", ""), product)
        if invitation is None:
            raise Http404
        self.product, self.invitation, self.review = product, invitation, reviews.written(invitation)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What has been written stands: a second post only shows it."""
        return self._back() if self.review else super().post(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"author_name": self.invitation.author_name}

    def form_valid(self, form: ReviewForm) -> HttpResponse:
        reviews.write(self.invitation, **form.cleaned_data)
        messages.success(self.request, _("Thank you. We read your review before it is shown."))
        return self._back()

    def form_invalid(self, form: ReviewForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def _back(self) -> HttpResponse:
        return HttpResponseRedirect(self.request.get_full_path(), status=303)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        trail = navigation.tree(self.request).trail(self.product.category.path)
        steps = category_crumbs(trail, self.product.name)[:-1]
        return super().get_context_data(
            product=self.product,
            review=self.review,
            crumbs=[*steps, (self.product.name, self.product.get_absolute_url()), (_("Your review"), None)],
            **kwargs,
        )
