"""Types, spec fields, choices, categories and brands in the back office."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from catalog import publishing, search, specs
from catalog.models import Brand, Category, OldSlug, Product, ProductType, SpecChoice, SpecField, SpecValue
from catalog.tests.browsing import errors_of, send
from catalog.tests.factories import make_brand, make_category, make_field, make_product, make_product_type

Kind = SpecField.Kind


@pytest.fixture
def back_office(client, carol):
    client.force_login(carol)
    return client


@pytest.fixture
def phone(db):
    phone = make_product_type("phone")
    make_field(phone, "colour", choices=["Black", "Blue"], scope="variant", position=1)
    make_field(phone, "storage", kind=Kind.NUMBER, unit="GB", scope="variant", position=2)
    return phone


@pytest.fixture
def product(phone):
    product = make_product("Orvane", product_type=phone, variants=[{"sku": "A"}])
    specs.set_values(product, {"colour": "black", "storage": 256}, variant=product.variants.get())
    return product


def url(model, pk=None):
    return reverse(f"admin:catalog_{model}_change", args=[pk]) if pk else reverse(f"admin:catalog_{model}_add")


def field_of(key):
    return SpecField.objects.get(key=key)


def found(text):
    return search.search(text).best(Product.objects.all(), 10)


# Types and fields ---------------------------------------------------------------------------------------------


def test_adds_a_type_with_its_fields(back_office, db):
    row = {"position": "10", "key": "screen", "label": "Screen", "kind": "number", "unit": "in", "scope": "product"}
    rows = {f"fields__0__{name}": value for name, value in (row | {"better": "none", "on_card": "on"}).items()}
    response = send(
        back_office, url("producttype"), "producttype_form", name="Radio", key="radio", fields__TOTAL_FORMS="1", **rows
    )
    assert response.status_code == 302
    field = ProductType.objects.get(key="radio").fields.get()
    assert (field.key, field.unit, field.on_card, field.is_facet) == ("screen", "in", True, False)


def test_renames_a_choice_everywhere_it_stands(back_office, product):
    response = send(
        back_office, url("specfield", field_of("colour").pk), "specfield_form", choices__0__label="Obsidian"
    )
    assert response.status_code == 302
    assert product.variants.get().label == "Obsidian, 256 GB"
    assert found("obsidian") == [product]
    assert found("black") == []


def test_reorders_the_words_of_a_label(back_office, phone, product):
    send(back_office, url("producttype", phone.pk), "producttype_form", fields__1__position="0")
    assert product.variants.get().label == "256 GB, Black"


def change(client, key, **changes):
    return send(client, url("specfield", field_of(key).pk), "specfield_form", **changes)


def test_shows_the_values_in_another_unit_of_the_family(back_office, product):
    assert change(back_office, "storage", unit="TB", label="Space").status_code == 302
    assert SpecValue.objects.get(field__key="storage").number == 256_000
    assert product.variants.get().label == "Black, 256 GB"
    change(back_office, "storage", unit="GiB")
    assert product.variants.get().label == "Black, 238.42 GiB"
    assert found("238.42gib") == [product]
    assert found("256gb") == []


def test_asks_before_it_rewrites_values(back_office, product):
    response = change(back_office, "storage", kind="text", unit="", is_facet=None)
    assert errors_of(response) == {
        "convert": ["This rewrites 1 value: 256 GB. Tick here and save again to convert them."]
    }
    assert b'type="checkbox" name="convert"' in response.content
    assert SpecValue.objects.get(field__key="storage").number == 256_000
    assert field_of("storage").kind == Kind.NUMBER


def test_converts_when_told_to_and_notes_it(back_office, product):
    response = change(back_office, "storage", kind="text", unit="", is_facet=None, convert="on")
    assert response.status_code == 302
    value = SpecValue.objects.get(field__key="storage")
    assert (value.number, value.text, value.variant) == (None, "256 GB", product.variants.get())
    assert product.variants.get().label == "Black, 256 GB"
    assert found("256") == [product]
    entry = LogEntry.objects.latest("pk")
    assert "Converted 1 value: 256 GB" in entry.get_change_message()
    assert "Convert the values" not in entry.get_change_message()


@pytest.mark.parametrize(
    ("key", "changes", "errors"),
    [
        ("storage", {"unit": "in"}, {"unit": ["The values are in GB, which cannot be turned into in."]}),
        ("storage", {"unit": ""}, {"unit": ["The values are in GB, which cannot be turned into plain numbers."]}),
        (
            "colour",
            {"kind": "boolean"},
            {"kind": ["These values cannot be read: “Black” (Orvane). Accepted: yes or no."]},
        ),
    ],
)
def test_keeps_a_field_whose_values_cannot_be_converted(back_office, product, key, changes, errors):
    response = change(back_office, key, convert="on", **changes)
    assert errors_of(response) == errors
    assert SpecValue.objects.get(field__key="storage").number == 256_000
    assert SpecValue.objects.get(field__key="colour").choice.label == "Black"
    assert (field_of("storage").unit, field_of("colour").kind) == ("GB", Kind.CHOICE)


def test_sends_from_the_rows_of_a_type_to_the_page_of_a_field(back_office, phone, product):
    response = send(back_office, url("producttype", phone.pk), "producttype_form", fields__1__scope="product")
    assert errors_of(response) == {
        "fields-1-scope": ["This would rewrite 1 value: 256 GB. Change it on the field’s own page."]
    }
    response = send(back_office, url("producttype", phone.pk), "producttype_form", fields__1__unit="MB")
    assert response.status_code == 302
    assert field_of("storage").unit == "MB"


def test_says_what_may_be_written_in_a_field(back_office, phone):
    page = back_office.get(url("specfield", field_of("storage").pk)).content.decode()
    assert "data-spec-help>a number such as 8 or 2.5 (GB), or one with its unit: KB, MB, TB," in page
    assert 'data-accepted="yes or no"' in page
    assert 'data-size="width and height such as 2556 × 1179, or a name: HD,' in page
    assert "js/spec_help.js" in page


def test_changes_what_an_unused_field_is(back_office, phone):
    response = send(back_office, url("specfield", field_of("storage").pk), "specfield_form", unit="TB")
    assert response.status_code == 302
    assert field_of("storage").unit == "TB"


def test_makes_a_size_a_filter_of_listings(back_office, phone):
    resolution = make_field(phone, "resolution", kind=Kind.SIZE, unit="px", is_facet=False, position=3)
    products = [make_product(product_type=phone, specs={"resolution": size}) for size in ((2556, 1179), (1600, 720))]
    publishing.merge()
    page = f"{reverse('catalog:products')}?spec-resolution=2556x1179"
    assert back_office.get(page).context["listing"].total == 2
    response = send(back_office, url("specfield", resolution.pk), "specfield_form", is_facet="on")
    assert response.status_code == 302
    assert back_office.get(page).context["page"].object_list == [products[0].pk]


@pytest.mark.parametrize(
    ("key", "changes", "name"),
    [
        ("colour", {"unit": "GB"}, "unit"),
        ("storage", {"unit": "furlong"}, "unit"),
        ("storage", {"kind": "size"}, "unit"),  # sides are no gigabytes
        ("storage", {"kind": "text", "unit": ""}, "is_facet"),
        ("colour", {"better": "higher"}, "better"),
        ("storage", {"multiple": "on"}, "multiple"),
        ("storage", {"key": "two words"}, "key"),
        ("storage", {"position": "-1"}, "position"),
        ("colour", {"choices__0__swatch": "black"}, "choices-0-swatch"),
        ("colour", {"choices__0__value": ""}, "choices-0-value"),
    ],
)
def test_refuses_fields_that_make_no_sense(back_office, phone, key, changes, name):
    response = send(back_office, url("specfield", field_of(key).pk), "specfield_form", **changes)
    assert response.status_code == 200
    assert name in errors_of(response)


def test_refuses_a_second_field_of_the_same_key(back_office, phone):
    response = send(back_office, url("specfield", field_of("storage").pk), "specfield_form", key="colour")
    assert response.status_code == 200
    assert field_of("storage")


def test_keeps_fields_and_choices_that_products_use(back_office, phone, product):
    back_office.post(reverse("admin:catalog_specfield_delete", args=[field_of("storage").pk]), {"post": "yes"})
    back_office.post(reverse("admin:catalog_producttype_delete", args=[phone.pk]), {"post": "yes"})
    rows = [
        send(back_office, url("specfield", field_of("colour").pk), "specfield_form", choices__0__DELETE="on"),
        send(back_office, url("producttype", phone.pk), "producttype_form", fields__1__DELETE="on"),
    ]
    for response in rows:
        (inline,) = response.context["inline_admin_formsets"]
        assert "protected" in inline.formset.non_form_errors()[0]
    assert SpecField.objects.count() == 2
    assert SpecChoice.objects.filter(label="Black").exists()


def test_lists_types_and_fields_in_few_queries(back_office, phone, product, django_assert_max_num_queries):
    for name in ("producttype", "specfield", "brand"):
        with django_assert_max_num_queries(12):
            assert back_office.get(reverse(f"admin:catalog_{name}_changelist")).status_code == 200


# Categories and brands ----------------------------------------------------------------------------------------


@pytest.fixture
def tree(db):
    computers = make_category("Computers")
    return computers, make_category("Laptops", parent=computers), make_category("Audio")


def test_adds_a_category_below_another(back_office, tree):
    response = send(
        back_office,
        url("category"),
        "category_form",
        name="Desktops",
        slug="desktops",
        treebeard_position="first-child",
        treebeard_ref_node=str(tree[0].pk),
    )
    assert response.status_code == 302
    assert Category.objects.get(slug="desktops").path.startswith(tree[0].path)


def test_moves_a_category_with_its_products(back_office, tree):
    _computers, laptops, audio = tree
    product = make_product("Orvane", category=laptops)
    data = {"node": laptops.pk, "target": audio.pk, "relation": "child"}
    assert back_office.post("/admin/catalog/category/move/", data).status_code == 200
    audio.refresh_from_db()
    assert Product.objects.in_category(audio).get() == product
    assert found("audio") == [product]
    assert found("computers") == []
    assert Category.objects.find_problems() == ([], [], [], [], [])


def test_moves_a_category_by_its_form(back_office, tree):
    _computers, laptops, audio = tree
    product = make_product("Orvane", category=laptops)
    moved = {"treebeard_position": "first-child", "treebeard_ref_node": str(audio.pk)}
    assert send(back_office, url("category", laptops.pk), "category_form", **moved).status_code == 302
    audio.refresh_from_db()
    assert Product.objects.in_category(audio).get() == product
    assert found("audio") == [product]
    assert found("computers") == []


@pytest.mark.parametrize(
    "data", [{}, {"node": "x"}, {"node": 1, "target": 4711, "relation": "child"}, {"node": "1\x00", "target": 1}]
)
def test_refuses_odd_moves(back_office, tree, data):
    assert back_office.post("/admin/catalog/category/move/", data).status_code == 400


def test_keeps_a_category_with_products_below_it(back_office, tree):
    make_product(category=tree[1])
    response = back_office.post(
        reverse("admin:catalog_category_delete", args=[tree[0].pk]), {"post": "yes"}, follow=True
    )
    assert [str(message) for message in response.context["messages"]] == ["Not deleted: it is still used by products."]
    data = {"action": "delete_selected", "_selected_action": [tree[0].pk], "post": "yes"}
    response = back_office.post(reverse("admin:catalog_category_changelist"), data, follow=True)
    assert response.status_code == 200
    assert Category.objects.count() == 3


def test_deletes_an_empty_category(back_office, tree):
    back_office.post(reverse("admin:catalog_category_delete", args=[tree[2].pk]), {"post": "yes"})
    assert Category.objects.count() == 2


def test_keeps_the_old_addresses(back_office, tree):
    brand = make_brand("Pelkor")
    send(back_office, url("brand", brand.pk), "brand_form", slug="pelkor-mobile")
    send(back_office, url("category", tree[2].pk), "category_form", slug="sound")
    assert set(OldSlug.objects.values_list("kind", "slug")) == {("brand", "pelkor"), ("category", "audio")}
    assert Brand.objects.get().slug == "pelkor-mobile"


def test_keeps_a_brand_with_products(back_office, db):
    product = make_product()
    response = back_office.post(reverse("admin:catalog_brand_delete", args=[product.brand_id]), {"post": "yes"})
    assert response.status_code == 200
    assert Brand.objects.exists()


@pytest.mark.parametrize(
    ("model", "field", "term", "text"),
    [
        ("product", "brand", "pel", "Pelkor"),
        ("product", "category", "lap", "Laptops"),
        ("stocklevel", "variant", "a", "A"),
    ],
)
def test_completes_names(back_office, tree, product, model, field, term, text):
    make_brand("Pelkor")
    query = {"term": term, "app_label": "catalog", "model_name": model, "field_name": field}
    found = [row["text"] for row in back_office.get(reverse("admin:autocomplete"), query).json()["results"]]
    assert any(name.startswith(text) for name in found)
