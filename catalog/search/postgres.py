"""The index on PostgreSQL: a table beside the products with a weighted tsvector.

Accents are gone before the text gets here (`catalog.search.words`), so no extension is needed.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from catalog.search.documents import Document
from catalog.search.matching import Match, Rank

# No foreign key: the table is unknown to Django, whose TRUNCATE of the products would fail on one.
CREATE = """
    CREATE TABLE catalog_search (product_id bigint PRIMARY KEY, document tsvector NOT NULL, names tsvector NOT NULL);
    CREATE INDEX catalog_search_document ON catalog_search USING gin (document);
    CREATE INDEX catalog_search_names ON catalog_search USING gin (names);
"""
DROP = "DROP TABLE catalog_search"

WRITE = """
    INSERT INTO catalog_search (product_id, document, names) VALUES (%s,
        setweight(to_tsvector('english', %s), 'A') || setweight(to_tsvector('simple', %s), 'A') ||
        setweight(to_tsvector('english', %s), 'B') || setweight(to_tsvector('english', %s), 'B') ||
        setweight(to_tsvector('english', %s), 'C') || setweight(to_tsvector('english', %s), 'D'),
        to_tsvector('simple', %s))
    ON CONFLICT (product_id) DO UPDATE SET document = EXCLUDED.document, names = EXCLUDED.names
"""
# Stemmed as words are, or as they stand, as part numbers are.
WORD = "(to_tsquery('english', %s) || to_tsquery('simple', %s))"
MATCHING = "SELECT product_id FROM catalog_search WHERE document @@ ({query})"
BEST_FIRST = (
    "SELECT -ts_rank(ARRAY[0.05, 0.2, 0.6, 1.0]::float4[], document, ({query}), 1) "
    "FROM catalog_search WHERE product_id = {{pk}}"
)


def write(documents: Iterable[Document]) -> None:
    rows = [(doc.product_id, *doc.fields, f"{doc.title} {doc.brand} {doc.codes}") for doc in documents]
    with connection.cursor() as cursor:
        cursor.executemany(WRITE, rows)


def remove(product_ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_search WHERE product_id = ANY(%s)", [product_ids])


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_search")


def matching(words: list[str], code: str, *, any_word: bool = False) -> Match:
    """Products with all the words (or any of them), or with a part number of these letters and digits."""
    joined = (" || " if any_word else " && ").join([WORD] * len(words))
    params = [_quoted(word) for word in words for _config in ("english", "simple")]
    query = f"({joined}) || to_tsquery('simple', %s)"
    return Match(
        Q(pk__in=RawSQL(MATCHING.format(query=query), params=(*params, _quoted(code)))),
        Rank(BEST_FIRST.format(query=query), (*params, _quoted(code))),
    )


def beginning(words: list[str]) -> Match:
    """Products whose name, brand or part number has the words, the last of them only begun."""
    query = " & ".join(_quoted(word) for word in words) + ":*"
    found = "SELECT product_id FROM catalog_search WHERE names @@ to_tsquery('simple', %s)"
    rank = "SELECT -ts_rank(names, to_tsquery('simple', %s), 1) FROM catalog_search WHERE product_id = {pk}"
    return Match(Q(pk__in=RawSQL(found, (query,))), Rank(rank, (query,)))


def _quoted(word: str) -> str:
    """Words hold letters, digits and points only, so quotes are all the escaping that tsquery needs."""
    return f"'{word}'"
