from django.urls import path

from orders.views import history, payments

app_name = "orders"
urlpatterns = [
    path("orders/", history.HistoryView.as_view(), name="history"),
    path("orders/find/", history.FindView.as_view(), name="find"),
    path("orders/<slug:number>/", history.OrderView.as_view(), name="order"),
    path("orders/<slug:number>/cancel/", history.CancelView.as_view(), name="cancel"),
    path("orders/<slug:number>/pay/", history.PayView.as_view(), name="pay"),
    path("pay/<slug:provider>/events/", payments.EventsView.as_view(), name="pay_events"),
    path("pay/<slug:provider>/return/<uuid:payment>/", payments.ReturnView.as_view(), name="pay_return"),
    path("pay/sandbox/<str:token>/", payments.SandboxPageView.as_view(), name="sandbox_page"),
]
