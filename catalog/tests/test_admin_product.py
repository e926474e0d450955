"""The product page and list of the back office."""

import csv
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Pillow

from catalog import search, specs
from catalog.models import Image, OldSlug, PriceChange, Product, SpecField, Variant
from catalog.tests.browsing import errors_of, form_of, send
from catalog.tests.factories import (
    make_brand,
    make_category,
    make_field,
    make_image,
    make_product,
    make_product_type,
    set_stock,
)

Kind = SpecField.Kind
LIST = "admin:catalog_product_changelist"
FORM = "product_form"


@pytest.fixture
def phone(db):
    phone = make_product_type("phone")
    make_field(phone, "colour", choices=["Black", "Blue"], scope="variant")
    make_field(phone, "storage", kind=Kind.NUMBER, unit="GB", scope="variant")
    make_field(phone, "screen_size", kind=Kind.NUMBER, unit="in", group="Display")
    make_field(phone, "audio_range", kind=Kind.NUMBER, unit="Hz", group="Sound")
    make_field(phone, "bands", choices=["4G", "5G"], multiple=True, group="Radio")
    make_field(phone, "nfc", kind=Kind.BOOLEAN, group="Radio", label="NFC")
    make_field(phone, "chip", kind=Kind.TEXT, group="Inside")
    return phone


@pytest.fixture
def product(phone):
    rows = [
        {"sku": "ORV-1", "price": "899.00", "options": {"colour": "Black", "storage": 256}},
        {"sku": "ORV-2", "price": "999.00", "options": {"colour": "Blue", "storage": 1000}},
    ]
    return make_product("Orvane 5", product_type=phone, specs={"screen_size": "6.1"}, variants=rows)


@pytest.fixture
def back_office(client, carol):
    client.force_login(carol)
    return client


def page(product):
    return reverse("admin:catalog_product_change", args=[product.pk])


def last_words():
    return LogEntry.objects.order_by("-pk").first().get_change_message()


def found(text):
    return search.search(text).best(Product.objects.all(), 10)


def saved(response):
    assert response.status_code == 302, errors_of(response)
    return True


# Specs --------------------------------------------------------------------------------------------------------


def test_shows_an_input_for_each_field_with_its_unit_and_value(back_office, product):
    data = form_of(back_office.get(page(product)), FORM)
    assert data["spec_screen_size"] == ["6.1 in"]
    assert data["variants-0-spec_storage"] == ["256 GB"]
    assert data["variants-1-spec_storage"] == ["1 TB"]
    assert data["variants-1-spec_colour"] == ["blue"]
    assert "variants-0-spec_screen_size" not in data
    assert "spec_storage" not in data


def test_saves_nothing_when_a_field_has_become_another_meanwhile(back_office, product, monkeypatch):
    stale = specs.fields_of(product.product_type_id)
    monkeypatch.setattr("catalog.specs.writing.fields_of", lambda _type, **_keys: stale)
    product.product_type.fields.filter(key="chip").update(kind="choice")
    data = form_of(back_office.get(page(product)), FORM) | {"name": "Renamed", "spec_chip": "Aurora 9"}
    monkeypatch.setattr("catalog.admin.spec_form.specs.fields_of", lambda _type: stale)
    response = back_office.post(page(product), data, follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "Not saved. Chip was changed meanwhile. Try again."
    ]
    product.refresh_from_db()
    assert product.name != "Renamed"


def test_saves_what_is_typed_with_units(back_office, product):
    changes = {
        "spec_screen_size": "15,5 cm",
        "spec_audio_range": "20 Hz – 20 kHz",
        "spec_bands": ["4g", "5g"],
        "spec_nfc": "no",
        "spec_chip": "Aurora 3",
        "variants__0__spec_storage": "1,5 TB",
        "variants__1__spec_colour": "black",
    }
    assert saved(send(back_office, page(product), FORM, **changes))
    sheet = {row.key: row.text for group in specs.data_sheet(product) for row in group.rows}
    assert sheet == {
        "screen_size": "6.1 in",
        "audio_range": "20 Hz – 20 kHz",
        "bands": "4G, 5G",
        "nfc": "No",
        "chip": "Aurora 3",
    }
    assert list(product.variants.values_list("label", flat=True)) == ["Black, 1.5 TB", "Black, 1 TB"]
    assert last_words() == (
        "Changed Screen size: 6.1 in → 155 mm, Audio range: – → 20 Hz – 20 kHz, Bands: – → 4G, 5G, "
        "NFC: – → No and Chip: – → Aurora 3. "
        "Changed Storage: 256 GB → 1.5 TB for variant “ORV-1 Black, 1.5 TB”. "
        "Changed Colour: Blue → Black for variant “ORV-2 Black, 1 TB”."
    )


def test_empties_a_value(back_office, product):
    assert saved(send(back_office, page(product), FORM, spec_screen_size=""))
    assert specs.data_sheet(product) == []


def test_writes_nothing_when_nothing_was_changed(back_office, product):
    changes = PriceChange.objects.count()
    assert saved(send(back_office, page(product), FORM))
    assert PriceChange.objects.count() == changes
    assert last_words() == "No fields changed."


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("spec_screen_size", "wide", "“wide” cannot be read. Accepted: a number such as 8 or 2.5 (in)"),
        ("spec_screen_size", "6 GB", "“6 GB” cannot be read."),
        ("spec_audio_range", "20 kHz – 20 Hz", "“20 kHz – 20 Hz” does not run upwards."),
        ("spec_bands", ["6g"], "Select a valid choice."),
        ("spec_nfc", "perhaps", "Select a valid choice."),
        ("spec_chip", "x" * 501, "500 characters at most."),
        ("variants__0__spec_storage", "-1", "“-1” is below zero."),
        ("variants__0__spec_colour", "green", "Select a valid choice."),
        ("variants__0__price", "0", "The price must be above zero."),
        ("variants__0__price", "-5", "The price must be above zero."),
        ("variants__0__price", "99999999999", "Ensure that there are no more than 10 digits before the decimal point."),
        ("variants__0__price", "NaN", "Enter a number."),
        ("variants__0__gtin", "4006381333932", "This is no GTIN"),
        ("variants__0__gtin", "abc", "This is no GTIN"),
        ("variants__0__sku", "ORV-2", "Variant with this SKU already exists."),
        ("variants__0__weight_g", "-4", "Ensure this value is greater than or equal to 0."),
        ("variants__0__condition", "stolen", "Select a valid choice."),
        ("slug", "not a slug", "Enter a valid “slug”"),
        ("brand", "4711", "Select a valid choice."),
    ],
)
def test_refuses_bad_input_beside_its_field(back_office, product, field, typed, words):
    response = send(back_office, page(product), FORM, **{"name": "Changed", field: typed})
    assert response.status_code == 200
    errors = errors_of(response)
    name = field.replace("__", "-")
    assert list(errors) == [name]
    assert errors[name][0].startswith(words)
    product.refresh_from_db()
    assert product.name == "Orvane 5"
    assert not LogEntry.objects.exists()


def test_refuses_two_rows_with_one_sku(back_office, product):
    response = send(back_office, page(product), FORM, variants__0__sku="NEW", variants__1__sku="NEW")
    assert response.status_code == 200
    assert Variant.objects.filter(sku="NEW").count() == 0


def test_keeps_the_type_while_there_are_values_of_it(back_office, product):
    other = make_product_type("tablet")
    response = send(back_office, page(product), FORM, product_type=str(other.pk))
    assert errors_of(response)["product_type"] == [
        "This product has specs of its present type. Empty them and save first."
    ]


# Variants and prices ------------------------------------------------------------------------------------------


def test_records_who_changed_a_price_from_what_to_what(back_office, product, carol):
    assert saved(send(back_office, page(product), FORM, variants__0__price="849.00"))
    change = PriceChange.objects.first()
    assert (change.old_price, change.new_price) == (Decimal(899), Decimal(849))
    assert (change.actor, change.cause) == (carol, "back office")
    product.refresh_from_db()
    assert product.price_from == Decimal(849)
    assert last_words() == "Changed Price: 899.00 → 849.00 for variant “ORV-1 Black, 256 GB”."
    assert Variant.objects.get(sku="ORV-1").was_price == Decimal(899)


def test_adds_a_variant_with_its_options(back_office, product, carol):
    new = {
        "sku": "ORV-3",
        "gtin": "4006381-333931",
        "condition": "refurbished",
        "price": "599",
        "tax_class": "standard",
        "position": "2",
        "is_active": "on",
        "spec_colour": "black",
        "spec_storage": "512",
    }
    rows = {f"variants__2__{name}": value for name, value in new.items()}
    assert saved(send(back_office, page(product), FORM, variants__TOTAL_FORMS="3", **rows))
    variant = Variant.objects.get(sku="ORV-3")
    assert (variant.label, variant.gtin) == ("Black, 512 GB, Refurbished", "4006381333931")
    assert PriceChange.objects.get(variant=variant).actor == carol
    product.refresh_from_db()
    assert product.price_from == Decimal(599)


def test_takes_a_variant_off_sale(back_office, product):
    assert saved(send(back_office, page(product), FORM, variants__0__is_active=None))
    product.refresh_from_db()
    assert product.price_from == Decimal(999)


def test_keeps_a_variant_that_has_stock_and_says_what_to_do(back_office, product):
    response = send(back_office, page(product), FORM, variants__0__DELETE="on")
    assert response.status_code == 200
    variants = response.context["inline_admin_formsets"][0].formset
    assert variants.non_form_errors() == [
        "ORV-1 Black, 256 has stock or a history of it and stays in the books. "
        "Take it off sale instead: untick “on sale”."
    ]
    assert Variant.objects.count() == 2


def test_deletes_a_variant_that_never_had_stock(back_office, phone):
    product = make_product(product_type=phone, variants=[{"sku": "A"}, {"sku": "B", "stock": 0}])
    assert saved(send(back_office, page(product), FORM, variants__1__DELETE="on"))
    assert list(product.variants.values_list("sku", flat=True)) == ["A"]


# The product itself -------------------------------------------------------------------------------------------


def test_adds_a_product_and_goes_on_to_its_specs(back_office, phone):
    url = reverse("admin:catalog_product_add")
    facts = {
        "name": "Pelkor 2",
        "slug": "pelkor-2",
        "brand": str(make_brand().pk),
        "category": str(make_category().pk),
        "product_type": str(phone.pk),
        "is_published": "on",
        "variants__TOTAL_FORMS": "1",
        "variants__0__sku": "PEL-2",
        "variants__0__price": "79.00",
        "variants__0__condition": "new",
        "variants__0__tax_class": "standard",
        "variants__0__position": "0",
        "variants__0__is_active": "on",
    }
    response = send(back_office, url, FORM, **facts)
    product = Product.objects.get()
    assert response.status_code == 302
    assert response["Location"] == page(product)
    assert product.price_from == Decimal(79)
    assert found("pelkor") == [product]


def test_keeps_the_old_address_leading_here(back_office, product):
    assert saved(send(back_office, page(product), FORM, slug="orvane-five"))
    assert OldSlug.objects.get().slug == "orvane-5"
    response = back_office.get("/products/orvane-5/")
    assert response.status_code == 301
    assert response["Location"] == "/products/orvane-five/"


def test_is_found_by_its_new_name_at_once(back_office, product):
    assert saved(send(back_office, page(product), FORM, name="Zephyr"))
    assert found("zephyr") == [product]
    assert found("orvane") == []


def test_deletes_a_product_without_stock(back_office, phone):
    product = make_product("Mistake", product_type=phone, stock=0, specs={"screen_size": "6"}, picture=True)
    response = back_office.post(reverse("admin:catalog_product_delete", args=[product.pk]), {"post": "yes"})
    assert response.status_code == 302
    assert not Product.objects.exists()
    assert found("mistake") == []


def test_keeps_a_product_with_stock(back_office, product):
    url = reverse("admin:catalog_product_delete", args=[product.pk])
    assert "Unpublish it instead" in back_office.get(url).content.decode()
    back_office.post(url, {"post": "yes"})
    back_office.post(reverse(LIST), {"action": "delete_selected", "_selected_action": [product.pk], "post": "yes"})
    assert Product.objects.count() == 1


# Pictures -----------------------------------------------------------------------------------------------------


def upload(content=b"", size=(1000, 800)):
    out = BytesIO()
    if not content:
        Pillow.new("RGB", size, "#38598b").save(out, "JPEG")
    return SimpleUploadedFile("camera.jpg", content or out.getvalue(), "image/jpeg")


def add_picture(client, product, file, **fields):
    data = form_of(client.get(page(product)), FORM)
    row = {"images-TOTAL_FORMS": "1", "images-0-file": file, "images-0-position": "0", "images-0-alt": "Front"}
    return client.post(page(product), data | row | fields)


def test_stores_a_picture_as_webp_with_its_widths(back_office, product, django_capture_on_commit_callbacks):
    blue = SpecField.objects.get(key="colour").choices.get(label="Blue")
    with django_capture_on_commit_callbacks(execute=True):
        assert saved(add_picture(back_office, product, upload(), **{"images-0-choice": blue.pk}))
    image = Image.objects.get()
    assert image.file.name.endswith(".webp")
    assert (image.width, image.height, image.widths, image.choice) == (1000, 800, [320, 480, 640, 960], blue)


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%!PS-Adobe-3.0 EPSF-3.0", b"GIF89a"]
)
def test_refuses_other_files_beside_the_field(back_office, product, content):
    response = add_picture(back_office, product, upload(content))
    assert errors_of(response) == {
        "images-0-file": ["This is no picture of a kind that is taken: JPEG, PNG, WebP or AVIF."]
    }
    assert not Image.objects.exists()


def test_offers_only_the_types_own_choices_for_a_picture(back_office, product):
    foreign = make_field(make_product_type("x"), "colour", choices=["Red"], scope="variant").choices.get()
    response = add_picture(back_office, product, upload(), **{"images-0-choice": foreign.pk})
    assert "images-0-choice" in errors_of(response)


def test_replaces_a_picture_and_removes_the_old_files(back_office, product, django_capture_on_commit_callbacks):
    image = make_image(product)
    Image.objects.update(widths=[40])
    before, storage = image.file.name, image.file.storage
    data = form_of(back_office.get(page(product)), FORM) | {"images-0-file": upload(size=(700, 700))}
    with django_capture_on_commit_callbacks(execute=True):
        assert saved(back_office.post(page(product), data))
    image.refresh_from_db()
    assert (image.width, image.widths) == (700, [320, 480, 640])
    assert not storage.exists(before)
    assert storage.exists(image.file.name)


# The list -----------------------------------------------------------------------------------------------------


def names(client, **query):
    response = client.get(reverse(LIST), query)
    assert response.status_code == 200, response
    return [product.name for product in response.context["cl"].result_list]


@pytest.fixture
def three(product, phone):
    parts = make_category("Parts", parent=product.category)
    make_product(
        "Cable", category=parts, stock=0, variants=[{"sku": "CBL", "gtin": "4006381333931"}], is_published=False
    )
    used = [{"sku": "OLD", "condition": "used", "stock": 1}]
    make_product("Old phone", product_type=phone, brand=make_brand("Pelkor"), variants=used, mpn="PK-77")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Cable", "Old phone", "Orvane 5"]),
        ({"q": "orv-2"}, ["Orvane 5"]),
        ({"q": "4006381333931"}, ["Cable"]),
        ({"q": "pk-77"}, ["Old phone"]),
        ({"q": "old"}, ["Old phone"]),
        ({"q": "pelkor"}, ["Old phone"]),
        ({"q": "no such thing"}, []),
        ({"is_published__exact": "0"}, ["Cable"]),
        ({"condition": "used"}, ["Old phone"]),
        ({"stock": "out"}, ["Cable"]),
        ({"stock": "low"}, ["Old phone"]),
        ({"stock": "in"}, ["Old phone", "Orvane 5"]),
        ({"category": "parts"}, ["Cable"]),
        ({"category": "nowhere"}, []),
    ],
)
def test_finds_products(back_office, three, query, found):
    assert names(back_office, **query) == found


def test_filters_by_category_with_all_below(back_office, product, three):
    assert names(back_office, category=product.category.slug) == ["Cable", "Orvane 5"]
    assert names(back_office, brand__id__exact=product.brand_id) == ["Orvane 5"]
    assert names(back_office, product_type__id__exact=product.product_type_id) == ["Old phone", "Orvane 5"]


@pytest.mark.parametrize("query", ["stock=what", "condition=x%27", "p=-1", "p=99999999999999999999", "q=" + "a" * 1500])
def test_answers_odd_questions_politely(back_office, product, query):
    assert back_office.get(f"{reverse(LIST)}?{query}").status_code in (200, 302)


def test_needs_as_many_queries_for_thirty_products_as_for_three(back_office, django_assert_max_num_queries, phone):
    counts = []
    back_office.get(reverse(LIST))
    for more in (3, 27):
        for _n in range(more):
            make_product(product_type=phone, variants=[{"options": {"storage": 128}}, {"options": {"storage": 256}}])
        with django_assert_max_num_queries(25) as seen:
            back_office.get(reverse(LIST))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_needs_as_many_queries_for_ten_variants_as_for_two(back_office, product, django_assert_max_num_queries):
    counts = []
    back_office.get(page(product))
    for more in (0, 8):
        for n in range(more):
            variant = product.variants.create(sku=f"N{n}", price=10)
            specs.set_values(product, {"storage": 64 * (n + 1), "colour": "blue"}, variant=variant)
            make_image(product)
        with django_assert_max_num_queries(30) as seen:
            back_office.get(page(product))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def act(client, action, products, **data):
    return client.post(
        reverse(LIST), {"action": action, "_selected_action": [product.pk for product in products], **data}, follow=True
    )


def told(response):
    return [str(message) for message in response.context["messages"]]


def test_publishes_and_unpublishes_with_a_trail(back_office, product, three, carol):
    cable = Product.objects.get(name="Cable")
    assert told(act(back_office, "publish", [product, cable])) == ["1 product published."]
    cable.refresh_from_db()
    assert cable.is_published
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.get_change_message()) == (
        carol,
        str(cable.pk),
        "Changed published: No → Yes.",
    )
    assert told(act(back_office, "unpublish", [product, cable])) == ["2 products unpublished."]
    assert names(back_office, is_published__exact="1") == ["Old phone"]
    assert back_office.get(product.get_absolute_url()).status_code == 404


def test_warns_of_products_that_have_nothing_to_sell(back_office, phone):
    product = make_product(product_type=phone, variants=[], is_published=False)
    assert told(act(back_office, "publish", [product])) == [
        "1 product published.",
        "1 of the chosen products has no variant on sale and stays unseen until it has one.",
    ]


def test_exports_a_line_for_each_variant_without_formulas(back_office, product):
    Product.objects.update(name="=cmd|' /C calc'!A0", mpn="@sum", summary="x")
    Variant.objects.filter(sku="ORV-1").update(sku="+1", label="-2")
    response = back_office.post(reverse(LIST), {"action": "export", "_selected_action": [product.pk]})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO(b"".join(response).decode("utf-8-sig"))))
    assert [row["sku"] for row in rows] == ["'+1", "ORV-2"]
    assert (rows[0]["name"], rows[0]["mpn"]) == ("'=cmd|' /C calc'!A0", "'@sum")
    assert (rows[1]["price"], rows[1]["stock"]) == ("999.00", "5")


# Prices in per cent -------------------------------------------------------------------------------------------


def prices_now():
    return list(Variant.objects.order_by("sku").values_list("price", "was_price"))


def test_shows_new_prices_before_it_changes_them(back_office, product):
    response = act(back_office, "change_prices", [product], percent="-10", show="1")
    rows = [(row.variant.sku, row.old.amount, row.new.amount) for row in response.context["rows"]]
    assert rows == [
        ("ORV-1", Decimal("899.00"), Decimal("809.10")),
        ("ORV-2", Decimal("999.00"), Decimal("899.10")),
    ]
    assert prices_now() == [(Decimal(899), None), (Decimal(999), None)]


def test_changes_the_prices_that_were_shown(back_office, product, carol):
    shown = act(back_office, "change_prices", [product], percent="-10", show="1")
    response = act(back_office, "change_prices", [product], percent="-10", apply="1", seen=shown.context["seen"])
    assert told(response) == ["2 prices changed."]
    assert prices_now() == [(Decimal("809.10"), Decimal(899)), (Decimal("899.10"), Decimal(999))]
    product.refresh_from_db()
    assert product.price_from == Decimal("809.10")
    changes = PriceChange.objects.filter(cause="-10 %")
    assert [change.actor for change in changes] == [carol, carol]
    assert last_words() == "Changed Prices: -10 %."


def test_shows_them_again_when_prices_moved_meanwhile(back_office, product):
    shown = act(back_office, "change_prices", [product], percent="-10", show="1")
    Variant.objects.filter(sku="ORV-1").update(price="500.00")
    response = act(back_office, "change_prices", [product], percent="-10", apply="1", seen=shown.context["seen"])
    assert "Prices were changed meanwhile" in told(response)[0]
    assert prices_now() == [(Decimal(500), None), (Decimal(999), None)]


def test_changes_no_price_without_its_preview(back_office, product):
    act(back_office, "change_prices", [product], percent="-10", apply="1")
    assert prices_now() == [(Decimal(899), None), (Decimal(999), None)]


def test_changes_all_prices_or_none(back_office, product, phone):
    make_product("Cheap", product_type=phone, variants=[{"sku": "X", "price": "0.01"}])
    both = list(Product.objects.all())
    shown = act(back_office, "change_prices", both, percent="-60", show="1")
    assert "none can be changed" in shown.content.decode()
    response = act(back_office, "change_prices", both, percent="-60", apply="1", seen=shown.context["seen"])
    assert told(response) == ["X: the price would be 0.00."]
    assert prices_now() == [(Decimal(899), None), (Decimal(999), None), (Decimal("0.01"), None)]


@pytest.mark.parametrize("percent", ["", "0", "lots", "-91", "901", "1e5", "NaN", "0.001", "99999999999999999999"])
def test_refuses_odd_percentages(back_office, product, percent):
    response = act(back_office, "change_prices", [product], percent=percent, show="1")
    assert response.status_code == 200
    assert response.context["form"].errors["percent"]
    assert response.context["rows"] == []


def test_changes_at_most_what_one_can_look_at(back_office, phone, monkeypatch):
    monkeypatch.setattr("catalog.admin.pricing.PRODUCTS_MAX", 1)
    products = [make_product(product_type=phone) for _n in range(2)]
    assert "At most 1 products at once" in told(act(back_office, "change_prices", products))[0]


def test_shows_stock_beside_each_variant(back_office, product):
    set_stock(product.variants.get(sku="ORV-2"), 17)
    assert "<p>17</p>" in back_office.get(page(product)).content.decode().replace("\n", "")
