from datetime import date
from decimal import Decimal
from io import StringIO

import eu_vat_rates_data
import pytest
from django.core.management import call_command

from orders.models import TaxRate
from orders.tax import rate_for, rates_for
from orders.tests.factories import make_rate

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 22)


def load(day: str = "2026-11-22") -> str:
    out = StringIO()
    call_command("load_tax_rates", "--from", day, stdout=out)
    return out.getvalue()


def test_takes_the_rate_of_the_country_the_class_and_the_day() -> None:
    make_rate(16, valid_from=date(2020, 7, 1), valid_until=date(2020, 12, 31))
    make_rate(19, valid_from=date(2021, 1, 1))
    make_rate(20, country="FR")
    assert rate_for("DE", "standard", date(2020, 12, 31)) == 16
    assert rate_for("DE", "standard", date(2021, 1, 1)) == 19
    assert rate_for("FR", "standard", DAY) == 20


def test_knows_no_tax_before_the_first_day_or_in_a_country_without_rates() -> None:
    make_rate(19, valid_from=DAY)
    assert rate_for("DE", "standard", date(2026, 11, 21)) == 0
    assert rates_for("US", DAY) == {"standard": 0, "reduced": 0, "zero": 0}


def test_prefers_the_newer_of_two_rows_that_overlap() -> None:
    make_rate(20, valid_from=date(2024, 1, 1))
    make_rate(19, valid_from=date(2020, 1, 1))
    assert rate_for("DE", "standard", DAY) == 20


def test_reads_all_classes_with_one_query(django_assert_num_queries) -> None:
    make_rate(7, tax_class="reduced")
    with django_assert_num_queries(1):
        assert rates_for("DE", DAY) == {"standard": 0, "reduced": 7, "zero": 0}


def test_loads_the_european_table() -> None:
    assert load().startswith("129 rates written")
    assert rates_for("DE", DAY) == {"standard": 19, "reduced": 7, "zero": 0}
    assert rates_for("AT", DAY) == {"standard": 20, "reduced": 10, "zero": 0}
    assert rates_for("FI", DAY) == {"standard": Decimal("25.5"), "reduced": 10, "zero": 0}
    assert rates_for("FR", DAY)["reduced"] == Decimal("5.5")  # not the press rate of 2.1, nor Corsica's 0.9
    assert rates_for("DK", DAY)["reduced"] == 25  # has none
    assert not TaxRate.objects.filter(country__in=["XI", "XK"]).exists()  # names that addresses do not have


def test_changes_nothing_when_loaded_again() -> None:
    load("2026-11-22")
    before = list(TaxRate.objects.order_by("pk").values())
    assert load("2026-11-23").startswith("0 rates written")
    assert list(TaxRate.objects.order_by("pk").values()) == before


def test_lets_a_changed_rate_take_over_on_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    monkeypatch.setitem(eu_vat_rates_data.get_all_rates()["DE"], "standard", 21.0)
    assert load("2027-01-01").startswith("1 rates written")
    assert rate_for("DE", "standard", date(2026, 12, 31)) == 19
    assert rate_for("DE", "standard", date(2027, 1, 1)) == 21
    assert TaxRate.objects.get(country="DE", tax_class="standard", rate=19).valid_until == date(2026, 12, 31)


def test_leaves_a_rate_that_staff_planned_ahead_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    TaxRate.objects.filter(country="DE", tax_class="standard").update(valid_until=date(2026, 12, 31))
    make_rate(22, valid_from=date(2027, 1, 1))
    monkeypatch.setitem(eu_vat_rates_data.get_all_rates()["DE"], "standard", 21.0)
    load("2026-12-01")
    assert rate_for("DE", "standard", date(2026, 12, 2)) == 19
    assert rate_for("DE", "standard", date(2027, 1, 1)) == 22
