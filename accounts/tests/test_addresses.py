"""Profile and address book, through their pages."""

import pytest
from django.db import IntegrityError, transaction

from accounts import addresses
from accounts.models import Address
from accounts.tests.factories import GERMAN, make_address

BOOK, ADD = "/accounts/addresses/", "/accounts/addresses/add/"
ACTS = ["", "delete/", "default/"]


@pytest.fixture
def inside(visitor, alice):
    visitor.sign_in("alice@example.com")
    return visitor


def defaults(user):
    book = user.addresses.order_by("pk")
    return [(address.is_default_delivery, address.is_default_invoice) for address in book]


def test_adds_an_address_as_it_was_typed(inside, alice):
    answer = inside.post(ADD, GERMAN | {"city": "berlin", "phone": "030 55501234"})
    assert (answer.status_code, answer["Location"]) == (302, BOOK)
    address = alice.addresses.get()
    assert address.address_values() == GERMAN | {"city": "berlin", "phone": "+493055501234"}
    page = inside.get(BOOK).content.decode()
    assert "The address was added." in page
    assert "Lindenstraße 12" in page


def test_makes_the_first_address_the_default_and_no_later_one(inside, alice):
    inside.post(ADD, GERMAN)
    inside.post(ADD, GERMAN | {"line1": "Hafenweg 3"})
    assert defaults(alice) == [(True, True), (False, False)]


def test_shows_the_problem_beside_the_field_and_in_a_summary(inside, alice):
    answer = inside.post(ADD, GERMAN | {"postcode": "1"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("Enter the postcode as the country writes it (for example 26133).") == 2
    assert 'aria-invalid="true"' in page
    assert not alice.addresses.exists()


def test_takes_no_owner_and_no_default_from_the_form(inside, alice, bob):
    make_address(alice)
    inside.post(ADD, GERMAN | {"user": bob.pk, "is_default_delivery": "on", "is_default_invoice": "on", "pk": 1})
    assert not bob.addresses.exists()
    assert defaults(alice) == [(True, True), (False, False)]


def test_fills_in_the_name_and_the_shops_country(inside):
    page = inside.get(ADD).content.decode()
    assert 'value="Alice Adler"' in page
    assert '<option value="DE" selected>' in page


def test_shows_the_form_for_the_country_asked_for(inside):
    page = inside.get(f"{ADD}?country=US").content.decode()
    assert "ZIP code" in page
    assert '<option value="CA">California</option>' in page


@pytest.mark.parametrize("country", ["", "ZZ", "all", "../x", "%F0%9F%98%80", "x" * 3000])
def test_shows_the_form_for_the_shops_country_instead_of_an_unknown_one(inside, country):
    answer = inside.get(f"{ADD}?country={country}")
    assert answer.status_code == 200
    assert '<option value="DE" selected>' in answer.content.decode()


def test_edits_an_address(inside, alice):
    address = make_address(alice)
    assert 'value="Lindenstraße 12"' in inside.get(f"{BOOK}{address.pk}/").content.decode()
    inside.post(f"{BOOK}{address.pk}/", GERMAN | {"line1": "Neue Straße 1"})
    address.refresh_from_db()
    assert (address.line1, address.is_default_delivery) == ("Neue Straße 1", True)


def test_forgets_the_region_when_the_country_changes(inside, alice):
    address = make_address(alice, country="US", region="CA", postcode="94103", city="San Francisco")
    inside.post(f"{BOOK}{address.pk}/", GERMAN | {"region": "CA"})
    address.refresh_from_db()
    assert (address.country.code, address.region) == ("DE", "")


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [("delivery", [(False, True), (True, False)]), ("invoice", [(True, False), (False, True)])],
)
def test_moves_a_default(inside, alice, purpose, expected):
    make_address(alice)
    other = make_address(alice, line1="Hafenweg 3")
    answer = inside.post(f"{BOOK}{other.pk}/default/", {"purpose": purpose})
    assert (answer.status_code, answer["Location"]) == (302, BOOK)
    assert defaults(alice) == expected


@pytest.mark.parametrize("purpose", ["", "user", "is_default_delivery", "delivery\n", "x" * 10_000])
def test_knows_two_purposes_only(inside, alice, purpose):
    make_address(alice)
    other = make_address(alice)
    assert inside.post(f"{BOOK}{other.pk}/default/", {"purpose": purpose}).status_code == 404
    assert defaults(alice) == [(True, True), (False, False)]


def test_deletes_after_asking_and_passes_the_defaults_on(inside, alice):
    first, second = make_address(alice), make_address(alice, line1="Hafenweg 3")
    make_address(alice, line1="Am Markt 1")
    assert "Delete this address?" in inside.get(f"{BOOK}{first.pk}/delete/").content.decode()
    assert alice.addresses.count() == 3
    answer = inside.post(f"{BOOK}{first.pk}/delete/")
    assert (answer.status_code, answer["Location"]) == (302, BOOK)
    assert alice.addresses.first() == second
    assert defaults(alice) == [(True, True), (False, False)]


def test_changes_nothing_by_get(inside, alice):
    make_address(alice)
    other = make_address(alice)
    assert inside.get(f"{BOOK}{other.pk}/default/?purpose=delivery").status_code == 405
    assert inside.get(f"{BOOK}{other.pk}/delete/").status_code == 200
    assert defaults(alice) == [(True, True), (False, False)]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_knows_nobody_elses_address(inside, bob, act, method):
    address = make_address(bob)
    before = Address.objects.filter(pk=address.pk).values().get()
    known = getattr(inside, method)(f"{BOOK}{address.pk}/{act}", GERMAN | {"purpose": "delivery"})
    unknown = getattr(inside, method)(f"{BOOK}999999/{act}", GERMAN | {"purpose": "delivery"})
    expected = 405 if (method, act) == ("get", "default/") else 404
    assert (known.status_code, unknown.status_code) == (expected, expected)
    assert Address.objects.filter(pk=address.pk).values().get() == before


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("pk", ["99999999999999999999999999", "0", "-1", "1e3", "x"])
def test_answers_a_nonsense_number_as_unknown(inside, pk, act):
    assert inside.post(f"{BOOK}{pk}/{act}", {"purpose": "delivery"}).status_code == 404


@pytest.mark.parametrize("act", ACTS)
def test_lets_no_guest_in(visitor, bob, act):
    address = make_address(bob)
    answer = visitor.post(f"{BOOK}{address.pk}/{act}", GERMAN | {"line1": "Stolen 1", "purpose": "delivery"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    assert bob.addresses.get().line1 == "Lindenstraße 12"


@pytest.mark.parametrize("field", list(GERMAN))
@pytest.mark.parametrize("value", ["a\x00b", "x" * 10_000, "<script>alert(1)</script>", "{{7*7}}", "\u202eabc"])
def test_answers_hostile_text_politely(inside, alice, field, value):
    answer = inside.post(ADD, GERMAN | {field: value})
    assert answer.status_code in (200, 302, 400)
    page = inside.get(BOOK).content.decode()
    assert "<script>alert(1)" not in page


def test_has_a_last_page(inside, alice, monkeypatch):
    monkeypatch.setattr(addresses, "BOOK_MAX", 2)
    for _ in range(3):
        answer = inside.post(ADD, GERMAN)
    assert answer.status_code == 200
    assert "Your address book is full" in answer.content.decode()
    assert alice.addresses.count() == 2


@pytest.mark.parametrize("purpose", ["delivery", "invoice"])
def test_cannot_hold_two_defaults(alice, purpose):
    make_address(alice)
    other = make_address(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.filter(pk=other.pk).update(**{f"is_default_{purpose}": True})


def test_asks_the_database_no_more_for_thirty_addresses_than_for_three(inside, alice, django_assert_max_num_queries):
    for _ in range(30):
        make_address(alice)
    inside.get(BOOK)
    with django_assert_max_num_queries(5):
        inside.get(BOOK)


def test_saves_the_name(inside, alice):
    answer = inside.post("/accounts/profile/", {"name": "Alice Neu", "email": "x@example.com", "is_staff": "on"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/profile/")
    alice.refresh_from_db()
    assert (alice.name, alice.email, alice.is_staff) == ("Alice Neu", "alice@example.com", False)


def test_refuses_a_name_that_is_too_long(inside, alice):
    answer = inside.post("/accounts/profile/", {"name": "x" * 10_000})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "at most 120 characters" in page
    assert page.count("x" * 10_000) == 1  # in the field, not in the greeting of the header
    alice.refresh_from_db()
    assert alice.name == "Alice Adler"


def test_shows_the_way_to_every_part_of_the_account(inside, alice):
    make_address(alice)
    page = inside.get("/accounts/profile/").content.decode()
    for path in ("/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", BOOK, "/orders/"):
        assert f'href="{path}"' in page
    assert "Lindenstraße 12" in page
