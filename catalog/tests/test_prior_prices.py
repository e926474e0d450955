"""Cases of article 6a, as tables: what a price was before it was reduced. Days are counted from the first price."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.prior_prices import FIRST_DAY, WINDOW, reduction, steps

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
LONGEST = timedelta(days=90)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def history(*prices: tuple[float, int]) -> list[tuple[datetime, Decimal]]:
    return [(day(number), Decimal(price)) for number, price in prices]


def found(prices, at, **changes):
    reduced = reduction(history(*prices), at=day(at), **{"longest": LONGEST, **changes})
    return reduced and (int(reduced.prior), (reduced.began - START) / timedelta(days=1))


@pytest.mark.parametrize(
    ("prices", "at", "expected"),
    [
        # No reduction.
        pytest.param([], 0, None, id="no price yet"),
        pytest.param([(0, 100)], 400, None, id="one price"),
        pytest.param([(0, 100), (50, 120)], 60, None, id="dearer"),
        pytest.param([(0, 100), (50, 100)], 60, None, id="the same price set again"),
        # Plain reductions.
        pytest.param([(0, 100), (50, 80)], 50, (100, 50), id="at the moment it begins"),
        pytest.param([(0, 100), (400, 80)], 410, (100, 400), id="set long before and still in force"),
        pytest.param([(0, 70), (200, 100), (229, 80)], 230, None, id="an old low that ended within the 30 days"),
        pytest.param([(0, 70), (200, 100), (231, 80)], 232, (100, 231), id="an old low that ended before them"),
        pytest.param([(0, 70), (200, 100), (230, 80)], 231, (100, 230), id="it ended just as they began"),
        pytest.param([(0, 100), (50, 80), (55, 80)], 60, (100, 50), id="the reduced price set again changes nothing"),
        # 80 → 100 → 90: the 30 days know 80.
        pytest.param([(0, 80), (50, 100), (60, 90)], 61, None, id="80-100-90 is no reduction"),
        pytest.param([(0, 80), (50, 100), (60, 75)], 61, (80, 60), id="80-100-75 is one from 80"),
        pytest.param([(0, 80), (50, 100), (90, 90)], 91, (100, 90), id="80-100-90 when 80 is long gone"),
        # Raised, then a "sale".
        pytest.param([(0, 100), (50, 150), (52, 100)], 53, None, id="raised for a sale at the old price"),
        pytest.param([(0, 100), (50, 150), (52, 99)], 53, (100, 52), id="raised for a sale a little below"),
        # Stepwise cuts.
        pytest.param([(0, 100), (50, 90), (55, 80), (60, 70)], 61, (100, 50), id="step by step keeps the first"),
        pytest.param([(0, 100), (50, 90), (85, 80)], 86, (100, 50), id="steps more than 30 days apart"),
        pytest.param([(0, 80), (50, 100), (60, 90), (61, 75)], 62, (80, 61), id="a cut that was none begins no series"),
        pytest.param([(0, 80), (50, 100), (60, 90), (95, 85)], 96, (90, 95), id="nor does it lend its days"),
        # Ends.
        pytest.param([(0, 100), (50, 80), (60, 85)], 61, None, id="a rise ends it, even below the prior price"),
        pytest.param([(0, 100), (50, 80), (60, 85), (61, 82)], 62, None, id="a rise interrupts the series"),
        pytest.param([(0, 100), (50, 80), (60, 85), (61, 79)], 62, (80, 61), id="the next one starts from the low"),
        pytest.param([(0, 100), (50, 80), (60, 100)], 61, None, id="back to the old price"),
        pytest.param([(0, 100), (50, 80)], 139, (100, 50), id="its last day"),
        pytest.param([(0, 100), (50, 80)], 140, None, id="told for long enough"),
        pytest.param([(0, 100), (50, 80), (139, 70)], 141, None, id="a late step makes it no longer"),
        pytest.param([(0, 100), (50, 80), (140, 70)], 141, (80, 140), id="a cut after its end begins another"),
        # New things.
        pytest.param([(0, 100), (10, 80)], 11, (100, 10), id="on sale for ten days"),
        pytest.param([(0, 90), (5, 100), (10, 95)], 11, None, id="the lowest since it is on sale"),
        pytest.param([(0, 100), (0.5, 80)], 2, None, id="a slip put right on the first day"),
        pytest.param([(0, 100), (0.5, 80), (10, 70)], 11, (80, 10), id="and a cut after it"),
        # One moment.
        pytest.param([(0, 100), (50, 200), (50, 80)], 51, (100, 50), id="of two at once the last holds"),
        pytest.param([(0, 100), (50, 80), (50, 100)], 51, None, id="there and back at once"),
        pytest.param([(0, 100), (50, 60), (50, 80)], 51, (100, 50), id="a price never in force"),
    ],
)
def test_knows_the_prior_price(prices, at, expected):
    assert found(prices, at) == expected


def test_does_not_count_what_was_asked_before_it_was_on_sale():
    prices = [(0, 1000), (20, 500), (60, 450)]
    assert found(prices, 21) == (1000, 20)
    assert found(prices, 61, since=day(30)) == (500, 60)
    assert found(prices[:2], 31, since=day(30)) is None
    assert found(prices, 61, since=day(59.5)) is None


def test_lasts_as_long_as_the_shop_allows():
    assert found([(0, 100), (50, 80)], 56, longest=timedelta(days=7)) == (100, 50)
    assert found([(0, 100), (50, 80)], 57, longest=timedelta(days=7)) is None


def test_does_not_depend_on_time_zones_or_order():
    told = history((0, 100), (50, 90), (55, 80))
    zones = [timezone(timedelta(hours=hours)) for hours in (-11, 0, 14)]
    elsewhere = [(moment.astimezone(zone), price) for zone, (moment, price) in zip(zones, told, strict=True)]
    here = reduction(told, at=day(60), longest=LONGEST)
    assert reduction(reversed(elsewhere), at=day(60), longest=LONGEST) == here
    assert here is not None


def test_reads_a_history_as_steps():
    told = history((0, 100), (5, 90), (5, 80), (9, 80), (12, 95))
    assert [(int(price), (moment - START).days) for moment, price in steps(told)] == [(100, 0), (80, 5), (95, 12)]
    assert [int(price) for _moment, price in steps(told, since=day(7))] == [80, 95]


def in_force(told, moment):
    return [price for begun, price in told if begun <= moment][-1]


STEPS = st.tuples(st.integers(0, 200), st.integers(50, 60))
HISTORIES = st.lists(STEPS, min_size=1, max_size=12, unique_by=lambda step: step[0])


@given(HISTORIES, st.integers(0, 100))
def test_never_says_more_than_any_day_of_the_30_before(prices, later):
    """Read the plain way, hour by hour, the price was never lower than the prior price in the 30 days before."""
    told = sorted(history(*prices))
    at = told[-1][0] + timedelta(days=later)
    reduced = reduction(told, at=at, longest=LONGEST)
    if reduced is None:
        return
    first, now = told[0][0], told[-1][1]
    assert now < reduced.prior
    assert reduced.began <= at < reduced.began + LONGEST
    assert reduced.began >= first + FIRST_DAY
    hours = int(WINDOW / timedelta(hours=12))
    window = [reduced.began - timedelta(hours=12 * number) for number in range(1, hours)]
    assert min(in_force(told, moment) for moment in window if moment >= first) == reduced.prior
    since = [price for moment, price in told if moment >= reduced.began]
    assert since == sorted(since, reverse=True)
