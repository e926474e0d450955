"""The shop's own pages under /accounts/; sign-in and its kin are allauth's, included beside these by the roof."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("profile/", views.ProfileView.as_view(), name="profile"),
    path("addresses/", views.AddressListView.as_view(), name="addresses"),
    path("addresses/add/", views.AddressAddView.as_view(), name="address_add"),
    path("addresses/<int:pk>/", views.AddressEditView.as_view(), name="address_edit"),
    path("addresses/<int:pk>/delete/", views.AddressDeleteView.as_view(), name="address_delete"),
    path("addresses/<int:pk>/default/", views.AddressDefaultView.as_view(), name="address_default"),
]
