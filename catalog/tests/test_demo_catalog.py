"""The demo catalog's files, read without a database: as full as a good retailer's, and true to its own README."""

import json
from collections import Counter

from stdnum import ean

from catalog.demo import CATALOG, PICTURES

KB = 1024
PRODUCTS = [row for path in sorted((CATALOG / "products").glob("*.json")) for row in json.loads(path.read_text())]
VARIANTS = [variant for product in PRODUCTS for variant in product["variants"]]
TYPES = {row["key"]: row for row in json.loads((CATALOG / "types.json").read_text())}


def read(name: str) -> list:
    return json.loads((CATALOG / name).read_text())


def leaves(rows: list) -> list:
    return [leaf for row in rows for leaf in (leaves(row["children"]) if row["children"] else [row])]


def test_is_large_enough_to_try_everything():
    assert len(PRODUCTS) >= 120
    assert len(VARIANTS) >= 350
    assert len(leaves(read("categories.json"))) >= 16
    assert len({product["brand"] for product in PRODUCTS}) >= 20
    assert {row["slug"] for row in read("brands.json")} == {product["brand"] for product in PRODUCTS}
    assert {row["slug"] for row in leaves(read("categories.json"))} == {product["category"] for product in PRODUCTS}


def test_knows_twelve_fields_of_every_type_and_fills_most_of_them():
    assert {key for key, row in TYPES.items() if len(row["fields"]) < 12} == set()
    assert {key for key, row in TYPES.items() if sum(field["on_card"] for field in row["fields"]) > 3} == set()
    for product in PRODUCTS:
        known = {field["key"] for field in TYPES[product["type"]]["fields"]}
        told = {*product["specs"], *product["variants"][0]["options"]}
        assert told <= known, product["slug"]
        assert len(told) >= 12, product["slug"]


def test_has_numbers_that_are_nobodys_and_no_two_alike():
    for name in ("sku", "gtin"):
        assert [value for value, times in Counter(row[name] for row in VARIANTS).items() if times > 1] == []
    assert [row["sku"] for row in VARIANTS if not (ean.is_valid(row["gtin"]) and row["gtin"].startswith("2"))] == []
    same = Counter((p["slug"], v["condition"], json.dumps(v["options"])) for p in PRODUCTS for v in p["variants"])
    assert [told for told, times in same.items() if times > 1] == []


def test_tells_each_device_in_its_own_words():
    assert max(Counter(product["description"] for product in PRODUCTS).values()) == 1
    assert [product["slug"] for product in PRODUCTS if not 0 < len(product["summary"]) <= 200] == []
    assert [product["slug"] for product in PRODUCTS if not product["box_contents"]] == []
    titles = Counter(review["title"] for rows in read("reviews.json").values() for review in rows)
    texts = Counter(review["text"] for rows in read("reviews.json").values() for review in rows)
    assert max(texts.values()) == 1
    assert max(titles.values()) <= 3


def test_shows_every_device_and_category_in_a_small_picture():
    wanted = {image["file"] for product in PRODUCTS for image in product["images"]}
    wanted |= {f"tile-{row['slug']}.webp" for row in leaves(read("categories.json"))}
    there = {path.name: path.stat().st_size for path in PICTURES.glob("*.webp")}
    assert wanted - there.keys() == set()
    assert [product["slug"] for product in PRODUCTS if not product["images"]] == []
    assert [name for name, size in there.items() if size > 90 * KB] == []
    assert sum(there.values()) < 20 * KB * KB
    assert {f"{name}.webp" for name in json.loads((PICTURES / "drawn.json").read_text())} == there.keys()
