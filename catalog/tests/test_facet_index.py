"""The index of listings: true before a merge, after it and while one happens."""

from datetime import timedelta

import pytest
from cachetools import LRUCache
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from catalog import facet_index, inventory, navigation, publishing
from catalog.facet_index import kept
from catalog.facet_index.blocks import SIZE
from catalog.facet_index.facts import BRAND, STOCK
from catalog.listings import Listing
from catalog.models import FacetBlock, Product, SpecField, UnmergedChange, Variant
from catalog.selections import Scene, Scope
from catalog.tests.factories import make_brand, make_category, make_field, make_product, make_product_type, set_stock

pytestmark = pytest.mark.django_db


def names(query=""):
    """What /products/ lists, as names in alphabetical order."""
    listing = Listing(QueryDict(query), "/products/", navigation.current())
    ids = listing.selection.page(0, listing.total)
    assert len(ids) == listing.total
    return sorted(Product.objects.filter(pk__in=ids).values_list("name", flat=True))


@pytest.fixture
def kind():
    return {
        "product_type": make_product_type("phone"),
        "category": make_category("Phones"),
        "brand": make_brand("Orvane"),
    }


@pytest.fixture
def meridian(kind):
    """Blue with 128 GB and black with 256 GB, one of each."""
    variants = [
        {"sku": "BLUE", "stock": 1, "options": {"colour": "Blue", "storage": 128}},
        {"sku": "BLACK", "stock": 1, "options": {"colour": "Black", "storage": 256}},
    ]
    return make_product("Meridian", variants=variants, specs={"nfc": True}, **kind)


@pytest.fixture
def zenith(kind):
    """Blue with 256 GB. Its key lies in another block than the Meridian's."""
    return make_product("Zenith", pk=70_000, variants=[{"options": {"colour": "Blue", "storage": 256}}], **kind)


def stored():
    rows = FacetBlock.objects.values_list("facet", "block", "data")
    return {(facet, block): bytes(data) for facet, block, data in rows}


def both(test):
    """Run once with what changed read from its rows, once from the index."""
    return pytest.mark.parametrize("merged", [False, True])(test)


@both
def test_finds_who_has_all_in_one_variant_in_every_block(meridian, zenith, merged):
    if merged:
        assert publishing.merge() == 2
        assert set(FacetBlock.objects.values_list("block", flat=True)) == {0, 1}
    assert UnmergedChange.objects.exists() is not merged
    assert names() == ["Meridian", "Zenith"]
    assert names("spec-colour=blue") == ["Meridian", "Zenith"]
    assert names("spec-colour=blue&spec-storage=256") == ["Zenith"]
    assert names("spec-colour=black&spec-storage=256&spec-nfc=yes") == ["Meridian"]


def test_tells_at_once_that_the_last_one_of_a_kind_was_reserved(meridian, zenith):
    publishing.merge()
    inventory.reserve({Variant.objects.get(sku="BLUE").pk: 1}, reference="A")
    assert names("spec-colour=blue&in_stock=1") == ["Zenith"]
    assert names("spec-colour=black&in_stock=1") == ["Meridian"]
    publishing.merge()
    assert names("spec-colour=blue&in_stock=1") == ["Zenith"]
    inventory.release({Variant.objects.get(sku="BLUE").pk: 1}, reference="A")
    assert names("spec-colour=blue&in_stock=1") == ["Meridian", "Zenith"]


def test_follows_price_and_withdrawal_of_a_variant(meridian):
    publishing.merge()
    black = Variant.objects.get(sku="BLACK")
    black.price = 300
    black.save()
    assert names("max_price=300") == ["Meridian"]
    black.is_active = False
    black.save()
    assert names("max_price=300") == names("spec-colour=black") == []
    publishing.merge()
    assert names("spec-colour=black") == []
    assert names() == ["Meridian"]


def test_forgets_what_is_deleted_or_unpublished(kind, zenith):
    never_stocked = make_product("Never stocked", stock=0, **kind)
    publishing.merge()
    assert names() == ["Never stocked", "Zenith"]
    never_stocked.delete()
    assert names() == ["Zenith"]
    publishing.merge()
    assert names() == ["Zenith"]
    Product.objects.filter(pk=zenith.pk).update(is_published=False)
    publishing.product_changed([zenith.pk])
    publishing.merge()
    assert names() == []
    assert not FacetBlock.objects.exists()


def test_keeps_to_what_was_when_a_change_is_rolled_back(meridian):
    publishing.merge()
    with transaction.atomic():
        set_stock(Variant.objects.get(sku="BLUE"), 0)
        assert names("spec-colour=blue&in_stock=1") == []
        transaction.set_rollback(True)
    assert names("spec-colour=blue&in_stock=1") == ["Meridian"]


@pytest.fixture
def unpacked(monkeypatch):
    """The facets whose rows this process had to fetch and unpack, as it goes on; it begins with none."""
    facets = []

    def noted(facet, *row):
        facets.append(facet)
        return unpack_row(facet, *row)

    unpack_row = kept.unpack_row
    monkeypatch.setattr(kept, "_kept", LRUCache(kept.BYTES, getsizeof=lambda content: content.size))
    monkeypatch.setattr(kept, "unpack_row", noted)
    return facets


def test_unpacks_again_only_what_another_merge_changed(meridian, zenith, unpacked):
    publishing.merge()
    assert names("in_stock=1") == ["Meridian", "Zenith"]
    assert STOCK in unpacked
    unpacked.clear()
    assert names("in_stock=1") == ["Meridian", "Zenith"]
    assert unpacked == []
    set_stock(Variant.objects.get(sku="BLUE"), 0)
    publishing.merge()
    unpacked.clear()
    assert names("in_stock=1&spec-colour=blue") == ["Zenith"]
    assert unpacked == [STOCK]


def test_keeps_nothing_of_a_merge_that_was_rolled_back(meridian, unpacked):
    publishing.merge()
    with transaction.atomic():
        set_stock(Variant.objects.get(sku="BLUE"), 0)
        publishing.merge()
        assert names("spec-colour=blue&in_stock=1") == []
        transaction.set_rollback(True)
    assert names("spec-colour=blue&in_stock=1") == ["Meridian"]
    assert names("spec-colour=black&in_stock=1") == ["Meridian"]


def test_needs_no_room_to_keep_anything(meridian, zenith, unpacked, monkeypatch):
    monkeypatch.setattr(kept, "BYTES", 10)
    publishing.merge()
    for _time in range(2):
        assert names("spec-colour=blue&spec-storage=256") == ["Zenith"]
    assert unpacked.count(STOCK) == 4  # of two blocks, for two pages


@pytest.mark.parametrize("merged_then", [False, True])
def test_opens_and_closes_publication_by_the_clock(kind, monkeypatch, merged_then):
    start = timezone.now()
    make_product("Soon", published_from=start + timedelta(hours=1), **kind)
    make_product("Ending", published_from=start - timedelta(days=1), published_until=start + timedelta(hours=1), **kind)
    publishing.merge()
    assert names() == ["Ending"]
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(hours=2))
    if merged_then:
        publishing.merge()
    assert names() == ["Soon"]


def test_lists_and_counts_when_all_that_was_merged_has_changed(client, meridian, zenith):
    """As after a change of a spec field, which marks every product of its type."""
    publishing.merge()
    publishing.product_changed([meridian.pk, zenith.pk])
    response = client.get("/categories/phones/?spec-colour=blue")
    assert response.status_code == 200
    assert [card.name for card in response.context["cards"]] == ["Zenith", "Meridian"]
    colours = next(facet for facet in response.context["listing"].facets if facet.label == "Colour")
    assert [(choice.value, choice.count) for choice in colours.choices] == [("blue", 2), ("black", 1)]


def test_counts_once_what_is_merged_while_a_page_is_made(meridian, zenith):
    publishing.merge()
    set_stock(Variant.objects.get(sku="BLUE"), 7)
    Product.objects.filter(pk=meridian.pk).update(brand=make_brand("Pelkor"))
    publishing.product_changed([meridian.pk])
    snapshot = facet_index.Snapshot()
    publishing.merge()
    snapshot.load([BRAND])
    found = [(value, len(bits)) for _number, block in snapshot.all_blocks() for value, bits in block.of(BRAND).items()]
    assert sorted(count for _value, count in found if count) == [1, 1]
    assert not UnmergedChange.objects.exists()


def test_reads_a_facet_of_further_blocks_once_they_are_asked_for(meridian, django_assert_num_queries):
    far = make_product("Far", pk=SIZE + 1)
    publishing.merge()
    snapshot = facet_index.Snapshot()
    snapshot.load([BRAND], within=[0])
    snapshot.load([BRAND], within=[0, 1])
    with django_assert_num_queries(0):
        snapshot.load([BRAND], within=[1])
    brands = [(number, list(block.of(BRAND))) for number, block in snapshot.all_blocks()]
    assert brands == [(0, [str(meridian.brand_id)]), (1, [str(far.brand_id)])]


def test_merges_and_rebuilds_to_the_same(meridian, zenith):
    publishing.merge()
    publishing.product_changed([meridian.pk])
    publishing.merge()
    merged = stored()
    assert publishing.rebuild() == 2
    assert stored() == merged
    assert publishing.merge() == 0


def test_merges_a_large_change_at_once(meridian, zenith, monkeypatch):
    monkeypatch.setattr(publishing, "PILE", 1)
    publishing.product_changed([meridian.pk, zenith.pk])
    assert not UnmergedChange.objects.exists()
    assert names("spec-colour=blue&spec-storage=256") == ["Zenith"]


def test_narrows_a_scene_to_category_brand_and_search(meridian, zenith):
    other = make_product("Other", specs={"nfc": True})
    publishing.merge()
    assert Scene(Scope(brand_id=meridian.brand_id)).type_ids == [meridian.product_type_id]
    assert Scene(Scope(category_ids=frozenset([other.category_id]))).type_ids == [other.product_type_id]
    assert Scene(Scope(found_ids=[other.pk, 10**9])).type_ids == [other.product_type_id]
    assert Scene(Scope(found_ids=[])).type_ids == []


def test_compares_amounts_as_they_are_printed(kind):
    """1550 mm is 61.02362205 in; what the page offers as a value must find its device."""
    field = {"kind": SpecField.Kind.NUMBER, "unit": "in"}
    product = make_product("Panel", **kind)
    kind["product_type"].fields.create(key="size", label="Size", is_facet=True, **field)
    product.spec_values.create(field=kind["product_type"].fields.get(), number=1550)
    publishing.product_changed([product.pk])
    make_product("Other panel", specs={"size": 40}, **kind)
    choices = next(
        f for f in Listing(QueryDict(), "/products/", navigation.current()).facets if f.label == "Size"
    ).choices
    assert [(choice.value, choice.count) for choice in choices] == [("40", 1), ("61.02362205", 1)]
    assert names("spec-size=61.02362205") == names("spec-size-min=61.02362205") == ["Panel"]
    assert names("spec-size=155cm") == ["Panel"]


@both
def test_compares_sizes_as_they_are_printed(kind, merged):
    """155 × 20 mm are 6.1023622 × 0.78740157 in, of whichever unit the field is that it was typed in."""
    tablet = make_product_type("tablet")
    make_field(kind["product_type"], "case", kind=SpecField.Kind.SIZE, unit="in", position=1)
    make_field(tablet, "case", kind=SpecField.Kind.SIZE, unit="mm", position=2)
    make_product("Panel", specs={"case": ("6.1023622", "0.78740157")}, **kind)
    make_product("Slate", pk=70_000, product_type=tablet, specs={"case": (155, 20)})
    make_product("Other", product_type=tablet, specs={"case": (155, 20, 8)})
    if merged:
        publishing.merge()
    choices = next(
        f for f in Listing(QueryDict(), "/products/", navigation.current()).facets if f.label == "Case"
    ).choices
    assert [(choice.value, choice.label, choice.count) for choice in choices] == [
        ("6.1023622x0.78740157x0.31496063", "6.1 × 0.787 × 0.315 in", 1),
        ("6.1023622x0.78740157", "6.1 × 0.787 in", 2),
    ]
    assert names("spec-case=6.1023622x0.78740157") == names("spec-case=15.5x2cm") == ["Panel", "Slate"]
    assert names("spec-case=155x20x8mm") == ["Other"]
    assert names("spec-case=155x20x8mm&spec-case=155x20mm") == ["Other", "Panel", "Slate"]
