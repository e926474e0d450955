"""What each page costs: python -m benchmarks.pages --json 50k.json

For a guest who comes with nothing but the address, through all of the shop's middleware, in this process.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.http import HttpResponseBase
from django.test import Client

from benchmarks import measuring, report, tables
from benchmarks.addresses import Page, buyable_skus, pages
from benchmarks.measuring import Query

REPEAT, SECONDS = 15, 10.0
SQL_SHOWN = 3000


def measure(
    repeat: int = REPEAT, seconds: float = SECONDS, only: str = "", look: Callable[[str, Query], object] | None = None
) -> dict[str, report.Figures]:
    """By page; `look` is given the slowest query of each."""
    rows = {}
    for page in pages():
        if re.search(only, page.name):
            runs, response = measuring.repeated(visitor(page), repeat, seconds)
            figures = measuring.figures(runs)
            rows[page.name] = {"status": response.status_code, **figures, "bytes": len(_body(response))}
            if look:
                look(page.name, max(runs[-1].asked, key=lambda query: query.seconds))
    return rows


def visitor(page: Page) -> Callable[[], HttpResponseBase]:
    client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
    if page.with_cart:
        for sku in buyable_skus():
            client.post("/cart/add/", {"variant": sku, "quantity": "1"})
        return lambda: client.get(page.address)
    return lambda: _first_visit(client, page.address)


def _first_visit(client: Client, address: str) -> HttpResponseBase:
    client.cookies.clear()
    return client.get(address)


def _body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def explain(name: str, query: Query) -> None:
    print(f"\n{name}: {1000 * query.seconds:.1f} ms in\n{query.sql[:SQL_SHOWN]}\n{query.params}")
    print(measuring.plan(query))


def collect_static() -> None:
    """Templates need the manifest of a shop that serves files under names with their hash."""
    manifest = getattr(staticfiles_storage, "manifest_name", None)
    if manifest and not (Path(settings.STATIC_ROOT) / manifest).exists():
        call_command("collectstatic", interactive=False, verbosity=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    parser.add_argument("--only", default="", help="pages whose name has this (a regular expression)")
    parser.add_argument("--repeat", type=int, default=REPEAT)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="spent on a page at most")
    parser.add_argument("--explain", action="store_true", help="also print the plan of each page's slowest query")
    options = parser.parse_args()
    tables.give_time()  # to find out what the last page of a large shop is
    measuring.quiet()
    collect_static()
    look = explain if options.explain else None
    found = report.report(measure(options.repeat, options.seconds, options.only, look))
    report.say(found)
    report.save(found, options.json)


if __name__ == "__main__":
    main()
