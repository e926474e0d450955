"""Own account: profile and address book. Other people's addresses are unknown here (404)."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.messages.views import SuccessMessageMixin
from django.db.models import Q, QuerySet
from django.forms import BaseModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import CreateView, DeleteView, ListView, UpdateView, View
from django.views.generic.detail import SingleObjectMixin

from accounts import addresses
from accounts.exceptions import AddressBookFull
from accounts.forms import AddressForm, ProfileForm
from accounts.models import Address, User


class ProfileView(LoginRequiredMixin, SuccessMessageMixin, UpdateView):
    """What we know of the user, with the way to each part of the account."""

    form_class = ProfileForm
    template_name = "accounts/profile.html"
    context_object_name = "profile"  # "user" stays the one that the frame greets
    success_url = reverse_lazy("accounts:profile")
    success_message = _("Your name was saved.")

    def get_object(self, queryset: QuerySet | None = None) -> User:
        return User.objects.get(pk=self.request.user.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(
            defaults=user.addresses.filter(Q(is_default_delivery=True) | Q(is_default_invoice=True)),
            has_second_factor=is_mfa_enabled(user),
            **kwargs,
        )


class OwnAddresses(LoginRequiredMixin):
    """The user's own addresses; nobody else's can be named."""

    model = Address
    success_url = reverse_lazy("accounts:addresses")

    def get_queryset(self) -> QuerySet[Address]:
        return self.request.user.addresses.all()


class AskedCountry:
    """`?country=US` shows the form as that country needs it."""

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("country")
        return super().get_initial() | ({"country": asked} if asked else {})


class AddressListView(OwnAddresses, ListView):
    template_name = "accounts/addresses.html"


class AddressAddView(OwnAddresses, AskedCountry, CreateView):
    form_class = AddressForm
    template_name = "accounts/address_form.html"

    def get_initial(self) -> dict[str, Any]:
        return {"full_name": self.request.user.name} | super().get_initial()

    def form_valid(self, form: BaseModelForm) -> HttpResponse:
        try:
            addresses.add(form.instance, user=self.request.user)
        except AddressBookFull as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("The address was added."))
        return redirect(self.success_url)


class AddressEditView(OwnAddresses, AskedCountry, SuccessMessageMixin, UpdateView):
    form_class = AddressForm
    template_name = "accounts/address_form.html"
    success_message = _("The address was saved.")


class AddressDeleteView(OwnAddresses, DeleteView):
    template_name = "accounts/address_delete.html"

    def form_valid(self, form: Any) -> HttpResponse:
        addresses.delete(self.object)
        messages.success(self.request, _("The address was deleted."))
        return redirect(self.success_url)


class AddressDefaultView(OwnAddresses, SingleObjectMixin, View):
    """POST `purpose`: delivery or invoice."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        address = self.get_object()
        purpose = request.POST.get("purpose")
        if purpose not in addresses.PURPOSES:
            raise Http404
        addresses.set_default(address, purpose)
        messages.success(request, _("The default address was changed."))
        return redirect(self.success_url)
