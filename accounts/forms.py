"""Forms of the account pages, and the address form that the checkout shares."""

from typing import Any

from allauth.account import forms as allauth_forms
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts import vat_numbers
from accounts.models import Address, User
from accounts.postal import PostalRules, is_postcode, is_postcode_of_region, rules_for

ADDRESS_FORM_FIELDS = (
    *("country", "full_name", "company", "vat_number", "line1", "line2", "postcode", "city", "region", "phone"),
)
AUTOCOMPLETE = {
    "country": "country",
    "full_name": "name",
    "company": "organization",
    "line1": "address-line1",
    "line2": "address-line2",
    "postcode": "postal-code",
    "city": "address-level2",
    "region": "address-level1",
    "phone": "tel",
}
EMPTY_MESSAGES = {
    "country": _("Choose a country."),
    "full_name": _("Enter the name of who receives it."),
    "line1": _("Enter the street and house number."),
    "city": _("Enter the town or city."),
}


VAT_MESSAGES = {
    vat_numbers.NotAsked: _("Leave this empty: we need no VAT number of a business in %(country)s."),
    vat_numbers.NotOfCountry: _("This number belongs to another country; the address lies in %(country)s."),
    vat_numbers.Impossible: _("No VAT number of %(country)s is written like this: please check each character."),
}


class AddressFormMixin(forms.BaseModelForm):
    """A ModelForm over AddressFields that asks what the chosen country needs.

    The country is the posted one, else the one in `initial` (a page asked for with ?country=), else the instance's,
    else the shop's. So without JavaScript a changed country shows its own fields with the next answer.
    `autocomplete_section` tells browsers two addresses on one page apart ("shipping", "billing").
    """

    autocomplete_section = ""
    # The browser must not insist on parts that only the country shown before needs.
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = self._chosen_country()
        self._set_up_fields()
        if rules := rules_for(self.country):
            self._fit_country(rules)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout(
            *("country", "full_name", "company", "vat_number", "line1", "line2"),
            Row(Column("postcode", css_class="col-sm-5"), Column("city", css_class="col-sm-7")),
            *("region", "phone"),
        )
        return helper

    def _chosen_country(self) -> str:
        shown = self.get_initial_for_field(self.fields["country"], "country") or settings.SHOP_COUNTRY
        if not rules_for(str(shown)):
            shown = settings.SHOP_COUNTRY
        self.initial["country"] = str(shown)
        return self.data.get(self.add_prefix("country"), "") if self.is_bound else str(shown)

    def _set_up_fields(self) -> None:
        for name, token in AUTOCOMPLETE.items():
            self.fields[name].widget.attrs["autocomplete"] = f"{self.autocomplete_section} {token}".strip()
        for name, message in EMPTY_MESSAGES.items():
            self.fields[name].error_messages["required"] = message
        self.fields["vat_number"].widget.attrs |= {"autocomplete": "off", "autocapitalize": "characters"}
        self.fields["vat_number"].help_text = _("For businesses. It counts in the address that the invoice goes to.")
        self.fields["country"].widget.attrs["data-address-country"] = ""
        self.fields["country"].error_messages["invalid_choice"] = _("Choose a country of the list.")
        self.fields["phone"].widget.attrs["inputmode"] = "tel"
        self.fields["phone"].error_messages["invalid"] = _(
            "Enter a phone number, for example 030 123456 or +49 30 123456."
        )

    def _fit_country(self, rules: PostalRules) -> None:
        self.fields["phone"].region = self.country
        self.fields["phone"].widget.region = self.country
        self.fields["city"].required = rules.needs_city
        postcode = self.fields["postcode"]
        postcode.label = capfirst(gettext(rules.postcode_word))
        postcode.required = rules.needs_postcode
        postcode.error_messages["required"] = _("Enter the %(word)s.") % {"word": gettext(rules.postcode_word)}
        self._fit_region(rules)

    def _fit_region(self, rules: PostalRules) -> None:
        region = self.fields["region"]
        if not rules.has_region:
            # A disabled field takes its initial value whatever is posted: a country without regions keeps none.
            region.disabled, region.widget, self.initial["region"] = True, forms.HiddenInput(), ""
            return
        region.label = capfirst(gettext(rules.region_word))
        region.required = rules.needs_region
        region.error_messages["required"] = _("Choose the %(word)s.") % {"word": gettext(rules.region_word)}
        if rules.regions:
            self._offer_regions(rules)

    def _offer_regions(self, rules: PostalRules) -> None:
        """A list to choose from, with the region chosen that was typed or stored under any of its names."""
        attrs = {"autocomplete": self.fields["region"].widget.attrs["autocomplete"]}
        choices = [("", capfirst(_("choose")) + " …"), *rules.region_choices()]
        self.fields["region"].widget = RegionSelect(rules, attrs=attrs, choices=choices)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name, value in values.items():
            if isinstance(self.fields[name], forms.CharField) and isinstance(value, str):
                values[name] = " ".join(value.split())  # an address is written in lines of our making
        self._check_vat_number(values)
        if rules := rules_for(self.country):
            region_key = self._check_region(rules, values.get("region", ""))
            self._check_postcode(rules, region_key, values.get("postcode", ""))
        return values

    def _check_vat_number(self, values: dict[str, Any]) -> None:
        """A checked number in the form in which it is stored, or a message beside it."""
        number, country = values.get("vat_number"), values.get("country")
        if not number or not country:
            return
        try:
            values["vat_number"] = vat_numbers.checked(number, country)
        except vat_numbers.Refused as refusal:
            self.add_error("vat_number", VAT_MESSAGES[type(refusal)] % {"country": countries.name(country)})
        if not values.get("company") and "company" not in self.errors:
            self.add_error("company", _("Enter the company that the VAT number belongs to."))

    def _check_region(self, rules: PostalRules, region: str) -> str:
        """The key of the region, empty when it has none."""
        key = rules.region_key(region) if region and rules.regions else ""
        if key is None:
            self.add_error("region", _("Choose one of the list."))
        return key or ""

    def _check_postcode(self, rules: PostalRules, region_key: str, postcode: str) -> None:
        if not postcode:
            return
        if not is_postcode(self.country, postcode):
            example = _(" (for example %s)") % rules.postcode_examples[0] if rules.postcode_examples else ""
            words = {"word": gettext(rules.postcode_word), "example": example}
            self.add_error("postcode", _("Enter the %(word)s as the country writes it%(example)s.") % words)
        elif region_key and not is_postcode_of_region(self.country, region_key, postcode):
            words = {"postcode": gettext(rules.postcode_word), "region": gettext(rules.region_word)}
            self.add_error("postcode", _("This %(postcode)s does not lie in the chosen %(region)s.") % words)


class RegionSelect(forms.Select):
    """Chooses the region by any of its names, as older or typed addresses hold them."""

    def __init__(self, rules: PostalRules, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rules = rules

    def format_value(self, value: Any) -> list[str]:
        return [self.rules.region_key(str(value or "")) or ""]


class AddressForm(AddressFormMixin, forms.ModelForm):
    """One entry of the address book."""

    class Meta:
        model = Address
        fields = ADDRESS_FORM_FIELDS


class ProfileForm(forms.ModelForm):
    """What we call the user."""

    class Meta:
        model = User
        fields = ("name",)
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class SignupForm(allauth_forms.SignupForm):
    """allauth's form, which answers a known address as it does a new one; here it also takes as long."""

    def try_save(self, request: HttpRequest) -> tuple[Any, Any]:
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])  # hashing is what takes the time of a new account
            return super().try_save(request)
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:  # somebody signed up with this address since it was checked
            self.account_already_exists = True
            return super().try_save(request)
