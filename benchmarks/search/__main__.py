"""`python -m benchmarks.search load 20000`, then `python -m benchmarks.search`: the figures of docs/search.md."""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable
from statistics import mean, quantiles

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "devicehub.settings")
django.setup()

from django.db import connection, reset_queries  # noqa: E402

from benchmarks.search.goods import SEED, goods  # noqa: E402
from benchmarks.search.loading import load, numbers  # noqa: E402
from benchmarks.search.measures import mistyped, ndcg, recall  # noqa: E402
from benchmarks.search.plain import Plain  # noqa: E402
from benchmarks.search.queries import EXACT, Query, queries  # noqa: E402
from catalog import search  # noqa: E402
from catalog.publishing import rebuild  # noqa: E402
from catalog.search.documents import documents  # noqa: E402

CODES = 300
PARTS = "tuned on", "held out"

Judged = tuple[Query, dict[int, float]]  # a question and its gains by product id
Search = Callable[[str], list[int]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.search", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("index", help="build the index anew")
    commands.add_parser("load", help="fill an empty database").add_argument("number", type=int)
    parser.add_argument("--worst", type=int, default=0, help="name so many of the worst queries")
    options = parser.parse_args()
    if options.command == "load":
        started = time.perf_counter()
        load(options.number)
        print(f"{options.number} products loaded and indexed in {time.perf_counter() - started:.0f} s")
    elif options.command == "index":
        started = time.perf_counter()
        print(f"{rebuild()} products indexed in {time.perf_counter() - started:.0f} s")
    else:
        measure(options.worst)


def measure(worst: int) -> None:
    by_id = numbers()
    ids = {number: pk for pk, number in by_id.items()}
    some = list(goods(len(by_id)))
    asked = [(query, gains) for query in queries() if (gains := _gains(query, some, ids))]
    print(f"{connection.vendor}, {len(some)} products, {len(asked)} queries")
    print(f"{'':24} NDCG@10  recall@50  without result  one slip keeps")
    plain = Plain(documents(ids.values()))
    for part in PARTS:
        chosen = [one for one in asked if _part(one[0]) == part]
        _report(f"ours, {part}", _ours, chosen)
        _report(f"plain BM25, {part}", plain.search, chosen)
    print(f"part numbers     {_codes_first(some, ids):.1%} in first place")
    _times([query.text for query, _gains in asked])
    _name_worst([one for one in asked if _part(one[0]) == PARTS[0]], worst)


def _ours(text: str) -> list[int]:
    return search.search(text).ids


def _part(query: Query) -> str:
    """One and the same half for a question, whatever others there are."""
    return PARTS[random.Random(f"{SEED} {query.text}").randrange(2)]


def _report(name: str, find: Search, asked: list[Judged]) -> None:
    found = {query.text: find(query.text) for query, _gains in asked}
    score = mean(ndcg(found[query.text], gains) for query, gains in asked)
    recalled = mean(_recall(found[query.text], gains) for query, gains in asked)
    without = sum(not ids for ids in found.values())
    print(f"{name:24} {score:7.3f} {recalled:10.3f} {without:15} {_kept(find, asked, found):15.1%}")


def _name_worst(asked: list[Judged], most: int) -> None:
    """Of those tuned on; the others are nobody's business."""
    scores = [(ndcg(_ours(query.text), gains), query.text) for query, gains in asked] if most else []
    for score, text in sorted(scores)[:most]:
        print(f"  {score:.2f} {text}")


def _gains(query: Query, some: list, ids: dict[int, int]) -> dict[int, float]:
    gains = {ids[good.number]: gain for good in some if (gain := query.gain(good))}
    return gains if EXACT in gains.values() else {}


def _recall(found: list[int], gains: dict[int, float]) -> float:
    return recall(found, {pk for pk, gain in gains.items() if gain == EXACT})


def _kept(find: Search, asked: list[Judged], found: dict[str, list[int]]) -> float:
    chance = random.Random(SEED + 2)
    before = after = 0.0
    for query, gains in asked:
        if text := mistyped(query.text, chance):
            before += ndcg(found[query.text], gains)
            after += ndcg(find(text), gains)
    return after / before


def _codes_first(some: list, ids: dict[int, int]) -> float:
    chance = random.Random(SEED + 3)
    first = 0
    for good in chance.sample(some, min(CODES, len(some))):
        number = chance.choice([good.mpn, good.gtin, f"SKU-{good.number}"])
        written = chance.choice([number, number.lower(), number.replace("-", " ").replace("/", " "),
                                 number.replace("-", "").replace("/", "-")])  # fmt: skip
        first += search.search(written).ids[:1] == [ids[good.number]]
    return first / min(CODES, len(some))


def _times(texts: list[str]) -> None:
    connection.force_debug_cursor = True
    for name, ask, some in (
        ("search", search.search, texts),
        ("suggestions", search.suggest, [text[: max(2, len(text) // 2)] for text in texts]),
    ):
        whole, database, statements = [], [], []
        for text in some:
            reset_queries()
            started = time.perf_counter()
            ask(text)
            whole.append(1000 * (time.perf_counter() - started))
            database.append(1000 * sum(float(query["time"]) for query in connection.queries))
            statements.append(len(connection.queries))
        print(
            f"{name:16} {mean(whole):.1f} ms (95 %: {quantiles(whole, n=20)[-1]:.1f}), "
            f"of them database {mean(database):.1f}, {max(statements)} queries at most"
        )


if __name__ == "__main__":
    main()
