"""Whose column is whose: the names that files of the trade use, and the rules that a shop wrote down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from babel.numbers import is_currency
from django.utils.text import slugify

from catalog import units
from catalog.importing.files import ImportRefused

REQUIRED = ("sku", "name", "brand", "category_path", "price")
# Ours, and what others call it; the first that a file has is taken.
USUAL: dict[str, str] = {
    "sku": "article_number item_number item_no article_no artikelnummer artikel_nr asin product_id item_id id",
    "name": "title product_name product_title item_name bezeichnung artikelbezeichnung titel",
    "brand": "manufacturer brand_name maker vendor marke hersteller product_brand",
    "category_path": "category categories product_category category_name categorie kategorie warengruppe main_category",
    "product_type": "",
    "price": "unit_price retail_price sale_price selling_price price_eur price_usd preis vk vk_preis verkaufspreis",
    "currency": "currency_code waehrung wahrung",
    "description": "product_description long_description body body_html beschreibung about_product details",
    "summary": "short_description subtitle kurzbeschreibung",
    "spec": "specs specification specifications attributes properties technical_details product_details features",
    "gtin": "ean upc barcode gtin13 gtin_13 ean13 ean_13 gtin14 upc_a isbn gtins eans ean_code barcodes",
    "mpn": "manufacturer_part_number part_number part_no model_number model_no mfr_part_number herstellernummer",
    "variant_group": "item_group_id parent_sku parent_asin parent group_id product_group variant_of",
    "stock": "quantity qty stock_quantity inventory on_hand bestand lagerbestand",
    "weight_g": "weight shipping_weight package_weight gewicht",
    "condition": "item_condition zustand",
    "tax_class": "",
    "warranty_months": "",
    "box_contents": "in_the_box",
    "published": "is_published",
    "on_sale": "is_active",
    "was_price": "list_price rrp msrp uvp original_price regular_price compare_at_price",
    "image_url": "image images image_urls image_link picture pictures photo photos bild bilder image_src thumbnail",
    "source": "",
}
IGNORED = ("source",)
OURS = tuple(USUAL)
HEADED = re.compile(r"^(?P<name>.+?)\s*[(\[](?P<unit>[^()\[\]]+)[)\]]$")
PREFIXED = re.compile(r"^(?:specs?|attributes?|properties|technical details|meta)\s*[:./]\s*(?P<name>.+)$", re.I)
OTHER_COLUMNS = ("report", "specs")


@dataclass(frozen=True)
class Target:
    """Where a column of theirs goes: one of ours, or a spec. `unit` is that of bare numbers in it."""

    column: str = ""
    spec: str = ""
    unit: str = ""
    guessed: bool = False  # a spec only if its cells look like one


@dataclass
class Layout:
    """How the columns of one file are read. A column with no target is reported, not taken."""

    targets: dict[str, Target | None]
    constants: Mapping[str, str] = field(default_factory=dict)
    separators: Mapping[str, str] = field(default_factory=dict)

    def target(self, header: str) -> Target | None:
        if header not in self.targets:  # a key that only later objects of a JSON file have
            self.targets[header] = _automatic(header, set(), "report")
        return self.targets[header]

    @property
    def words(self) -> list[str]:
        """The columns whose names differ from ours, as "Titel → name"."""
        said = []
        for header, target in self.targets.items():
            if target and (target.spec or header != target.column) and not target.guessed:
                unit = f" [{target.unit}]" if target.unit else ""
                said.append(f"{header} → {target.column or f'spec {target.spec}'}{unit}")
        return said


def layout(headers: Iterable[str], rules: Mapping[str, Any] | None = None) -> Layout:
    """What the rules say, then our own names, then the usual ones. Raises ImportRefused if a needed column lacks."""
    rules, headers = rules or {}, list(headers)
    mapped = check_rules(rules)
    absent = [header for header in mapped if header not in headers]
    if absent:
        raise ImportRefused(f"The file has no column {', '.join(absent)}; it has {', '.join(headers)}.")
    taken = {target.column for target in mapped.values() if target and target.column}
    targets: dict[str, Target | None] = {header: mapped[header] for header in headers if header in mapped}
    for column in OURS:
        if column not in taken and (header := _called(column, [name for name in headers if name not in targets])):
            targets[header] = Target(column, unit=header_unit(header) or header_currency(header))
            taken.add(column)
    for header in headers:
        if header not in targets:
            targets[header] = _automatic(header, taken, rules.get("other_columns", "report"))
    constants = rules.get("constants", {})
    missing = [name for name in REQUIRED if name not in taken and name not in constants]
    if missing:
        raise ImportRefused(f"The header lacks {', '.join(missing)}.")
    return Layout({header: targets[header] for header in headers}, constants, rules.get("separators", {}))


def parsed(ours: str) -> Target | None:
    """ "name", "spec:Storage [GB]", "weight_g [kg]" or "ignore" as a target. Raises ImportRefused for another word."""
    word, unit = unheaded(ours.strip())
    if word == "ignore":
        return Target("source")
    if word.startswith("spec:") and slugify(word[5:]):
        return Target(spec=word[5:].strip(), unit=unit)
    if word in OURS:
        return Target(word, unit=unit)
    raise ImportRefused(f"{ours!r} is no column of ours. Known: spec:NAME, ignore, {', '.join(OURS)}.")


def unheaded(header: str) -> tuple[str, str]:
    """ "Weight (g)" → "Weight", "g"; a bracket that holds no unit belongs to the name."""
    found = HEADED.match(header)
    symbol = unit_symbol(found["unit"]) if found else ""
    return (found["name"], symbol) if found and symbol else (header, "")


def header_unit(header: str) -> str:
    return unheaded(header)[1]


def header_currency(header: str) -> str:
    """ "Price (USD)" → "USD"."""
    codes = [word for word in re.findall(r"\b[A-Z]{3}\b", header) if is_currency(word)]
    return codes[0] if codes else ""


@lru_cache(maxsize=4096)
def unit_symbol(written: str) -> str:
    """The unit that is spelled like this, exactly or else in any case; empty when none or several are."""
    word = written.strip()
    exact = [unit.symbol for unit in units.TABLE if word in unit.spellings or word == unit.symbol]
    folded = word.casefold()
    loose = [unit.symbol for unit in units.TABLE if folded in {one.casefold() for one in unit.spellings}]
    for found in (exact, loose):
        if len(found) == 1:
            return found[0]
    return ""


def plain(header: str) -> str:
    """How headers are compared: "Part-Number " is part_number."""
    return slugify(unheaded(header)[0].replace("_", "-")).replace("-", "_")


def bare(header: str) -> str:
    """Without whatever stands in brackets: "Price (incl. VAT)" is a price."""
    found = HEADED.match(header)
    return plain(found["name"] if found else header)


def _called(column: str, headers: list[str]) -> str:
    """The header that means a column of ours; a column in a unit that is none of a weight is a spec."""
    names = {bare(header): header for header in reversed(headers)} | {plain(one): one for one in reversed(headers)}
    for name in (column, *USUAL[column].split()):
        header = names.get(name, "")
        if header and (column == "weight_g" or not header_unit(header)):
            return header
    return ""


def _automatic(header: str, taken: set[str], other: str) -> Target | None:
    if header in OURS and header not in taken:
        return Target(header)
    if found := PREFIXED.match(header):
        name, unit = unheaded(found["name"])
        return Target(spec=name, unit=unit)
    name, unit = unheaded(header)
    if not slugify(name):
        return None
    return Target(spec=name, unit=unit, guessed=not unit and other != "specs")


def check_rules(rules: Mapping[str, Any]) -> dict[str, Target | None]:
    """The targets of the rules' columns. Raises ImportRefused for rules that no file could be read by."""
    mapped = {header: parsed(ours) for header, ours in rules.get("columns", {}).items()}
    columns = [target.column for target in mapped.values() if target and target.column not in ("", *IGNORED)]
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise ImportRefused(f"Several columns are mapped to {', '.join(twice)}.")
    unknown = [name for name in rules.get("constants", {}) if name not in OURS]
    unknown += [name for name in rules.get("separators", {}) if name not in OURS and not name.startswith("spec:")]
    if unknown:
        raise ImportRefused(f"No columns of ours: {', '.join(unknown)}.")
    if not all(rules.get("separators", {}).values()):
        raise ImportRefused("A separator is at least one character.")
    if rules.get("other_columns", "report") not in OTHER_COLUMNS:
        raise ImportRefused(f"other_columns is one of {', '.join(OTHER_COLUMNS)}.")
    if len(rules.get("delimiter", ",")) != 1:
        raise ImportRefused("The delimiter is one character.")
    return mapped
