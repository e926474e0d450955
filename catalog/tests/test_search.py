"""The search on the database at hand."""

import random
import string

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog import publishing, search
from catalog.models import Product, SearchCode, SearchDocument, Synonym, TermBlock, UnmergedChange
from catalog.publishing import product_changed
from catalog.search.spelling import distance
from catalog.search.stems import stem
from catalog.search.words import code, places, query_words
from catalog.tests.factories import make_brand, make_category, make_product, make_product_type


def names(ids):
    known = dict(Product.objects.values_list("pk", "name"))
    return [known[pk] for pk in ids]


def found(text):
    return names(search.search(text).ids)


@pytest.fixture
def phone(db):
    return make_product(
        "Orvane Meridian 6",
        brand=make_brand("Orvane"),
        category=make_category("Phones", parent=make_category("Mobile")),
        product_type=make_product_type("phone"),
        summary="Compact, with batteries that last.",
        mpn="OV-MR6/EU",
        specs={"screen_size": 6.1, "wireless_charging": True, "nfc": False, "panel": "OLED"},
        variants=[{"sku": "ORV-MR6-128", "gtin": "0799651644364", "label": "Midnight, 128 GB"}],
    )


@pytest.fixture(params=["unmerged", "merged"])
def settled(request):
    """Call it once the shop is filled: the test is run before and after the merge."""
    return publishing.merge if request.param == "merged" else lambda: 0


@pytest.mark.parametrize(
    "text",
    [
        "Meridian",
        "meridián",
        "ORVANE meridian 6",
        "battery",
        "phone",
        "mobile phones",
        "midnight 128 GB",
        "128gb",
        "oled wireless charging",
        "6.1",
        "6,1",
        "the phone with the batteries",
        "ORV-MR6-128",
        "orvmr6128",
        "orv mr6 128",
        "OV MR6 EU",
        "ovmr6eu",
        "0799651644364",
        "799651644364",
        "00799651644364",
        "meri dian",
    ],
)
def test_finds_a_device_by_any_of_its_facts(phone, settled, text):
    make_product("Quillon Strike", summary="A keyboard.")
    settled()
    assert found(text) == ["Orvane Meridian 6"]


@pytest.mark.parametrize("text", ["nfc", "xylophone", "", "  ", '"', "🙂", "the of"])
def test_finds_nothing_where_nothing_is_meant(phone, settled, text):
    settled()
    assert found(text) == []


RELEVANCE = [
    ("laptop", 'Dellon Swift 15.6" Laptop, 16GB RAM', "Moka Laptop Bag 15.6 inch"),
    ("keyboard", "Logi K20 Wireless Keyboard", "Fintie Keyboard Case for Tablets"),
    ("laptop bag", "Moka Bag, fits a Laptop of 15 inches", "Dellon Swift Laptop with Bag"),
    ("headphones for phone", "Sonora Headphones for any Phone", "Orvane Phone"),
    ("27 inch monitor", 'Visio 27" Monitor', 'Visio 24" Monitor'),
    ("1tb ssd", "Kingsley SSD 1 TB", "Kingsley SSD 500 GB"),
    ("500 gb ssd", "Kingsley SSD 500GB", "Kingsley SSD 1TB"),
    ("head phones", "Sonora Headphones", "Orvane Phones"),
    ("macbook pro", "Mac Book Pro", "Orvane Book"),
    ("mac book", "Apfel MacBook", "Orvane Book"),
    ("usb c hub", "Anka USB-C Hub", "Anka USB Hub"),
    ("usbc hub", "Anka USB-C Hub", "Anka USB Hub"),
    ("wh1000xm4", "Sonora WH-1000XM4", "Sonora WH-1000XM3"),
    ("WH 1000 XM4", "Sonora WH-1000XM4", "Sonora WH-1000XM3"),
    ("wh-1000xm4", "Sonora WH 1000XM4", "Sonora WH 1000XM3"),
    ("television", "Visio 55 inch TV", "Visio Monitor"),
    ("solid state drive", "Kingsley SSD", "Kingsley Drive"),
    ("speaker without microphone", "Bosa Speaker", "Bosa Speaker and Microphone"),
    ("noise canceling headset", "Sonora Noise Cancelling Headset", "Sonora Headset"),
    ("wireless mice", "Logi Wireless Mouse", "Logi Wireless Pad"),
    ("iphonecase", "Iphone Case", "Iphone"),
    ("best cheap laptop under 300 dollars", "Dellon Laptop", "Best Cheap Laptop Sticker under 300 Dollars"),
    ("laptop with charger", "Dellon Laptop with Charger", "Dellon Laptop Charger"),
    ("power bank", "Anka Portable Charger Power Bank 10000mAh", "Anka Bank 10000mAh with Power Display"),
    ("roka remote", "Roka Voice Remote", "Roka Stick with Remote"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "first", "later"), RELEVANCE, ids=[row[0] for row in RELEVANCE])
def test_puts_first_what_is_meant(settled, text, first, later):
    make_product(later)
    make_product(first, slug="first")
    settled()
    assert found(text)[0] == first


@pytest.mark.django_db
def test_puts_the_name_before_a_mention(settled):
    make_product("Pelkor Case", description="Fits the Meridian and a dozen others. " * 3)
    make_product("Orvane Meridian 6")
    settled()
    assert found("meridian") == ["Orvane Meridian 6", "Pelkor Case"]


@pytest.mark.django_db
def test_leaves_out_the_tail_once_there_is_enough():
    category, kind, brand = make_category(), make_product_type(), make_brand()
    home = {"category": category, "product_type": kind, "brand": brand}
    for number in range(60):
        make_product(f"Orvane Phone {number}", **home)
    make_product("Pelkor Phone", **home)
    assert len(found("orvane phone")) == 60


@pytest.mark.django_db
def test_goes_on_with_less_while_little_is_found(settled):
    make_product("Orvane Meridian Unlocked Titanium Phone")
    make_product("Pelkor Phone")
    settled()
    assert found("orvane meridian unlocked titanium phone") == [
        "Orvane Meridian Unlocked Titanium Phone",
        "Pelkor Phone",
    ]


# Slips of the fingers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("orvnae meridain", "orvane meridian"),
        ("meridan", "meridian"),
        ("meeridian", "meridian"),
        ("neridian", "meridian"),
        ("orvanemeridian", "orvane meridian"),
        ("orvane merid ian", "orvane meridian"),
        ("merdiain phone", "meridian phone"),
        ("orvane meridiian phnoe", "orvane meridian phone"),
    ],
)
def test_corrects_what_was_mistyped_and_says_so(phone, typed, meant):
    make_product("Quillon Strike")
    publishing.merge()
    answer = search.search(typed)
    assert names(answer.ids) == ["Orvane Meridian 6"]
    assert answer.corrected in (meant, "")  # split words are joined without a word
    assert search.search(typed, correct=False).corrected == ""


def test_corrects_towards_words_that_occur_together(db):
    for number in range(3):
        make_product("Sanora Lamp", slug=f"lamp-{number}")
    make_product("Sonora Headphones")
    publishing.merge()
    assert search.search("snora headphones").corrected == "sonora headphones"


def test_takes_a_short_word_for_one_that_lost_a_letter(db):
    make_product("Visio Video Card")
    make_product("Visio Video Cat")
    publishing.merge()
    answer = search.search("video crd")
    assert (names(answer.ids)[0], answer.corrected) == ("Visio Video Card", "video card")


def test_takes_a_wrong_figure_for_another_model(db):
    make_product("Sonora XM4000")
    publishing.merge()
    assert search.search("xm5000").ids == []


@pytest.mark.parametrize(
    ("typed", "meant", "cost"),
    [("phone", "phone", 0), ("hpone", "phone", 1.2), ("phonne", "phone", 0.7), ("phobe", "phone", 0.8)],
)
def test_weighs_slips(typed, meant, cost):
    assert distance(typed, meant) == pytest.approx(cost, abs=0.5)


def test_takes_closing_quotes_for_no_inches(db, settled):
    make_product("Ferrin Panel 27")
    make_product("Ferrin Panel 27 inch")
    settled()
    assert search.search('"panel 27"', correct=False).words == ("panel", "27")
    assert search.search('panel 27"').words == ("panel", "27in")


# Kept true ----------------------------------------------------------------------------------------------------


def test_follows_a_change_of_name(phone, settled):
    settled()
    phone.name = "Orvane Zenith"
    phone.save()
    product_changed([phone.pk])
    assert (found("meridian"), found("zenith")) == ([], ["Orvane Zenith"])
    publishing.merge()
    assert (found("meridian"), found("zenith")) == ([], ["Orvane Zenith"])


def test_follows_a_change_of_brand_and_category(phone, settled):
    settled()
    Product.objects.update(price_from=1)  # a column that is none of its business
    phone.brand.name = "Zephyr"
    phone.brand.save()
    phone.category.name = "Handies"
    phone.category.save()
    assert (found("zephyr"), found("handies")) == (["Orvane Meridian 6"], ["Orvane Meridian 6"])
    assert Product.objects.get().price_from == 1


def test_forgets_a_deleted_product(db, settled):
    phone = make_product("Orvane Meridian", variants=[])
    settled()
    phone.delete()
    assert search.search("meridian").ids == []
    publishing.merge()
    assert search.search("meridian").ids == []
    assert not SearchDocument.objects.exists()
    assert not TermBlock.objects.exists()


def test_finds_a_change_that_came_after_the_merge_read_its_rows(phone):
    publishing.merge()
    other = make_product("Orvane Zenith", pk=phone.pk + 70_000)
    assert found("orvane") == ["Orvane Meridian 6", "Orvane Zenith"]
    publishing.merge()
    assert set(TermBlock.objects.filter(term=stem("zenith")).values_list("block", flat=True)) == {other.pk >> 16}
    assert found("zenith") == ["Orvane Zenith"]


def test_gives_a_product_without_document_one_at_the_merge(phone):
    publishing.merge()
    search.clear()
    UnmergedChange.record([phone.pk])
    assert found("meridian") == []
    publishing.merge()
    assert found("meridian") == ["Orvane Meridian 6"]


def test_rebuilds_from_the_catalog(phone, capsys):
    Product.objects.filter(pk=phone.pk).update(name="Orvane Zenith")
    call_command("rebuild_search")
    assert capsys.readouterr().out == "1 products are in the indexes of search and listings.\n"
    assert (search.search("meridian").ids, found("zenith")) == ([], ["Orvane Zenith"])
    assert search.search("zenit").corrected == "zenith"


WORDS = st.sampled_from(["usb", "hub", "phone", "case", "for", "27", "inch", "red", "orvane", "sonora", "charger"])
TITLES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


class Merging(TestCase):
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(TITLES, min_size=1, max_size=6),
        st.lists(TITLES, max_size=3),
        st.booleans(),
        st.lists(TITLES, max_size=3),
    )
    def test_changes_no_result(self, first, renamed, deletes, queries):
        home = {"category": make_category(), "product_type": make_product_type(), "brand": make_brand()}
        products = [make_product(title, slug=f"p-{at}", **home) for at, title in enumerate(first)]
        publishing.merge()
        for product, title in zip(products, renamed, strict=False):
            Product.objects.filter(pk=product.pk).update(name=title)
            product_changed([product.pk])
        if deletes:
            Product.objects.filter(pk=products[-1].pk).update(name="gone")
            product_changed([products[-1].pk])
        texts = [*queries, *first, "orvane", "usb hub"]
        before = [search.search(text, correct=False) for text in texts]
        publishing.merge()
        assert [search.search(text, correct=False) for text in texts] == before
        assert not UnmergedChange.objects.exists()


# Staff's synonyms ---------------------------------------------------------------------------------------------


def test_finds_by_synonyms_of_staff(phone, settled):
    settled()
    assert search.search("handset gadget").ids == []
    synonym = Synonym.objects.create(words="handset gadget, phone")
    assert found("handset gadget") == ["Orvane Meridian 6"]
    synonym.delete()
    assert search.search("handset gadget").ids == []


def test_has_synonyms_of_the_trade_from_the_start(db):
    assert Synonym.objects.filter(words="tv, television, telly").exists()


# Suggestions --------------------------------------------------------------------------------------------------


def test_suggests_by_the_beginning_of_a_name_or_number(phone, settled):
    make_product("Quillon Strike")
    settled()
    assert names(search.suggest("orvane meri")) == ["Orvane Meridian 6"]
    assert names(search.suggest("orv-mr6-1")) == ["Orvane Meridian 6"]
    assert search.suggest("eridian") == []


def test_orders_beginnings_by_code_point_whatever_language_the_database_sorts_in(db):
    """In most languages' orders no word lies between "orv" and the last letter behind it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = "('catalog_termblock', 'term'), ('catalog_searchcode', 'code'), ('catalog_searchcount', 'words')"
            cursor.execute(
                "SELECT collation_name FROM information_schema.columns "
                f"WHERE table_schema = current_schema() AND (table_name, column_name) IN ({columns})"
            )
            assert cursor.fetchall() == [("C",)] * 3
        else:
            cursor.execute("SELECT 'orvane' < 'orv' || char(1114111)")
            assert cursor.fetchone() == (1,)


# Whatever is typed, and how much it costs ---------------------------------------------------------------------


def test_takes_any_text(phone, settled):
    settled()
    chance = random.Random(7)
    odd = string.printable + "'\"*:^(){}[]|&!<>-+~\\%_ʼ’‘“„²½①Ⅷßﬁ１２ กำअ漢\u0301\u200d\ufeff😀\x00"
    for _ in range(150):
        text = "".join(chance.choices(odd, k=chance.randint(1, 30)))
        search.search(text)
        search.suggest(text)
    for text in ("a" * 10_000, "a b " * 5_000, "NEAR(a b)", "'; DROP TABLE catalog_product; --", "without", "1" * 500):
        assert search.search(text).ids == []


def test_indexes_many_products_with_a_constant_number_of_queries(db, django_assert_num_queries):
    category, kind, brand = make_category(), make_product_type(), make_brand()
    ids = [make_product(category=category, product_type=kind, brand=brand).pk for _ in range(12)]
    with django_assert_num_queries(6):
        search.write(ids)
    with django_assert_num_queries(6):
        search.write(ids[:3])


def test_writes_the_part_numbers_that_changed_and_no_others(phone):
    def codes():
        return sorted(SearchCode.objects.filter(product_id=phone.pk).values_list("code", flat=True))

    assert codes() == ["799651644364", "orvmr6128", "ovmr6eu"]
    with CaptureQueriesContext(connection) as asked:
        search.write([phone.pk])
    assert [query["sql"].split()[0] for query in asked if "catalog_searchcode" in query["sql"]] == ["SELECT"]
    phone.variants.update(sku="MR6-256")
    search.write([phone.pk])
    assert codes() == ["799651644364", "mr6256", "ovmr6eu"]


@pytest.mark.parametrize("text", ["orvane", "orvane meridian phone 6 oled", "orvnae meridain phnoe"])
def test_asks_the_database_no_more_for_more_words(phone, settled, text, django_assert_max_num_queries):
    settled()
    with django_assert_max_num_queries(6):
        search.search(text)


def test_merges_at_once_what_an_import_brings(db):
    category, kind, brand = make_category(), make_product_type(), make_brand()
    ids = [make_product(category=category, product_type=kind, brand=brand).pk]
    product_changed([*ids, *range(10_000_000, 10_000_600)])
    assert not UnmergedChange.objects.exists()
    assert TermBlock.objects.filter(block=ids[0] >> 16).exists()
    assert not TermBlock.objects.filter(block=10_000_000 >> 16).exists()


def test_reads_words_the_same_way_everywhere():
    assert query_words("Die 5,000 mAh, 6,1″ Wi‑Fi – ＴＢ CAFÉ") == ["die", "5000mah", "6.1in", "wi", "fi", "tb", "cafe"]
    assert query_words("of the") == ["of", "the"]
    assert [place.forms for place in places("WH-1000XM4 27-inch 4 in 1")] == [
        ("wh", "wh1000xm4"),
        ("1000xm4",),
        ("27in", "27"),
        ("4",),
        ("in",),
        ("1",),
    ]
    assert code("ORV-MR6/128 ") == "orvmr6128"


@pytest.mark.parametrize(
    ("words", "one"),
    [
        ("battery batteries", "battery"),
        ("charge charging charged", "charg"),
        ("canceling cancelling", "cancel"),
        ("box boxes", "box"),
        ("lens lenses", "lens"),
        ("case cases", "cas"),
        ("wireless", "wireless"),
        ("speed", "speed"),
    ],
)
def test_brings_forms_of_a_word_together(words, one):
    assert {stem(word) for word in words.split()} == {one}
