"""Form and check digits of VAT numbers."""

import pytest

from accounts.vat_numbers import Impossible, NotAsked, NotOfCountry, checked, country_of


@pytest.mark.parametrize(
    ("typed", "country", "stored"),
    [
        ("DE 136,695 976", "DE", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("atu-57194903", "AT", "ATU57194903"),
        ("U57194903", "AT", "ATU57194903"),
        ("094 259 216", "GR", "EL094259216"),
        ("GR094259216", "GR", "EL094259216"),
        ("697449992", "BE", "BE0697449992"),
        ("FR 61 954 506 077", "MC", "FR61954506077"),
        ("GB 980 7806 84", "GB", "GB980780684"),
        ("CHE-107.787.577 IVA", "CH", "CHE107787577IVA"),
        ("NO 995 525 828 MVA", "NO", "NO995525828MVA"),
    ],
)
def test_stores_a_number_in_one_way_however_it_is_typed(typed: str, country: str, stored: str) -> None:
    assert checked(typed, country) == stored
    assert checked(stored, country) == stored


@pytest.mark.parametrize(
    ("typed", "country", "kind"),
    [
        ("DE136695977", "DE", Impossible),  # a wrong check digit
        ("DE13669597", "DE", Impossible),
        ("", "DE", Impossible),
        ("FR61954506077", "DE", NotOfCountry),
        ("EL094259216", "DE", NotOfCountry),
        ("12-3456789", "US", NotAsked),
    ],
)
def test_refuses_what_cannot_be_a_number_of_the_country(typed: str, country: str, kind: type) -> None:
    with pytest.raises(kind):
        checked(typed, country)


def test_knows_who_gave_a_number() -> None:
    assert [country_of(number) for number in ("EL094259216", "FR61954506077", "")] == ["GR", "FR", ""]
