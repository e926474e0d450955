"""Product files for tests, and the command that reads them."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from catalog import specs
from catalog.models import Brand, Category, Product, ProductType, SpecChoice, SpecField, SpecValue, Variant

DERIVED = ("created_at", "updated_at")
PLAIN = {"name": "Lumo One", "brand": "Lumo", "category_path": "Phones", "price": "99.00"}


def write_csv(path: Path, *rows: dict[str, Any], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Rows of any columns; a dict in "spec" is written as JSON."""
    headers = list(dict.fromkeys(name for row in rows for name in row))
    text = StringIO()
    writer = csv.DictWriter(text, headers, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows({n: json.dumps(v) if isinstance(v, dict) else v for n, v in row.items()} for row in rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def plain(sku: str, **cells: Any) -> dict[str, Any]:
    return {"sku": sku, **PLAIN, **cells}


def run(*args: Any, **options: Any) -> str:
    out = StringIO()
    call_command("import_products", *args, stdout=out, **options)
    return out.getvalue()


def catalog_rows() -> dict[str, list]:
    """Everything an import may write, but for when."""
    models = (Category, Brand, ProductType, SpecField, SpecChoice, Product, Variant, SpecValue)
    names = {model: [f.attname for f in model._meta.concrete_fields if f.attname not in DERIVED] for model in models}
    return {model.__name__: list(model.objects.order_by("pk").values(*names[model])) for model in models}


def values(product: Product) -> dict[str, str]:
    """Each spec as the data sheet prints it."""
    from_rows: dict[str, list] = {}
    for row in product.spec_values.select_related("field", "choice").order_by("pk"):
        from_rows.setdefault(row.field.key, []).append(row)
    return {key: specs.value_text(rows) for key, rows in from_rows.items()}
