"""Who pays which country's tax: the one place that decides it.

Sources: Council Directive 2006/112/EC, articles 5–8 (which places belong to the Union's VAT area), 31 (goods handed
over in the store), 33 and 59c (distance sales and their threshold), 138 (supplies to businesses in other member
states), 146 (exports). docs/pricing.md says the same in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from eu_vat_rates_data import is_eu_member

from accounts.models import AddressFields
from accounts.vat_numbers import country_of
from devicehub.lib.money import Money
from orders import tax
from orders.models import Order, PickupPlace

Treatment = Order.TaxTreatment

TAX_FREE = frozenset({Treatment.INTRA_COMMUNITY, Treatment.EXPORT})

# Member states' places outside the VAT area (article 6), by the beginning of their postcode.
OUTSIDE: dict[str, tuple[str, ...]] = {
    "DE": ("27498", "78266"),  # Heligoland, Büsingen
    "ES": ("35", "38", "51", "52"),  # Canary Islands, Ceuta, Melilla
    "FI": ("22",),  # Åland
    "FR": ("97",),  # overseas departments
    "GR": ("63086",),  # Mount Athos
    "IT": ("22061", "23041"),  # Campione d'Italia, Livigno
}
COUNTS_AS = {"MC": "FR"}  # article 7


@dataclass(frozen=True)
class Place:
    """Where goods are handed over to the buyer."""

    country: str
    postcode: str = ""

    @property
    def vat_country(self) -> str:
        """The member state whose VAT area it lies in; empty outside all of them."""
        country = COUNTS_AS.get(self.country, self.country)
        is_outside = self.postcode.replace(" ", "").startswith(OUTSIDE.get(country, ("-",)))
        return country if is_eu_member(country) and not is_outside else ""


@dataclass(frozen=True)
class Terms:
    """How a sale is taxed. `country` is the one whose tax it is; with a tax-free treatment, the one it goes to.

    `home` are the rates that catalog prices with tax contain; they are taken out of the prices of a tax-free sale.
    """

    treatment: Treatment
    country: str
    rates: tax.Rates
    home: tax.Rates
    includes_tax: bool

    @property
    def is_tax_free(self) -> bool:
        return self.treatment in TAX_FREE

    @property
    def takes_tax_out(self) -> bool:
        """Whether the buyer pays less than the catalog says."""
        return self.is_tax_free and settings.PRICES_INCLUDE_TAX

    def price(self, listed: Money, tax_class: str) -> Money:
        """What the buyer pays for one instead of the catalog's price."""
        return listed - listed.included(self.home[tax_class]) if self.takes_tax_out else listed


def treatment_of(place: Place, *, vat_number: str, home: str, uses_one_stop_shop: bool) -> tuple[Treatment, str]:
    """(treatment, country whose tax it is) of goods sent from `home`, an ISO code, to a place.

    `vat_number` is a checked one, or empty for a consumer. A home outside the Union knows sales at home and exports.
    """
    if place.country == home and (place.vat_country or not is_eu_member(home)):
        return Treatment.DOMESTIC, home
    if not (place.vat_country and is_eu_member(home)):
        return Treatment.EXPORT, place.country
    if place.vat_country == home:
        return Treatment.DOMESTIC, home
    buyer = country_of(vat_number)
    if buyer != home and is_eu_member(buyer):
        return Treatment.INTRA_COMMUNITY, place.vat_country
    return (Treatment.ONE_STOP_SHOP, place.vat_country) if uses_one_stop_shop else (Treatment.BELOW_THRESHOLD, home)


def terms_for(delivery: AddressFields | PickupPlace | None, invoice: AddressFields | None, on: date) -> Terms:
    """The terms of a sale on a day; one query. Without addresses those of the shop's own country.

    `delivery` is where the buyer gets the goods, the store itself for what is picked up there (article 31).
    """
    home = settings.SHOP_COUNTRY
    place = Place(str(delivery.country), delivery.postcode) if delivery else Place(home)
    treatment, country = treatment_of(
        place,
        vat_number=invoice.vat_number if invoice else "",
        home=home,
        uses_one_stop_shop=settings.TAX_ONE_STOP_SHOP,
    )
    is_free = treatment in TAX_FREE
    known = tax.rates_for(home if is_free else country, on)
    return Terms(
        treatment=treatment,
        country=country,
        rates=dict.fromkeys(known, tax.NO_TAX) if is_free else known,
        home=known,
        includes_tax=settings.PRICES_INCLUDE_TAX and not is_free,
    )
