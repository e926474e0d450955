import pytest
from django.db import IntegrityError, transaction

from catalog import inventory
from catalog.exceptions import InsufficientStock, Shortage
from catalog.inventory import Availability
from catalog.models import Product, StockLevel, StockMovement
from catalog.tests.factories import make_product, make_variant

pytestmark = pytest.mark.django_db


def levels(*variants) -> list[tuple[int, int]]:
    rows = dict(StockLevel.objects.values_list("variant_id", "on_hand"))
    reserved = dict(StockLevel.objects.values_list("variant_id", "reserved"))
    return [(rows[variant.pk], reserved[variant.pk]) for variant in variants]


def ledger(variant) -> list[tuple]:
    columns = ("kind", "on_hand_change", "reserved_change", "on_hand_after", "reserved_after", "reference", "cause")
    return list(StockMovement.objects.filter(level__variant=variant).order_by("pk").values_list(*columns))


@pytest.fixture
def phone():
    return make_product(stock=5).variants.get()


@pytest.fixture
def case():
    return make_product(stock=2).variants.get()


def test_every_verb_leaves_its_movement(phone):
    inventory.reserve({phone.pk: 3}, reference="A", cause="placed")
    inventory.commit({phone.pk: 2}, reference="A", cause="shipment 1")
    inventory.release({phone.pk: 1}, reference="A", cause="canceled")
    inventory.restock({phone.pk: 1}, reference="A", cause="return 1")
    inventory.adjust(phone, -2, note="Broken in the window")
    assert ledger(phone) == [
        ("receipt", 5, 0, 5, 0, "", ""),
        ("reserve", 0, 3, 5, 3, "A", "placed"),
        ("commit", -2, -2, 3, 1, "A", "shipment 1"),
        ("release", 0, -1, 3, 0, "A", "canceled"),
        ("restock", 1, 0, 4, 0, "A", "return 1"),
        ("adjustment", -2, 0, 2, 0, "", ""),
    ]
    assert levels(phone) == [(2, 0)]


def test_reserves_all_or_nothing_and_names_every_shortage(phone, case):
    speaker = make_product(stock=0).variants.get()
    with pytest.raises(InsufficientStock) as refused:
        inventory.reserve({phone.pk: 2, case.pk: 3, speaker.pk: 1}, reference="A")
    assert refused.value.shortages == [Shortage(case.pk, 3, 2), Shortage(speaker.pk, 1, 0)]
    assert levels(phone, case) == [(5, 0), (2, 0)]
    assert StockMovement.objects.filter(kind="reserve").count() == 0


def test_counts_what_others_have_reserved(phone):
    inventory.reserve({phone.pk: 4}, reference="A")
    with pytest.raises(InsufficientStock) as refused:
        inventory.reserve({phone.pk: 2}, reference="B")
    assert refused.value.shortages == [Shortage(phone.pk, 2, 1)]
    inventory.reserve({phone.pk: 1}, reference="B")
    assert levels(phone) == [(5, 5)]


def test_moves_nothing_twice_for_the_same_cause(phone):
    inventory.reserve({phone.pk: 2}, reference="A", cause="placed")
    inventory.release({phone.pk: 1}, reference="A", cause="canceled")
    with pytest.raises(IntegrityError), transaction.atomic():
        inventory.release({phone.pk: 1}, reference="A", cause="canceled")
    assert levels(phone) == [(5, 1)]
    assert inventory.reserved_for("A") == {phone.pk: 1}


@pytest.mark.parametrize("verb", [inventory.release, inventory.commit])
def test_frees_and_dispatches_no_more_than_is_reserved(phone, verb):
    inventory.reserve({phone.pk: 1}, reference="A")
    with pytest.raises(InsufficientStock):
        verb({phone.pk: 2}, reference="A", cause="again")
    assert levels(phone) == [(5, 1)]


def test_corrects_no_further_down_than_what_is_reserved(phone):
    inventory.reserve({phone.pk: 4}, reference="A")
    with pytest.raises(InsufficientStock) as refused:
        inventory.adjust(phone, -2, note="Lost")
    assert refused.value.shortages == [Shortage(phone.pk, 2, 1)]
    assert levels(phone) == [(5, 4)]


def test_loses_a_race_without_a_trace(phone, monkeypatch):
    """The level changes between the buyer's look and his claim, as another process would change it."""
    place = inventory.main_place()

    def meanwhile():
        StockLevel.objects.filter(variant=phone).update(reserved=5)
        return place

    monkeypatch.setattr(inventory, "main_place", meanwhile)
    with pytest.raises(InsufficientStock):
        inventory.reserve({phone.pk: 1}, reference="A")
    assert not StockMovement.objects.filter(reference="A").exists()


@pytest.mark.parametrize("change", [{"on_hand": -1}, {"reserved": -1}, {"reserved": 6}])
def test_the_database_refuses_impossible_levels(phone, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        StockLevel.objects.filter(variant=phone).update(**change)
    assert levels(phone) == [(5, 0)]


def test_keeps_the_ledger_append_only(phone):
    movement = StockMovement.objects.get()
    movement.note = "changed"
    for act in (movement.save, movement.delete, StockMovement.objects.all().delete):
        with pytest.raises(TypeError):
            act()
    with pytest.raises(TypeError):
        StockMovement.objects.update(note="changed")
    assert StockMovement.objects.get().note == ""


def test_says_availability_in_words(django_assert_num_queries):
    shelf = [make_product(stock=stock).variants.get().pk for stock in (9, 3, 1, 0)]
    with django_assert_num_queries(1):
        found = inventory.availability(shelf)
    assert [found[pk].state for pk in shelf] == ["in", "low", "low", "out"]
    assert [found[pk].words for pk in shelf] == ["In stock", "Only 3 left", "Only 1 left", "Sold out"]


def test_takes_the_level_s_own_mark_for_low():
    assert Availability(10, low_at=10).state == "low"
    assert Availability(4, low_at=0).state == "in"


def test_a_product_is_available_while_any_variant_is(phone):
    product = phone.product
    other = make_variant(product, stock=1)
    inventory.reserve({phone.pk: 5}, reference="A")
    assert Product.objects.get(pk=product.pk).is_available
    inventory.reserve({other.pk: 1}, reference="B")
    assert not Product.objects.get(pk=product.pk).is_available
    inventory.release({phone.pk: 1}, reference="A", cause="canceled")
    assert Product.objects.get(pk=product.pk).is_available


def test_reserves_in_a_constant_number_of_queries_whatever_the_ledger_holds(phone, django_assert_num_queries):
    inventory.receive(phone, 95)
    for number in range(30):
        inventory.reserve({phone.pk: 1}, reference=f"A{number}")
    with django_assert_num_queries(6):  # savepoint, place, claim, level, movement, savepoint
        inventory.reserve({phone.pk: 1}, reference="B")
