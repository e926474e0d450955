"""Addresses of cart, checkout, orders and payments."""

from django.urls import path

from orders.views import cart, checkout, credit, devices, documents, history, order, payments, returns

app_name = "orders"
urlpatterns = [
    path("cart/", cart.CartView.as_view(), name="cart"),
    path("cart/add/", cart.CartAddView.as_view(), name="cart_add"),
    path("cart/lines/<int:pk>/", cart.CartLineView.as_view(), name="cart_line"),
    path("cart/voucher/", cart.CartVoucherView.as_view(), name="cart_voucher"),
    path("checkout/", checkout.CheckoutView.as_view(), name="checkout"),
    path("checkout/address/", checkout.CheckoutAddressView.as_view(), name="checkout_address"),
    path("checkout/delivery/", checkout.CheckoutDeliveryView.as_view(), name="checkout_delivery"),
    path("checkout/payment/", checkout.CheckoutPaymentView.as_view(), name="checkout_payment"),
    path("checkout/credit/", credit.CheckoutCreditView.as_view(), name="checkout_credit"),
    path("checkout/review/", checkout.CheckoutReviewView.as_view(), name="checkout_review"),
    path("checkout/place/", checkout.PlaceView.as_view(), name="place"),
    path("orders/", history.HistoryView.as_view(), name="history"),
    path("orders/find/", history.FindView.as_view(), name="find"),
    path("withdraw/", returns.WithdrawView.as_view(), name="withdraw"),
    path("orders/<slug:number>/", order.OrderView.as_view(), name="order"),
    path("orders/<slug:number>/devices/<slug:device>/", devices.DeviceView.as_view(), name="device"),
    path("devices/", devices.DevicesView.as_view(), name="devices"),
    path("credit/", credit.CreditView.as_view(), name="credit"),
    path("orders/<slug:number>/cancel/", order.CancelView.as_view(), name="cancel"),
    path("orders/<slug:number>/again/", order.AgainView.as_view(), name="again"),
    path("orders/<slug:number>/pay/", order.PayView.as_view(), name="pay"),
    path("orders/<slug:number>/<slug:document>.<slug:format>", documents.DocumentView.as_view(), name="document"),
    path("orders/<slug:number>/withdraw/", returns.OrderWithdrawView.as_view(), name="order_withdraw"),
    path("orders/<slug:number>/return/", returns.ReturnView.as_view(), name="return"),
    path("orders/<slug:number>/return/<int:return_number>/cancel/", returns.CancelView.as_view(), name="return_cancel"),
    path(
        "orders/<slug:number>/return/<int:return_number>/label.pdf",
        documents.ReturnLabelView.as_view(),
        name="return_label",
    ),
    path("pay/<slug:provider>/events/", payments.EventsView.as_view(), name="pay_events"),
    path("pay/<slug:provider>/return/<uuid:payment>/", payments.ReturnView.as_view(), name="pay_return"),
    path("pay/sandbox/<str:token>/", payments.SandboxPageView.as_view(), name="sandbox_page"),
]
