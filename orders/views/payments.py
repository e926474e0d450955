"""Where providers and buyers come back to, and the sandbox's own page."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView, View

from orders import links, payments
from orders.exceptions import PaymentError
from orders.models import Order, Payment
from orders.payments import sandbox
from orders.views.order import keep_out, private
from orders.views.visitor import SeeOther

logger = logging.getLogger(__name__)

NOTICE_MAX_BYTES = 64 * 1024
# So long the return page asks again by itself; then the buyer may, and a mail comes anyway.
WAIT = timedelta(minutes=5)


@method_decorator(csrf_exempt, name="dispatch")
class EventsView(View):
    """Notices of providers. Good and repeated ones are answered 200, forged and unreadable ones 400, strangers' 404."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, provider: str) -> HttpResponse:
        # A form with files was read by the first middleware; its bytes are gone, and it is no notice.
        if request.content_type == "multipart/form-data":
            return HttpResponse("no form\n", status=415, content_type="text/plain")
        if len(request.body) > NOTICE_MAX_BYTES:
            return HttpResponse("too large\n", status=413, content_type="text/plain")
        try:
            payments.handle_notice(provider, request.body, request.headers)
        except payments.UnknownPayment:
            return HttpResponse("not known\n", status=404, content_type="text/plain")
        except PaymentError as error:
            logger.warning("A notice of %s was refused: %s", provider, error)
            return HttpResponse("refused\n", status=400, content_type="text/plain")
        return HttpResponse("ok\n", content_type="text/plain")


@private
class ReturnView(TemplateView):
    """Back from the payment page: looks at what the notice said, decides nothing, and leads to the order."""

    template_name = "orders/payment_return.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        payment = self.payment()
        if refusal := keep_out(request, payment.order):
            return refusal
        url = links.with_key(payment.order.get_absolute_url(), request.GET.get("key", ""))
        if payment.status == Payment.Status.CREATED and payment.order.status != Order.Status.CANCELED:
            is_fresh = payment.created_at > timezone.now() - WAIT
            return self.render_to_response(self.get_context_data(order_url=url, order=payment.order, again=is_fresh))
        if payment.status == Payment.Status.CAPTURED:
            messages.success(request, _("Thank you, your payment has arrived."))
        elif payment.status == Payment.Status.FAILED:
            messages.error(request, _("The payment was declined. Nothing was charged; you can try again."))
        return SeeOther(url)

    def payment(self) -> Payment:
        found = Payment.objects.select_related("order").filter(
            pk=self.kwargs["payment"], provider=self.kwargs["provider"]
        )
        payment = found.first()
        if payment is None:
            raise Http404
        return payment


@private
class SandboxPageView(TemplateView):
    """The payment page of the sandbox. Like a stranger's server it knows only what its token says."""

    template_name = "orders/sandbox_page.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        opened = sandbox.open_page(kwargs["token"]) if payments.is_offered(sandbox.Sandbox.key) else None
        if opened is None:
            raise Http404
        self.charge, self.return_path = opened

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seconds = int(sandbox.LATE.total_seconds())
        return super().get_context_data(charge=self.charge, return_path=self.return_path, seconds=seconds, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = request.POST.get("answer")
        if answer == "late":
            sandbox.post_later(self.charge, "captured")
        elif answer in ("approve", "decline"):
            self.tell("captured" if answer == "approve" else "failed")
        else:
            return self.render_to_response(self.get_context_data(), status=400)
        return SeeOther(self.return_path)

    def tell(self, kind: str) -> None:
        """Send the notice by the shortest way: signed bytes into the same door that HTTP opens.

        A request to ourselves would wait for ever where a single worker serves the shop.
        """
        body = sandbox.make_notice(self.charge, kind)
        try:
            payments.handle_notice(sandbox.Sandbox.key, body, sandbox.signed_headers(body))
        except PaymentError as error:
            logger.warning("A notice of the sandbox was refused: %s", error)
