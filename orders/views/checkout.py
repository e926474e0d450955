"""The steps of the checkout, guests included. Who comes too early is sent to the first step that lacks its answer."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from django.contrib import messages
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View

from accounts.exceptions import AddressBookFull
from catalog.exceptions import InsufficientStock
from devicehub.lib.money import Money
from orders import balance, checkout, credit, limits, links, payments
from orders.exceptions import AlreadyPlaced, CartError, CheckoutIncomplete, OrderError, PriceChanged, TooOften
from orders.forms import AddressStepForm, DeliveryStepForm, GiftCardForm, PaymentStepForm, PlaceForm, ReviewForm
from orders.models import Cart, Order
from orders.summaries import Summary
from orders.views.handover import leads_to_payment
from orders.views.visitor import SeeOther, current_summary, member, own_cart, too_often, traces

logger = logging.getLogger(__name__)

LABELS = {
    "address": gettext_lazy("Address"),
    "delivery": gettext_lazy("Delivery"),
    "payment": gettext_lazy("Payment"),
    "review": gettext_lazy("Review"),
}


def step_url(step: str) -> str:
    return reverse("orders:cart" if step == "cart" else f"orders:checkout_{step}")


def next_step(request: HttpRequest) -> str:
    summary = current_summary(request)
    return checkout.next_step(summary) if summary else "cart"


class CheckoutView(View):
    """The way in: on to the first step that lacks its answer."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect(step_url(next_step(request)))


class StepView(FormView):
    """A step over the visitor's open cart, once all steps before it are answered."""

    step: ClassVar[str]
    cart: Cart
    summary: Summary

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.prepare() or super().dispatch(request, *args, **kwargs)

    def prepare(self) -> HttpResponse | None:
        """Read the cart; the redirect for whoever is not to be here yet."""
        summary = current_summary(self.request)
        if summary is None:
            return redirect("orders:cart")
        self.cart, self.summary = summary.cart, summary
        self.next_step = checkout.next_step(self.summary)
        if checkout.STEPS.index(self.next_step) < checkout.STEPS.index(self.step):
            return redirect(step_url(self.next_step))
        return None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.cart}

    def answer(self, form: Any) -> None:
        """Write what the step asked for into the cart."""
        checkout.fill_in(self.cart, **form.cleaned_data)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.answer(form)
        except CartError as error:
            messages.warning(self.request, str(error))
            return SeeOther(reverse("orders:cart"))
        # Who comes back to change one answer is not asked all others again.
        return SeeOther(step_url(next_step(self.request)))

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            summary=self.summary,
            steps=self.progress(),
            is_revisited=self.next_step == "review",
            cart_count=self.summary.units,
            **kwargs,
        )

    def progress(self) -> list[tuple[str, str | None, str]]:
        """For components/progress_steps.html: what is answered can be gone back to."""
        answered = checkout.STEPS.index(self.next_step)
        rows = []
        for name, label in LABELS.items():
            place = checkout.STEPS.index(name)
            state = "current" if name == self.step else "done" if place < answered else "todo"
            rows.append((str(label), step_url(name) if place <= answered else None, state))
        return rows


class CheckoutAddressView(StepView):
    step = "address"
    form_class = AddressStepForm
    template_name = "orders/checkout_address.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "asked": self.request.GET}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        has_pickup = any(offer.is_pickup for offer in self.summary.offers)
        return super().get_context_data(has_pickup=has_pickup, **kwargs)

    def answer(self, form: AddressStepForm) -> None:
        checkout.fill_in_addresses(self.cart, **form.answers)
        try:
            for address in form.to_keep:
                checkout.keep_address(self.request.user, address)
        except AddressBookFull as error:
            messages.warning(self.request, str(error))


class CheckoutDeliveryView(StepView):
    step = "delivery"
    form_class = DeliveryStepForm
    template_name = "orders/checkout_delivery.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "offers": self.summary.offers}


class CheckoutPaymentView(StepView):
    step = "payment"
    form_class = PaymentStepForm
    template_name = "orders/checkout_payment.html"
    gift_card_form: GiftCardForm | None = None  # with what is wrong about it

    def unbound(self) -> PaymentStepForm:
        return PaymentStepForm(instance=self.cart)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = credit.store_credit_of(self.cart.user, self.cart.currency)
        is_used = own in [use.account for use in self.summary.credits]
        return super().get_context_data(
            credits=self.summary.credits,
            own=None if own is None or is_used else Money(own.balance, own.currency),
            gift_card_form=self.gift_card_form or GiftCardForm(),
            **kwargs,
        )


class CheckoutReviewView(StepView):
    """Everything once more. The button goes to PlaceView."""

    step = "review"
    form_class = ReviewForm
    template_name = "orders/checkout_review.html"
    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        provider = payments.get_provider(self.cart.payment_provider)
        return super().get_context_data(
            provider=provider,
            held_until=checkout.expiry(self.cart, timezone.now()),
            email=checkout.email_of(self.cart),
            **kwargs,
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        return leads_to_payment(super().render_to_response(context, **kwargs), context["provider"])


class PlaceView(View):
    """The button. Whatever is pressed twice, late or again leads to the one order of this cart."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        consent = PlaceForm(request.POST)
        is_complete = consent.is_valid()
        cart = own_cart(request, consent.cleaned_data.get("key"))
        if cart is None:
            raise Http404
        if order := checkout.order_of(cart):
            return SeeOther(links.order_url(order))
        note = ReviewForm(request.POST, instance=cart)
        if not is_complete or not note.is_valid():
            return self.show_again(note)
        try:
            total, left = consent.cleaned_data["total"], consent.cleaned_data["left"]
            return self.place(
                cart,
                note,
                total=Money(total, cart.currency),
                left=Money(total if left is None else left, cart.currency),
            )
        except OperationalError:
            # Others hold the rows too long, or the database is going away. The key makes trying again safe.
            logger.exception("Placing an order gave up waiting for the database")
            page = render(request, "orders/checkout_busy.html", {"posted": request.POST}, status=503)
            return leads_to_payment(page, payments.get_provider(cart.payment_provider))

    def place(self, cart: Cart, note: ReviewForm, *, total: Money, left: Money) -> HttpResponse:
        who = traces(self.request)
        try:
            limits.check("order", who)
            if note.has_changed():
                checkout.fill_in(cart, **note.cleaned_data)
            order = checkout.place_order(cart, seen_total=total, seen_left=left, actor=member(self.request))
        except TooOften as error:
            return too_often(self.request, error, step_url("cart"))
        except AlreadyPlaced as error:
            return SeeOther(links.order_url(error.order))
        except PriceChanged as error:
            words = _("The total is %(new)s now, not %(seen)s. Nothing was ordered: please look and press again.")
            return self.send_back("review", " ".join([words % {"new": error.total, "seen": total}, *error.reasons]))
        except InsufficientStock:
            return self.send_back("cart", _("Somebody was quicker: not everything is left. Nothing was ordered."))
        except CheckoutIncomplete as error:
            return self.send_back(error.step, str(error))
        except CartError as error:
            return self.send_back("cart", str(error))
        limits.note("order", who)
        messages.success(self.request, _("Thank you! Your order is placed."))
        return SeeOther(self.where_to_pay(order, who))

    def where_to_pay(self, order: Order, who: list[str]) -> str:
        """The provider's page, or the order's, where paying can be tried again: the order stands whatever happens."""
        if not balance.of(order).due:
            return links.order_url(order)
        try:
            return payments.start(order, traces=who).url or links.order_url(order)
        except OrderError as error:
            messages.warning(self.request, str(error))
        except Exception:
            logger.exception("Payment provider %s failed", order.payment_provider)
            messages.warning(self.request, _("The payment page does not answer. Please try again here in a moment."))
        return links.order_url(order)

    def show_again(self, note: ReviewForm) -> HttpResponse:
        page = CheckoutReviewView()
        page.setup(self.request)
        return page.prepare() or page.form_invalid(note)

    def send_back(self, step: str, words: str) -> HttpResponse:
        messages.warning(self.request, words)
        return SeeOther(step_url(step))
