"""The index on SQLite: one FTS5 table whose rowid is the product's id."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from catalog.search.documents import FIELDS, Document
from catalog.search.matching import Match, Rank

CREATE = (
    f"CREATE VIRTUAL TABLE catalog_search USING fts5({', '.join(FIELDS)}, "
    "tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3')"
)
DROP = "DROP TABLE catalog_search"

WEIGHTS = "10.0, 12.0, 6.0, 6.0, 2.0, 1.0"  # in the order of FIELDS
MATCHING = "SELECT rowid FROM catalog_search WHERE catalog_search MATCH %s"
# Ranks every hit once; asking bm25 about each product by itself would read the whole index each time.
BEST_FIRST = (
    f"SELECT score FROM (SELECT rowid AS id, bm25(catalog_search, {WEIGHTS}) AS score FROM catalog_search "
    "WHERE catalog_search MATCH %s LIMIT -1) WHERE id = {pk}"
)


def write(documents: Iterable[Document]) -> None:
    rows = [(document.product_id, *document.fields) for document in documents]
    marks = ", ".join(["%s"] * (len(FIELDS) + 1))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO catalog_search (rowid, {', '.join(FIELDS)}) VALUES ({marks})", rows)


def remove(product_ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM catalog_search WHERE rowid = %s", [(pk,) for pk in product_ids])


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_search")


def matching(words: list[str], code: str, *, any_word: bool = False) -> Match:
    """Products with all the words (or any of them), or with a part number of these letters and digits."""
    joined = (" OR " if any_word else " AND ").join(_quoted(word) for word in words)
    return _match(f"({joined}) OR codes : {_quoted(code)}")


def beginning(words: list[str]) -> Match:
    """Products whose name, brand or part number has the words, the last of them only begun."""
    joined = " AND ".join(_quoted(word) for word in words)
    return _match(f"{{title brand codes}} : ({joined} *)")


def _match(query: str) -> Match:
    return Match(Q(pk__in=RawSQL(MATCHING, (query,))), Rank(BEST_FIRST, (query,)))


def _quoted(word: str) -> str:
    """Always quoted: bare words such as NEAR or a lone quote are syntax. Words hold letters and digits only."""
    return f'"{word}"'
