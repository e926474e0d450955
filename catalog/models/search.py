"""Words that names in the catalog are made of: what a mistyped word may have meant.

The index itself is no model: it is a table of the database's own full-text engine, made by a migration and known
to `catalog.search` only.
"""

from __future__ import annotations

from django.db import models


class SearchWord(models.Model):
    """Only ever added to; `rebuild_search` drops what no name uses any more."""

    word = models.CharField(max_length=64, primary_key=True)

    def __str__(self) -> str:
        return self.word
