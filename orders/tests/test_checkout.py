"""The steps, as guest and as member; placing the order is in test_place_order."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Address
from accounts.tests.factories import make_address
from orders.delivery_times import calendar
from orders.models import Cart, CartAddress, ShippingMethod
from orders.tests.factories import make_cart, make_method, make_ready

pytestmark = pytest.mark.django_db

ADDRESS = {
    "full_name": "Gerda Gast",
    "company": "",
    "line1": "Lindenweg 4",
    "line2": "",
    "postcode": "04109",
    "city": "Leipzig",
    "region": "",
    "country": "DE",
    "phone": "",
}
STEPS = ["address", "delivery", "payment", "review"]


def typed(prefix: str = "delivery", **parts: str) -> dict[str, str]:
    return {f"{prefix}-{name}": value for name, value in (ADDRESS | parts).items()}


def url(step: str) -> str:
    return f"/checkout/{step}/"


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def hold(client: Client, cart: Cart) -> None:
    """Let a guest's session hold the cart."""
    session = client.session
    session["cart_id"] = str(cart.pk)
    session.save()


def state(cart: Cart) -> dict[str, Any]:
    """All that a step may change."""
    columns = ("status", "email", "shipping_method", "payment_provider", "note", "delivery_address", "invoice_address")
    return {
        **Cart.objects.values(*columns).get(pk=cart.pk),
        "lines": list(cart.lines.values_list("variant", "quantity", "seen_price")),
        "addresses": CartAddress.objects.count(),
    }


@pytest.fixture
def method() -> ShippingMethod:
    return make_method(name="Standard", days_min=2, days_max=3)


@pytest.fixture
def guest(client: Client, method: ShippingMethod) -> Client:
    """A guest with one device of 100.00 in the cart."""
    hold(client, make_cart())
    return client


@pytest.fixture
def member(client: Client, alice: Any, method: ShippingMethod) -> Client:
    client.force_login(alice)
    make_cart(user=alice)
    return client


# Order of the steps -------------------------------------------------------------------------------------------


def test_leads_through_the_steps_one_by_one(guest: Client, method: ShippingMethod) -> None:
    assert guest.get("/checkout/")["Location"] == url("address")
    response = guest.post(url("address"), typed() | {"email": "gerda@example.com"})
    assert (response.status_code, response["Location"]) == (303, url("delivery"))
    assert guest.get("/checkout/")["Location"] == url("delivery")
    response = guest.post(url("delivery"), {"shipping_method": method.pk})
    assert (response.status_code, response["Location"]) == (303, url("payment"))
    response = guest.post(url("payment"), {"payment_provider": "bank_transfer"})
    assert (response.status_code, response["Location"]) == (303, url("review"))
    assert guest.get("/checkout/")["Location"] == url("review")
    cart = Cart.objects.get()
    assert (cart.email, cart.shipping_method, cart.payment_provider) == ("gerda@example.com", method, "bank_transfer")
    assert cart.delivery_address.lines() == ["Gerda Gast", "Lindenweg 4", "04109 Leipzig", "Germany"]
    assert cart.invoice_address is None


@pytest.mark.parametrize(
    ("known", "first"),
    [([], "address"), (["address"], "delivery"), (["address", "delivery"], "payment"), (STEPS[:3], "review")],
)
def test_sends_whoever_skips_a_step_to_the_first_unanswered(guest: Client, known: list[str], first: str) -> None:
    cart = Cart.objects.get()
    make_ready(cart)
    lacking = {
        "address": {"delivery_address": None},
        "delivery": {"shipping_method": None},
        "payment": {"payment_provider": ""},
    }
    for step in set(lacking) - set(known):
        Cart.objects.update(**lacking[step])
    for step in STEPS:
        response = guest.get(url(step))
        allowed = STEPS.index(step) <= STEPS.index(first)
        assert (response.status_code, response.get("Location")) == ((200, None) if allowed else (302, url(first)))


@pytest.mark.parametrize(
    ("step", "data"), [("delivery", {"shipping_method": "1"}), ("payment", {"payment_provider": "bank_transfer"})]
)
def test_takes_no_answer_before_its_turn(guest: Client, step: str, data: dict[str, str]) -> None:
    cart = Cart.objects.get()
    before = state(cart)
    assert guest.post(url(step), data)["Location"] == url("address")
    assert state(cart) == before


def test_asks_again_when_an_answer_is_no_longer_good(guest: Client, method: ShippingMethod, settings: Any) -> None:
    make_ready(Cart.objects.get())
    assert guest.get(url("review")).status_code == 200
    settings.PAYMENT_PROVIDERS = ["cash_on_delivery"]
    assert guest.get(url("review"))["Location"] == url("payment")
    ShippingMethod.objects.update(is_active=False)
    assert guest.get(url("payment"))["Location"] == url("delivery")
    assert "We cannot deliver this cart to Germany" in text(guest.get(url("delivery")))


def test_returns_to_the_review_after_changing_one_answer(guest: Client) -> None:
    make_ready(Cart.objects.get())
    assert "Save and go to review" in text(guest.get(url("address")))
    response = guest.post(url("address"), typed(city="Halle") | {"email": "gerda@example.com"})
    assert response["Location"] == url("review")
    assert CartAddress.objects.get().city == "Halle"


def test_sends_an_empty_cart_back_to_the_cart(guest: Client) -> None:
    Cart.objects.get().lines.all().delete()
    for step in ["", *[f"{step}/" for step in STEPS]]:
        assert guest.get(f"/checkout/{step}")["Location"] == "/cart/"


def test_keeps_a_guests_progress_over_visits(guest: Client) -> None:
    guest.post(url("address"), typed() | {"email": "gerda@example.com"})
    page = guest.get(url("address")).content.decode()
    for value in ("gerda@example.com", "Lindenweg 4", "04109", "Leipzig"):
        assert f'value="{value}"' in page


def test_shows_the_order_and_four_named_steps_on_each_page(guest: Client) -> None:
    cart = Cart.objects.get()
    make_ready(cart)
    for step in STEPS:
        page = text(guest.get(url(step)))
        assert " Address Delivery Payment Review " in page
        assert cart.lines.get().variant.product.name in page
        assert "Total 104.90 €" in page


@pytest.mark.parametrize("step", STEPS)
def test_asks_the_database_a_dozen_times_at_most(guest: Client, step: str, django_assert_max_num_queries: Any) -> None:
    make_ready(Cart.objects.get())
    guest.get(url(step))
    with django_assert_max_num_queries(12):
        assert guest.get(url(step)).status_code == 200


# Address ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"email": ""}, "Enter the address that the confirmation goes to."),
        ({"email": "gerda"}, "Enter a valid email address."),
        ({"email": f"{'g' * 250}@example.com"}, "at most 254 characters"),
        ({"delivery-full_name": ""}, "Enter the name of who receives it."),
        ({"delivery-line1": ""}, "Enter the street and house number."),
        ({"delivery-line1": "x" * 161}, "at most 160 characters"),
        ({"delivery-city": ""}, "Enter the town or city."),
        ({"delivery-postcode": "123"}, "Enter the postcode as the country writes it"),
        ({"delivery-country": "XX"}, "Choose a country of the list."),
        ({"delivery-country": ""}, "Choose a country."),
        ({"invoice_differs": "on"}, "Enter the name of who receives it."),
    ],
)
def test_says_beside_the_field_what_is_wrong(guest: Client, data: dict[str, str], words: str) -> None:
    cart = Cart.objects.get()
    before = state(cart)
    response = guest.post(url("address"), typed() | {"email": "gerda@example.com"} | data)
    assert response.status_code == 422
    assert text(response).count(words) >= 2, "beside the field and in the list above"
    assert state(cart) == before


def test_shows_the_fields_of_the_country_that_is_asked_for(guest: Client) -> None:
    page = guest.get(url("address"), {"delivery-country": "US"}).content.decode()
    assert '<select name="delivery-region"' in page
    assert '<select name="invoice-region"' not in page
    for rubbish in ("XX", "", "x" * 500):
        page = guest.get(url("address"), {"delivery-country": rubbish}).content.decode()
        assert '<option value="DE" selected>Germany</option>' in page


def test_sends_the_invoice_elsewhere_and_back(guest: Client) -> None:
    cart = Cart.objects.get()
    both = typed() | typed("invoice", full_name="Gast GmbH") | {"email": "g@example.com", "invoice_differs": "on"}
    assert guest.post(url("address"), both).status_code == 303
    cart.refresh_from_db()
    assert cart.invoice_address.full_name == "Gast GmbH"
    assert cart.delivery_address.full_name == "Gerda Gast"
    assert 'name="invoice_differs" class="checkboxinput form-check-input"' in guest.get(url("address")).content.decode()
    del both["invoice_differs"]
    guest.post(url("address"), both)
    cart.refresh_from_db()
    assert cart.invoice_address is None
    assert CartAddress.objects.count() == 1


def test_asks_a_member_for_no_e_mail_address(member: Client, alice: Any) -> None:
    assert 'name="email"' not in member.get(url("address")).content.decode()
    member.post(url("address"), typed() | {"email": "mallory@example.com"})
    assert Cart.objects.get().email == ""


def test_offers_a_member_the_address_book_with_the_default_first(member: Client, alice: Any) -> None:
    home = make_address(alice, line1="Lindenstraße 12")
    work = make_address(alice, line1="Hafenweg 1")
    page = member.get(url("address")).content.decode()
    assert re.search(rf'name="delivery-saved" value="{home.pk}"[^>]* checked', page)
    response = member.post(url("address"), {"delivery-saved": work.pk})
    assert response["Location"] == url("delivery")
    assert Cart.objects.get().delivery_address.address_values() == work.address_values()
    assert re.search(
        rf'name="delivery-saved" value="{work.pk}"[^>]* checked', member.get(url("address")).content.decode()
    )


def test_takes_no_address_of_another_member(member: Client, alice: Any, bob: Any) -> None:
    make_address(alice)
    foreign = make_address(bob, line1="Geheimweg 7")
    cart = Cart.objects.get()
    before = state(cart)
    for pk in (foreign.pk, 999999, 10**30, "abc"):
        response = member.post(url("address"), {"delivery-saved": pk})
        assert response.status_code == 422
        assert "Choose one of the list." in text(response)
        assert "Geheimweg" not in text(response)
    data = typed() | {"invoice_differs": "on", "invoice-saved": foreign.pk}
    assert member.post(url("address"), data).status_code == 422
    assert state(cart) == before


def test_keeps_a_typed_address_in_the_book_when_asked(member: Client, alice: Any) -> None:
    member.post(url("address"), typed())
    assert not Address.objects.exists()
    member.post(url("address"), typed() | {"delivery-keep": "on"})
    member.post(url("address"), typed() | {"delivery-keep": "on"})
    kept = alice.addresses.get()
    assert (kept.line1, kept.is_default_delivery) == ("Lindenweg 4", True)


def test_lets_no_guest_choose_from_a_book(guest: Client, alice: Any) -> None:
    data = typed() | {"email": "g@example.com", "delivery-saved": make_address(alice).pk}
    assert guest.post(url("address"), data).status_code == 422
    assert Cart.objects.get().delivery_address is None


def test_keeps_nothing_of_a_guest(guest: Client) -> None:
    guest.post(url("address"), typed() | {"email": "g@example.com", "delivery-keep": "on"})
    assert not Address.objects.exists()


def test_never_reads_the_typed_fields_beside_a_chosen_entry(member: Client, alice: Any) -> None:
    home = make_address(alice)
    member.post(url("address"), typed(full_name="") | {"delivery-saved": home.pk, "delivery-keep": "on"})
    assert Cart.objects.get().delivery_address.full_name == home.full_name
    assert alice.addresses.count() == 1


# Delivery and payment -----------------------------------------------------------------------------------------


def test_shows_exactly_the_methods_that_fit(guest: Client, method: ShippingMethod) -> None:
    make_method(name="Express", price="12.90", free_from=None, days_min=1, days_max=1, position=2)
    make_method(name="Too light", max_weight_g=0)
    make_method(name="To France", countries=["FR"])
    cart = Cart.objects.get()
    cart.lines.get().variant.__class__.objects.update(weight_g=180)
    make_ready(cart, method=method)
    page = text(guest.get(url("delivery")))
    slow, quick = (calendar().promise(one, "DE") for one in ShippingMethod.objects.order_by("pk")[:2])
    assert f"Standard Arrives {slow} · free from 500.00 € 4.90 € Express Arrives {quick} 12.90 €" in page
    assert "Too light" not in page
    assert "To France" not in page


@pytest.mark.parametrize("value", ["", "abc", "999999", "1" + "0" * 30, "-1"])
def test_takes_no_delivery_that_does_not_fit(guest: Client, value: str) -> None:
    cart = Cart.objects.get()
    make_ready(cart)
    before = state(cart)
    response = guest.post(url("delivery"), {"shipping_method": value})
    assert response.status_code == 422
    assert "Choose" in text(response)
    foreign = make_method(name="To France", countries=["FR"])
    assert guest.post(url("delivery"), {"shipping_method": foreign.pk}).status_code == 422
    assert state(cart) == before


def test_asks_for_another_method_when_the_country_changes(guest: Client) -> None:
    make_method(name="To France", countries=["FR"])
    make_ready(Cart.objects.get())
    data = typed(country="FR", postcode="75001", city="Paris") | {"email": "g@example.com"}
    assert guest.post(url("address"), data)["Location"] == url("delivery")
    assert "To France" in text(guest.get(url("delivery")))


@pytest.mark.parametrize("value", ["", "stripe", "sandbox' OR 1=1", "x" * 5000])
def test_takes_no_payment_that_is_not_offered(guest: Client, value: str) -> None:
    cart = Cart.objects.get()
    make_ready(cart)
    before = state(cart)
    response = guest.post(url("payment"), {"payment_provider": value})
    assert response.status_code == 422
    assert "Choose" in text(response)
    assert state(cart) == before


def test_writes_no_more_than_the_step_asks_for(guest: Client, alice: Any) -> None:
    cart = Cart.objects.get()
    make_ready(cart)
    forged = {
        "status": "ordered",
        "user": alice.pk,
        "email": "x@example.com",
        "currency": "USD",
        "note": "x",
        "total": "1",
    }
    before = state(cart)
    guest.post(url("payment"), {"payment_provider": "cash_on_delivery"} | forged)
    assert state(cart) == before | {"payment_provider": "cash_on_delivery"}


def test_answers_no_step_of_a_cart_that_was_just_ordered(guest: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cart = Cart.objects.get()
    make_ready(cart)

    def order_meanwhile(*args: Any, **kwargs: Any) -> str:
        Cart.objects.update(status=Cart.Status.ORDERED)
        return "review"

    monkeypatch.setattr("orders.checkout.next_step", order_meanwhile)
    response = guest.post(url("payment"), {"payment_provider": "cash_on_delivery"})
    assert (response.status_code, response["Location"]) == (303, "/cart/")
    cart.refresh_from_db()
    assert (cart.payment_provider, cart.status) == ("bank_transfer", "ordered")


# Review -------------------------------------------------------------------------------------------------------


def test_shows_everything_before_the_button(guest: Client) -> None:
    make_ready(Cart.objects.get())
    response = guest.get(url("review"))
    page = text(response)
    for words in ("guest@example.com", "Gerda Gast Lindenweg 4 04109 Leipzig Germany", "Same as the delivery address"):
        assert words in page
    assert "Standard 2 to 3 working days after your money has come" in page
    assert "Bank transfer" in page
    assert "Place order · 104.90 €" in page
    assert '<button class="btn btn-primary btn-lg" name="total" value="104.90">' in response.content.decode()


def test_says_pay_on_the_button_where_paying_comes_next(guest: Client) -> None:
    make_ready(Cart.objects.get(), provider="sandbox")
    assert "Pay 104.90 €" in text(guest.get(url("review")))


def test_keeps_nothing_in_hidden_fields_but_the_key_and_what_is_left_to_pay(guest: Client) -> None:
    cart = Cart.objects.get()
    make_ready(cart)
    for step in STEPS:
        hidden = re.findall(r'<input type="hidden" name="([\w-]+)"', guest.get(url(step)).content.decode())
        allowed = {
            "csrfmiddlewaretoken",
            *(["key", "left"] if step == "review" else []),
            "delivery-region",
            "invoice-region",
        }
        assert set(hidden) <= allowed
    assert f'name="key" value="{cart.pk}"' in guest.get(url("review")).content.decode()


def test_is_private(guest: Client) -> None:
    make_ready(Cart.objects.get())
    for path in ("/cart/", *[url(step) for step in STEPS]):
        assert guest.get(path)["Cache-Control"] == "private, no-store"
