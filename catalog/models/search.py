"""The search index, what staff teach it and what it learns: `catalog.search` and `docs/search.md` tell how."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class TermBlock(models.Model):
    """The products of one block that have a term, as `catalog.search.postings` packs them."""

    pk = models.CompositePrimaryKey("term", "block")
    term = models.CharField(max_length=64)
    block = models.PositiveIntegerField()
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.term} in block {self.block}"


class SearchDocument(models.Model):
    """What the index says about a product now, and the terms by which the blocks hold it.

    The first three are written by whoever changes the product, `merged` by the merge alone. No foreign key: a
    deleted product's row, its terms empty, stays until the merge has taken it from the blocks.
    """

    product_id = models.PositiveBigIntegerField(primary_key=True)
    terms = models.TextField()  # apart by spaces
    marks = models.BinaryField()  # an impact for each term, then a place for each
    words = models.TextField()  # as they are written in name, brand and category: what typos are corrected to
    merged = models.TextField(default="")

    def __str__(self) -> str:
        return f"product {self.product_id}"


class SearchCode(models.Model):
    """A part number, SKU or GTIN as its letters and digits, true at once: found however it is punctuated."""

    pk = models.CompositePrimaryKey("code", "product_id")
    code = models.CharField(max_length=64)
    product_id = models.PositiveBigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.code


class WordList(models.Model):
    """The words of names by their length: what a mistyped word may have meant. A rebuild drops what is gone."""

    length = models.PositiveSmallIntegerField(primary_key=True)
    words = models.TextField()  # apart by spaces, sorted

    def __str__(self) -> str:
        return f"words of {self.length} letters"


class Synonym(models.Model):
    """Words that mean the same to a shopper: whoever looks for one finds all."""

    words = models.CharField(
        _("words"), max_length=300, help_text=_("Apart by commas, each of up to four words: “tv, television”.")
    )

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")
        ordering = ["words"]

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        meant = [part.split() for part in self.words.split(",") if part.strip()]
        if len({" ".join(part).casefold() for part in meant}) < 2:
            raise ValidationError({"words": _("Give at least two different words, with a comma between them.")})
        if any(len(part) > 4 for part in meant):
            raise ValidationError({"words": _("None of them may have more than four words.")})
        self.words = ", ".join(" ".join(part) for part in meant)


class SearchEntry(models.Model):
    """One search, until the clock adds it to the counts. Words only: neither who nor when in the day."""

    day = models.DateField()
    words = models.CharField(max_length=100)
    results = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.words


class SearchCount(models.Model):
    """How often the same words were searched on a day, and how much the last of these searches found."""

    day = models.DateField(_("day"))
    words = models.CharField(_("words"), max_length=100)
    searches = models.PositiveIntegerField(_("searches"))
    results = models.PositiveIntegerField(_("results"))

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        ordering = ["-day", "-searches", "words"]
        constraints = [models.UniqueConstraint(fields=["words", "day"], name="search_count_once_a_day")]

    def __str__(self) -> str:
        return self.words
