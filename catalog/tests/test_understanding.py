"""Queries as shoppers write them, and what they become: filters, an order, and the text that is left."""

import json
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from catalog import demo, reference, understanding, units
from catalog.models import Category
from catalog.tests.factories import (
    make_brand,
    make_category,
    make_choice,
    make_field,
    make_product,
    make_product_type,
)
from catalog.understanding import lexicon, understand
from catalog.understanding.lexicon import Field, Place, Vocabulary, named_brands, named_places

PHONE, LAPTOP, HEADPHONES, MONITOR, KEYBOARD, MOUSE, DISK = range(1, 8)
TYPES = {
    PHONE: "Phone",
    LAPTOP: "Laptop",
    HEADPHONES: "Headphones",
    MONITOR: "Monitor",
    KEYBOARD: "Keyboard",
    MOUSE: "Mouse",
    DISK: "Storage",
}


def number(key, unit, low, high, *, label="", better="higher", is_facet=True):
    ends = (units.stored(Decimal(str(end)), unit) for end in (low, high))
    return Field(key, label or key.replace("_", " ").capitalize(), "number", unit, better, is_facet, (), *ends)


def choice(key, *labels):
    values = tuple((label.lower().replace(" ", "-"), label) for label in labels)
    return Field(key, key.capitalize(), "choice", choices=values)


def yes_or_no(key, label, *, is_facet=True):
    return Field(key, label, "boolean", is_facet=is_facet)


COLOUR = choice("colour", "Black", "Blue", "Sky blue")
SCREEN = number("screen_size", "in", 5, 49, better="none")
FIELDS = {
    PHONE: (
        COLOUR,
        number("storage", "GB", 64, 1000),
        number("memory", "GB", 4, 16),
        SCREEN,
        number("battery", "mAh", 3000, 6000),
        choice("network", "4G", "5G"),
        choice("protection", "None", "IP54", "IP67", "IP68"),
        yes_or_no("nfc", "NFC", is_facet=False),
        yes_or_no("headphone_jack", "Headphone socket"),
        number("weight", "g", 150, 250, better="lower", is_facet=False),
    ),
    LAPTOP: (
        COLOUR,
        number("memory", "GB", 8, 64),
        number("storage", "GB", 256, 4000, label="SSD"),
        choice("layout", "QWERTY (UK)", "QWERTY (US)", "QWERTZ (German)"),
        number("cores", "", 4, 16, label="Processor cores", is_facet=False),
        SCREEN,
        choice("panel", "IPS LCD", "OLED"),
        yes_or_no("touch", "Touch screen"),
        number("battery_capacity", "Wh", 40, 99, label="Battery", is_facet=False),
        number("battery_life", "h", 6, 24),
        choice("ports", "USB-C", "HDMI"),
        number("weight", "kg", 1, 3, better="lower"),
    ),
    HEADPHONES: (
        COLOUR,
        yes_or_no("noise_cancelling", "Active noise cancelling"),
        yes_or_no("wireless", "Wireless"),
        choice("form", "Over-ear", "In-ear"),
        number("battery_life", "h", 8, 60),
        number("case_battery_life", "h", 20, 90, label="Battery life with case", is_facet=False),
        number("weight", "g", 5, 300, better="lower", is_facet=False),
    ),
    MONITOR: (
        SCREEN,
        choice("resolution_class", "Full HD", "4K"),
        Field("resolution", "Resolution", "size", "px"),
        Field("stand", "Stand", "size", "cm"),
        choice("panel", "IPS LCD", "OLED"),
        number("refresh_rate", "Hz", 60, 240),
        yes_or_no("curved", "Curved"),
        choice("ports", "USB-C", "HDMI"),
        number("usb_c_power", "W", 65, 100, label="Power over USB-C"),
    ),
    KEYBOARD: (COLOUR, choice("technology", "Mechanical", "Scissor"), choice("connection", "USB cable", "Bluetooth")),
    MOUSE: (COLOUR, number("buttons", "", 2, 12), choice("connection", "USB cable", "Bluetooth")),
    DISK: (COLOUR, number("capacity", "GB", 128, 8000), number("read_speed", "MB/s", 100, 7000, label="Read")),
}


def category(name, path, *types):
    return Place(name.lower().replace(" ", "-"), name, path, frozenset(types))


def shop(**changes):
    places = [
        category("Phones and tablets", "0001", PHONE),
        category("Phones", "00010001", PHONE),
        category("Laptops", "0002", LAPTOP),
        category("Headphones", "0003", HEADPHONES),
        category("Monitors", "0004", MONITOR),
        category("Keyboards and mice", "0005", KEYBOARD, MOUSE),
        category("Storage", "0006", DISK),
    ]
    brands = [("orvane", "Orvane"), ("sky-and-sons", "Sky & Sons"), ("hp", "HP")]
    return Vocabulary(
        **{
            "places": named_places(places, TYPES),
            "by_slug": {place.slug: place for place in places},
            "brands": named_brands(brands),
            "fields": FIELDS,
            **changes,
        }
    )


SHOP = shop()


def meant(text, vocabulary=SHOP, **options):
    """As the end of an address; the order as its last part, the text that is left behind a bar."""
    found = understand(text, vocabulary, **options)
    pairs = sorted(found.pairs) + ([("sort", found.sort)] if found.sort else [])
    return "&".join(f"{name}={value}" for name, value in pairs) + (f" | {found.rest}" if found.rest else "")


UNDERSTOOD = {
    # The three of the issue.
    "phone under 500 with 256 gb": "category=phones&max_price=500&spec-storage=256",
    "lightest 14 inch laptop": (
        "category=laptops&spec-screen_size-max=14.5&spec-screen_size-min=13.5&sort=spec-weight"
    ),
    "noise cancelling headphones in stock": "category=headphones&in_stock=1&spec-noise_cancelling=yes",
    # Whole queries.
    "phones": "category=phones",
    "smartphone": "category=phones",
    "Show me laptops, please": "category=laptops",
    "orvane": "brand=orvane",
    "orvane phones": "brand=orvane&category=phones",
    "in stock": "in_stock=1",
    "cheapest": "sort=price",
    "keyboard": "category=keyboards-and-mice | keyboard",
    "keyboards and mice": "category=keyboards-and-mice",
    # Prices.
    "phones between 200 and 400": "category=phones&max_price=400&min_price=200",
    "phones from 200 to 400": "category=phones&max_price=400&min_price=200",
    "phones 200-400 euro": "category=phones&max_price=400&min_price=200",
    "phone €500": "category=phones&max_price=500",
    "phone 500 €, blue": "category=phones&max_price=500&spec-colour=blue",
    "phone € 500": "category=phones&max_price=500",
    "phone 499,99€": "category=phones&max_price=499.99",
    "laptop 1.500 euro": "category=laptops&max_price=1500",
    "laptop below 1,200": "category=laptops&max_price=1200",
    "laptop under 1.5k": "category=laptops&max_price=1500",
    "laptop < 1000": "category=laptops&max_price=1000",
    "phone max 500": "category=phones&max_price=500",
    "phone 500 or less": "category=phones&max_price=500",
    "laptop over 300": "category=laptops&min_price=300",
    "laptop around 800": "category=laptops&max_price=960&min_price=640",
    "something nice under 50": "max_price=50 | something nice",
    "laptop bag under 50": "max_price=50 | laptop bag",
    "meridian 6 under 900": "max_price=900 | meridian 6",
    # Amounts.
    "phone 256gb": "category=phones&spec-storage=256",
    "phone with at least 256 gb": "category=phones&spec-storage-min=256",
    "phone 256gb or more": "category=phones&spec-storage-min=256",
    "phone 256GB+": "category=phones&spec-storage-min=256",
    "phone 128 or 256 gb": "category=phones&spec-storage=128&spec-storage=256",
    "laptop 1tb": "category=laptops&spec-storage=1000",
    "laptop 16gb ram 512gb ssd": "category=laptops&spec-memory=16&spec-storage=512",
    "laptop ram 16gb ssd 512gb": "category=laptops&spec-memory=16&spec-storage=512",
    "laptop, ram: 16 gb, ssd: 512 gb": "category=laptops&spec-memory=16&spec-storage=512",
    "laptop with 16 gb of memory": "category=laptops&spec-memory=16",
    "phone with 256gb storage": "category=phones&spec-storage=256",
    '14" laptop 16gb ram': ("category=laptops&spec-memory=16&spec-screen_size-max=14.5&spec-screen_size-min=13.5"),
    "15.6 inch laptop": "category=laptops&spec-screen_size-max=15.7&spec-screen_size-min=15.5",
    "monitor 27 inch or larger": "category=monitors&spec-screen_size-min=27",
    "monitor 24-27 inch": "category=monitors&spec-screen_size-max=27&spec-screen_size-min=24",
    "1920x1080 monitor": "category=monitors&spec-resolution=1920x1080",
    "monitor with 2560 × 1440 pixels": "category=monitors&spec-resolution=2560x1440",
    "oled monitor 1920 X 1080 in stock": "category=monitors&in_stock=1&spec-panel=oled&spec-resolution=1920x1080",
    "3840*2160px monitor under 500": "category=monitors&max_price=500&spec-resolution=3840x2160",
    "monitor 30 x 20.5 cm": "category=monitors&spec-stand=30x20.5",
    "monitor 300x205x5 mm": "category=monitors&spec-stand=30x20.5x0.5",
    "144hz 4k monitor": "category=monitors&spec-refresh_rate=144&spec-resolution_class=4k",
    "phone 5000 mah": "category=phones&spec-battery-min=5000",
    "laptop 10 hours battery life": "category=laptops&spec-battery_life-min=10",
    "laptop under 1.5 kg": "category=laptops&spec-weight-max=1.5",
    "laptop 1.2kg": "category=laptops&spec-weight-max=1.2",
    "mouse with 6 buttons": "category=keyboards-and-mice&spec-buttons-min=6 | mouse",
    "256gb storage": "category=storage&spec-capacity=256",
    "storage 2tb 3500MB/s": "category=storage&spec-capacity=2000&spec-read_speed-min=3500",
    "32 gb": "spec-memory=32",
    # Names.
    "over ear": "spec-form=over-ear",
    "blue phone": "category=phones&spec-colour=blue",
    "sky blue phone": "category=phones&spec-colour=sky-blue",
    "blue or black phone": "category=phones&spec-colour=black&spec-colour=blue",
    "5g phone": "category=phones&spec-network=5g",
    "waterproof phone": "category=phones&spec-protection=ip67&spec-protection=ip68",
    "touchscreen laptop": "category=laptops&spec-touch=yes",
    "qwerty laptop": "category=laptops&spec-layout=qwerty-(uk)&spec-layout=qwerty-(us)",
    "usbc monitor": "category=monitors&spec-ports=usb-c",
    "anc head phones": "category=headphones&spec-noise_cancelling=yes",
    "over ear headphones without noise canceling": ("category=headphones&spec-form=over-ear&spec-noise_cancelling=no"),
    "refurbished laptop": "category=laptops&condition=refurbished",
    "open box laptop 16gb": "category=laptops&condition=open-box&spec-memory=16",
    "second hand phone available now": "category=phones&condition=used&in_stock=1",
    "mechanical keyboard": "category=keyboards-and-mice&spec-technology=mechanical | keyboard",
    # Orders.
    "cheap phone": "category=phones&sort=price",
    "newest orvane phone": "brand=orvane&category=phones&sort=newest",
    "best rated headphones": "category=headphones&sort=-rating",
    "most expensive laptop": "category=laptops&sort=-price",
    "lightest phone": "category=phones&sort=spec-weight",
    "longest battery headphones": "category=headphones&sort=-spec-battery_life",
    "longest battery laptop": "category=laptops&sort=-spec-battery_life",
    "laptop with best battery life": "category=laptops&sort=-spec-battery_life",
    "largest screen laptop": "category=laptops&sort=-spec-screen_size",
    "smallest phone": "category=phones&sort=spec-screen_size",
    "phone with most storage": "category=phones&sort=-spec-storage",
    "fastest storage": "category=storage&sort=-spec-read_speed",
    # Text beside it.
    "cheapest tablet": "category=phones-and-tablets&sort=price | tablet",
    "gaming laptop under 1500": "category=laptops&max_price=1500 | gaming",
    "laptop for students under 700": "category=laptops&max_price=700 | students",
    "phone under 400 with good camera": "category=phones&max_price=400 | camera",
    "monitor for laptop under 300": "category=monitors&max_price=300 | laptop",
    "monitor for 14 inch laptop under 300": "category=monitors&max_price=300 | 14 inch laptop",
    "headphones for orvane phone under 100": "category=headphones&max_price=100 | orvane phone",
    "laptop monitor under 200": "max_price=200 | laptop monitor",
    "plug-in headphones under 50": "category=headphones&max_price=50 | plug-in",
    "laptop 1t in stock": "category=laptops&in_stock=1 | 1t",
    "laptop 16g in stock": "category=laptops&in_stock=1 | 16g",
    "laptop 500gb ram in stock": "category=laptops&in_stock=1 | 500gb ram",
    "phone under 500 under 300": "category=phones&max_price=500 | 300",
    "phone 256gb under 512gb": "category=phones&spec-storage=256 | 512gb",
    "case for Orvane phone under 20": "max_price=20 | case Orvane phone",
    '"noise cancelling" headphones in stock': 'category=headphones&in_stock=1 | "noise cancelling"',
    "not refurbished laptop in stock": "category=laptops&in_stock=1 | refurbished",
}

LEFT_ALONE = """
    laptop bag
    phone case
    headphones cable
    phone case black
    camera phone
    laptop monitor
    bag for laptop
    case for orvane phone
    dock for 14 inch laptop
    gaming laptop
    laptop for students
    phone and laptop
    phone with nfc
    orvane meridian 6
    orvane phone case
    meridian 6 pro max 256gb
    meridian 6 max 256
    phone 500
    phone $500
    laptop from 2024
    monitor 2 in 1
    usb-c charger 65w
    1tb ssd
    256 gb
    65 inch television
    laptop with 8 cores
    laptop more than 8 cores
    wireless mouse
    used for gaming
    lightest
    lightest backpack
    "phones"
    "phone under 500"
    phone x200 black
    phone 5 kg
    phone 1920x1080
    2x4 monitor
    monitor 1920x1080p
    monitor 1920x1080 gb
    phone for 1920x1080 monitor
    ORV-MR6/128
    4006381333931
    the
    ?!
"""


@pytest.mark.parametrize(("text", "wanted"), UNDERSTOOD.items())
def test_it_understands(text, wanted):
    assert meant(text) == wanted


@pytest.mark.parametrize("text", [line.strip() for line in LEFT_ALONE.strip().splitlines()])
def test_it_leaves_alone_what_is_in_doubt(text):
    assert meant(text) == f" | {text}"


def test_a_chosen_category_settles_what_kind_of_device_is_meant():
    assert meant("16gb under 900", place="laptops") == "max_price=900&spec-memory=16"
    assert meant("lightest", place="laptops") == "sort=spec-weight"
    assert meant("phone 16gb", place="laptops") == "spec-memory=16 | phone"


def test_a_name_that_may_be_two_things_stays_text():
    twice = shop(brands=named_brands([("blue", "Blue")]))
    assert meant("blue phone in stock", twice) == "category=phones&in_stock=1 | blue"


def test_a_category_that_is_there_twice_is_none():
    places = [category("Cases", "0001", PHONE), Place("other-cases", "Cases", "0002", frozenset({LAPTOP}))]
    assert meant("cases under 20", shop(places=named_places(places, {}))) == "max_price=20 | cases"


def test_each_phrase_says_what_it_is_and_goes_by_itself():
    found = understand("Phone under €500, with 256 gb in blue", SHOP)
    assert [(phrase.words, phrase.label, phrase.without) for phrase in found.phrases] == [
        ("Phone", "Phones", "under €500, with 256 gb in blue"),
        ("under €500", "up to 500.00\xa0€", "Phone with 256 gb in blue"),
        ("with 256 gb", "Storage: 256 GB", "Phone under €500, in blue"),
        ("in blue", "Colour: Blue", "Phone under €500, with 256 gb"),
    ]
    assert [phrase.pairs for phrase in found.phrases][1:3] == [(("max_price", "500"),), (("spec-storage", "256"),)]


def test_the_label_of_an_order_names_its_direction():
    (phrase, _kind) = understand("lightest laptop", SHOP).phrases
    assert (phrase.label, phrase.sort, phrase.without) == ("Weight: low to high", "spec-weight", "laptop")


def test_signs_go_with_their_number():
    found = understand('laptop 14" < €900 ~ in stock', SHOP)
    assert [phrase.without for phrase in found.phrases] == [
        '14" < €900 ~ in stock',
        "laptop < €900 ~ in stock",
        'laptop 14" ~ in stock',
        'laptop 14" < €900 ~',
    ]


def test_a_sign_between_two_belongs_to_the_number():
    assert [phrase.without for phrase in understand('laptop € 900 , 14" (256 gb)', SHOP).phrases] == [
        '€ 900 , 14" (256 gb)',
        'laptop , 14" (256 gb)',
        "laptop € 900 , (256 gb)",
        'laptop € 900 , 14"',
    ]


def test_what_the_address_says_itself_wins():
    data = QueryDict("q=blue+phone+under+500+with+256gb+cheapest&min_price=100&spec-storage-min=512&page=2&sort=newest")
    assert understand(data["q"], SHOP).under(data).urlencode() == (
        "q=&min_price=100&spec-storage-min=512&page=2&sort=newest&spec-colour=blue&category=phones"
    )
    assert data["q"] == "blue phone under 500 with 256gb cheapest"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "phone " * 5000,
        "9" * 5000,
        "phone under " + "9" * 16,
        "phone under 99999999999",
        "phone " + "9" * 14 + " gb",
        "phone 0 inch",
        "under",
        "between and",
        "phone between 500 and 200",
        "phone -",
        "½ ² ﬁ ١٢٣ ⅷ phone",
        "\u202ephone\u200b\ufeff under \u0661\u0662",
        "e\u0301\u0301\u0301 phone 14\u2033\u2033",
        '"""" “ ” „',
        "🙂 phone 🙂 < €",
        "%00 ' OR 1=1 --",
        "5" + "\u0301" * 200,
    ],
)
def test_odd_text_does_no_harm(text):
    found = understand(text, SHOP)
    assert all(value and len(value) < 60 for _name, value in found.pairs)
    assert found.phrases or found.rest == text


PIECES = """
    phone laptop 14 256gb under over between and 500 € " ' - < + or max in stock for with blue 1,5 kg not cheapest
"""


@given(st.lists(st.sampled_from(PIECES.split()) | st.text(max_size=6), max_size=14))
def test_no_text_breaks_it(parts):
    text = " ".join(parts)
    found = understand(text, SHOP)
    assert all(len(phrase.without) < len(text) for phrase in found.phrases)
    singles = [name for name, _value in found.pairs if not name.startswith(("spec-", "brand", "condition"))]
    assert len(singles) == len(set(singles))


def test_the_demo_shops_own_fields_are_understood():
    rows = json.loads((demo.CATALOG / "types.json").read_text())
    ends = {"storage": (64, 512), "memory": (6, 16), "screen_size": (5, 17)}
    fields = {}
    for pk, row in enumerate(rows, 1):
        fields[pk] = tuple(
            number(spec["key"], spec["unit"], *ends[spec["key"]], label=spec["label"], is_facet=spec["is_facet"])
            if spec["key"] in ends and spec["kind"] == "number"
            else Field(
                *(spec["key"], spec["label"], spec["kind"], spec.get("unit", ""), spec["better"], spec["is_facet"]),
                tuple((value["value"], value["label"]) for value in spec["choices"]),
            )
            for spec in row["fields"]
            if spec["kind"] != "text"
        )
    types = {pk: row["name"] for pk, row in enumerate(rows, 1)}
    places = [category(f"{name}s".replace("ss", "s"), f"{pk:04}", pk) for pk, name in types.items()]
    vocabulary = shop(places=named_places(places, types), fields=fields)
    assert [
        meant(text, vocabulary)
        for text in (
            "phone under 500 with 256 gb",
            "lightest 14 inch laptop",
            "noise cancelling headphones in stock",
            "5g phone with headphone jack",
            "full frame camera",
            "printer 30 ppm that prints both sides",
            "smartwatch with built-in gps",
            "thinnest smartwatch",
        )
    ] == [
        "category=phones&max_price=500&spec-storage=256",
        "category=laptops&spec-screen_size-max=14.5&spec-screen_size-min=13.5&sort=spec-weight",
        "category=headphones&in_stock=1&spec-noise_cancelling=yes",
        "category=phones&spec-headphone_jack=yes&spec-network=5g",
        "category=cameras&spec-sensor=full-frame",
        "category=printers&spec-duplex=yes&spec-speed-min=30",
        "category=smartwatchs&spec-gps=yes",
        "category=smartwatchs&sort=spec-thickness",
    ]


# The vocabulary of a shop ------------------------------------------------------------------------------------------


def make_phones():
    phones = make_category("Phones", parent=make_category("Mobile"))
    kind = make_product_type("phone")
    for key, label in (("storage", "Storage"), ("memory", "Memory")):
        make_field(kind, key, label=label, kind="number", unit="GB", better="higher")
    make_field(kind, "colour", choices=["Blue", "Black"])
    make_product(
        "Meridian",
        category=phones,
        product_type=kind,
        brand=make_brand("Orvane"),
        specs={"memory": 8, "colour": "Blue"},
        variants=[{"options": {"storage": 128}}, {"options": {"storage": 256}}],
    )
    return kind


def test_the_vocabulary_is_what_the_shop_has(db):
    make_phones()
    known = understanding.vocabulary()
    assert meant("blue orvane phone 256gb", known) == "brand=orvane&category=phones&spec-colour=blue&spec-storage=256"
    assert meant("mobile 8gb", known) == "category=mobile&spec-memory=8"
    assert (known.scope(None).fields["storage"].lowest, known.scope(None).fields["storage"].highest) == (128000, 256000)


def test_a_hidden_category_is_not_named(db):
    make_phones()
    Category.objects.filter(name="Phones").update(is_visible=False)
    reference.forget()
    assert meant("phones", understanding.vocabulary()) == " | phones"


def queries_of(act):
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def read_anew():
    reference.forget()
    understanding.vocabulary()


def test_reading_it_costs_the_same_for_any_shop(db):
    make_phones()
    few = queries_of(read_anew)
    for at in range(5):
        kind = make_product_type(f"kind-{at}")
        make_field(kind, "colour", choices=["Red", "Green"])
        make_product(product_type=kind, specs={"width": 3})
    assert queries_of(read_anew) == few
    assert queries_of(understanding.vocabulary) == 1


@pytest.mark.parametrize("change", ["type", "field", "choice", "brand", "category", "gone"])
def test_it_is_read_anew_when_words_change(db, change):
    kind = make_phones()
    before = understanding.vocabulary()
    assert understanding.vocabulary() is before
    field = kind.fields.get(key="colour")
    {
        "type": lambda: make_product_type("tablet"),
        "field": lambda: make_field(kind, "nfc", kind="boolean"),
        "choice": lambda: make_choice(field, "Red"),
        "brand": lambda: make_brand("Pelkor"),
        "category": lambda: make_category("Tablets"),
        "gone": lambda: field.choices.get(value="black").delete(),
    }[change]()
    assert understanding.vocabulary() is not before


def test_an_emptied_cache_is_not_taken_for_an_unchanged_shop(db):
    before = understanding.vocabulary()
    cache.clear()
    assert understanding.vocabulary() is not before


def test_processes_share_what_one_has_read(db, monkeypatch):
    make_phones()
    read = understanding.vocabulary()
    lexicon._shared.cache_clear()
    monkeypatch.setattr(lexicon, "_read", lambda: pytest.fail("read twice"))
    assert understanding.vocabulary().places == read.places


def test_many_brands_are_looked_up_by_the_words_of_the_query(db, monkeypatch):
    monkeypatch.setattr(lexicon, "BRANDS_MAX", 1)
    make_phones()
    make_brand("Sky & Sons", slug="sky-sons")
    make_brand("Pelkor")
    known = understanding.vocabulary("phones by Orvane")
    assert known.brands == {("orvane",): ("orvane", "Orvane")}
    assert meant("phones by Orvane", known) == "brand=orvane&category=phones"
    assert meant("sky & sons phones", understanding.vocabulary("sky & sons phones")) == "brand=sky-sons&category=phones"
    assert understanding.vocabulary().brands == {}
