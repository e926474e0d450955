"""What pages tell machines: products, offers and lists in the words of schema.org."""

import pytest

from catalog.tests.browsing import data
from catalog.tests.factories import (
    make_brand,
    make_category,
    make_field,
    make_image,
    make_product,
    make_product_type,
    make_variant,
)

pytestmark = pytest.mark.django_db

SHOP = "http://127.0.0.1:8000"


@pytest.fixture
def phone():
    """The type of a phone, with fields of each kind."""
    phone = make_product_type("phone")
    make_field(phone, "storage", label="Storage", kind="number", unit="GB", scope="variant")
    make_field(phone, "colour", label="Colour", choices=["Black", "Blue"], scope="variant")
    make_field(phone, "screen", label="Screen", kind="number", unit="in")
    make_field(phone, "zoom", label="Zoom", kind="number", unit="mm")
    make_field(phone, "cores", label="Cores", kind="number")
    make_field(phone, "nfc", label="NFC", kind="boolean")
    make_field(phone, "bands", label="Bands", choices=["4G", "5G"], multiple=True)
    make_field(phone, "chip", label="Chip", kind="text")
    return phone


def about(client, kind="Product", path="/products/meridian/", **query):
    return data(client.get(path, query), kind)


def properties(thing):
    return {
        one["propertyID"]: {key: value for key, value in one.items() if key not in ("@type", "propertyID", "name")}
        for one in thing["additionalProperty"]
    }


def test_tells_all_of_a_product_with_one_variant(client, phone):
    product = make_product(
        "Meridian",
        brand=make_brand("Orvane"),
        category=make_category("Phones"),
        product_type=phone,
        summary="Small and bright.",
        mpn="OV-1",
        variants=[{"sku": "M-1", "gtin": "2799651644364", "price": "800", "was_price": "900", "stock": 9}],
    )
    make_image(product)
    told = about(client)
    offer = told.pop("offers")
    assert told.pop("image")[0].startswith(f"{SHOP}/media/products/picture-")
    assert told == {
        "@type": "Product",
        "name": "Meridian",
        "description": "Small and bright.",
        "brand": {"@type": "Brand", "name": "Orvane"},
        "category": "Phones",
        "sku": "M-1",
        "gtin13": "2799651644364",
        "mpn": "OV-1",
    }
    assert offer == {
        "@type": "Offer",
        "url": f"{SHOP}/products/meridian/?variant=M-1",
        "price": "800.00",
        "priceCurrency": "EUR",
        "priceSpecification": [
            {
                "@type": "UnitPriceSpecification",
                "valueAddedTaxIncluded": True,
                "price": "800.00",
                "priceCurrency": "EUR",
            },
            {
                "@type": "UnitPriceSpecification",
                "priceType": "https://schema.org/StrikethroughPrice",
                "valueAddedTaxIncluded": True,
                "price": "900.00",
                "priceCurrency": "EUR",
            },
        ],
        "availability": "https://schema.org/InStock",
        "itemCondition": "https://schema.org/NewCondition",
        "seller": {"@type": "Organization", "name": "DeviceHub"},
        "hasMerchantReturnPolicy": {
            "@type": "MerchantReturnPolicy",
            "applicableCountry": "DE",
            "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
            "merchantReturnDays": 30,
        },
    }


def test_tells_the_variants_of_a_group(client, phone):
    product = make_product(
        "Meridian",
        product_type=phone,
        specs={"screen": 6.1},
        variants=[
            {"sku": "M-1", "price": "700", "stock": 2, "options": {"storage": 128, "colour": "Black"}},
            {"sku": "M-2", "price": "800", "stock": 0, "options": {"storage": 256, "colour": "Black"}},
            {"sku": "M-3", "price": "500", "options": {"storage": 128, "colour": "Black"}, "condition": "refurbished"},
        ],
    )
    make_variant(product, sku="M-OFF", is_active=False)
    group = about(client, "ProductGroup", variant="M-2")
    assert (group["name"], group["productGroupID"]) == ("Meridian", str(product.pk))
    assert group["url"] == f"{SHOP}/products/meridian/"
    assert group["variesBy"] == ["Storage", "https://schema.org/itemCondition"]
    assert properties(group) == {"screen": {"value": 6.1, "unitText": "in", "unitCode": "INH"}}
    told = [
        (one["sku"], one["color"], properties(one)["storage"]["value"], one["offers"]["price"])
        for one in group["hasVariant"]
    ]
    assert told == [("M-1", "Black", 128, "700.00"), ("M-2", "Black", 256, "800.00"), ("M-3", "Black", 128, "500.00")]
    states = [(one["offers"]["availability"], one["offers"]["itemCondition"]) for one in group["hasVariant"]]
    assert states == [
        ("https://schema.org/LimitedAvailability", "https://schema.org/NewCondition"),
        ("https://schema.org/OutOfStock", "https://schema.org/NewCondition"),
        ("https://schema.org/InStock", "https://schema.org/RefurbishedCondition"),
    ]
    assert group["hasVariant"][1]["offers"]["url"] == f"{SHOP}/products/meridian/?variant=M-2"


def test_shows_each_variant_its_own_pictures(client, phone):
    product = make_product(
        "Meridian",
        product_type=phone,
        variants=[{"sku": "M-1", "options": {"colour": "Black"}}, {"sku": "M-2", "options": {"colour": "Blue"}}],
    )
    black, blue = (make_image(product, choice=choice) for choice in phone.fields.get(key="colour").choices.all())
    images = {one["sku"]: one["image"] for one in about(client, "ProductGroup")["hasVariant"]}
    assert images == {"M-1": [f"{SHOP}{black.file.url}"], "M-2": [f"{SHOP}{blue.file.url}"]}


def test_tells_numbers_as_numbers_with_their_unit(client, phone):
    product = make_product(
        "Meridian",
        product_type=phone,
        specs={"screen": 6, "zoom": (24, 70.5), "cores": 8, "nfc": False, "bands": "4G", "chip": "X <1>"},
    )
    bands = phone.fields.get(key="bands")
    product.spec_values.create(field=bands, choice=bands.choices.get(label="5G"))
    assert properties(about(client)) == {
        "screen": {"value": 6, "unitText": "in", "unitCode": "INH"},
        "zoom": {"minValue": 24, "maxValue": 70.5, "unitText": "mm", "unitCode": "MMT"},
        "cores": {"value": 8},
        "nfc": {"value": False},
        "bands": {"value": ["4G", "5G"]},
        "chip": {"value": "X <1>"},
    }


@pytest.mark.parametrize(
    ("gtin", "name"), [("96385074", "gtin8"), ("036000291452", "gtin12"), ("4006381333931", "gtin13"), ("", "")]
)
def test_names_a_number_by_its_length(client, gtin, name):
    make_product("Meridian", variants=[{"gtin": gtin}])
    numbers = {key: value for key, value in about(client).items() if key.startswith("gtin")}
    assert numbers == ({name: gtin} if gtin else {})


def test_strikes_no_price_that_was_not_asked(client):
    make_product("Meridian")
    assert len(about(client)["offers"]["priceSpecification"]) == 1


@pytest.mark.parametrize("path", ["/products/", "/categories/phones/", "/brands/orvane/"])
def test_lists_the_products_of_a_page(client, path):
    brand, category = make_brand("Orvane"), make_category("Phones")
    for name in ("One", "Two"):
        make_product(name, brand=brand, category=category)
    page = client.get(path)
    told = data(page, "ItemList")
    assert told["numberOfItems"] == 2
    assert [(item["position"], item["name"], item["url"]) for item in told["itemListElement"]] == [
        (place, card.name, f"{SHOP}{card.url}") for place, card in enumerate(page.context["cards"], start=1)
    ]
    assert data(page, "BreadcrumbList")["itemListElement"][0]["item"] == f"{SHOP}/"
