"""Money adds up, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicehub.lib.money import CurrencyMismatch, Money, shop_money

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False)
euros = amounts.map(lambda amount: Money(amount, "EUR"))
weights = st.lists(st.integers(0, 10**6) | st.decimals(0, 1000, places=3), min_size=1, max_size=30)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("given_", "currency", "kept"),
    [
        ("1.005", "EUR", "1.01"),
        ("1.004", "EUR", "1.00"),
        ("-1.005", "EUR", "-1.01"),
        ("-0.001", "EUR", "0.00"),
        ("1234.5", "JPY", "1235"),
        ("1.2345", "KWD", "1.235"),
    ],
)
def test_rounds_half_up_to_the_currencys_unit(given_: str, currency: str, kept: str) -> None:
    assert str(Money(Decimal(given_), currency).amount) == kept


def test_refuses_a_float() -> None:
    with pytest.raises(TypeError):
        Money(0.1, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_refuses_what_is_no_number(amount: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        Money(Decimal(amount), "EUR")


def test_does_not_mix_currencies() -> None:
    for mix in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a >= b):
        with pytest.raises(CurrencyMismatch):
            mix(eur("1"), Money(Decimal(1), "USD"))
    assert eur("1") != Money(Decimal(1), "USD")


def test_multiplies_by_whole_numbers_only() -> None:
    assert eur("0.33") * 3 == 3 * eur("0.33") == eur("0.99")
    with pytest.raises(TypeError):
        eur("1") * Decimal("1.5")  # type: ignore[operator]


def test_takes_per_cent() -> None:
    assert eur("19.99").percent(19) == eur("3.80")
    assert eur("100").percent(Decimal("0.5")) == eur("0.50")


def test_finds_the_tax_inside_a_price() -> None:
    assert eur("119").included(19) == eur("19.00")
    assert eur("0.01").included(19) == eur("0.00")
    assert eur("10").included(0) == eur("0.00")


@pytest.mark.parametrize(
    ("whole", "shares", "parts"),
    [
        ("10.00", [1, 1, 1], ["3.34", "3.33", "3.33"]),
        ("-10.00", [1, 1, 1], ["-3.34", "-3.33", "-3.33"]),
        ("0.01", [1, 2], ["0.00", "0.01"]),
        ("1.00", [0, 1], ["0.00", "1.00"]),
        ("1.00", [0, 0], ["0.50", "0.50"]),
    ],
)
def test_splits_in_proportion(whole: str, shares: list[int], parts: list[str]) -> None:
    assert eur(whole).split(shares) == [eur(part) for part in parts]


@pytest.mark.parametrize("shares", [[], [1, -1]])
def test_refuses_to_split_over_nothing_or_less(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="Split over"):
        eur("1").split(shares)


@given(euros, weights)
def test_splits_into_parts_that_sum_to_the_whole(whole: Money, shares: list) -> None:
    parts = whole.split(shares)
    assert sum(parts, Money.zero("EUR")) == whole
    exact = [whole.amount * Decimal(share) / sum(shares) for share in shares] if sum(shares) else []
    assert all(abs(part.amount - share) < Decimal("0.01001") for part, share in zip(parts, exact, strict=False))


@given(euros)
def test_survives_the_way_to_a_payment_provider_and_back(money: Money) -> None:
    assert Money.from_minor(money.to_minor(), "EUR") == money


@given(euros, euros)
def test_adds_and_takes_away_exactly(one: Money, other: Money) -> None:
    assert one + other - other == one
    assert (one < other) == (one.amount < other.amount)


def test_prints_as_the_shop_writes_prices() -> None:
    assert str(shop_money("1249")) == "1,249.00\N{NO-BREAK SPACE}€"
    assert Money(Decimal(1249), "JPY").format("en_GB") == "JP¥1,249"
    assert eur("1249").format("de_DE") == "1.249,00\N{NO-BREAK SPACE}€"


@pytest.mark.parametrize(("price", "prior", "percent"), [("80", "100", 20), ("699", "799", 12), ("99.50", "100", 0)])
def test_never_promises_more_per_cent_than_there_are(price: str, prior: str, percent: int) -> None:
    assert eur(price).per_cent_below(eur(prior)) == percent
