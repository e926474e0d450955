"""What any engine finds: BM25 over all words of a product alike, to hold ours against."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from statistics import mean

from catalog.search.documents import Document
from catalog.search.stems import stem
from catalog.search.words import query_words, words

SATURATION, BENT = 1.2, 0.75  # k1 and b as they come
MOST = 100


class Plain:
    def __init__(self, documents: Iterable[Document]) -> None:
        self.lengths: dict[int, int] = {}
        self.times: dict[str, dict[int, int]] = defaultdict(dict)
        for document in documents:
            terms = [stem(word) for word in words(_text(document))]
            self.lengths[document.product_id] = len(terms)
            for term, number in Counter(terms).items():
                self.times[term][document.product_id] = number
        self.usual = mean(self.lengths.values())

    def search(self, text: str) -> list[int]:
        scores: dict[int, float] = defaultdict(float)
        for word in query_words(text):
            having = self.times.get(stem(word), {})
            telling = math.log1p((len(self.lengths) - len(having) + 0.5) / (len(having) + 0.5))
            for pk, number in having.items():
                bent = 1 - BENT + BENT * self.lengths[pk] / self.usual
                scores[pk] += telling * number * (SATURATION + 1) / (number + SATURATION * bent)
        return sorted(scores, key=lambda pk: (-scores[pk], pk))[:MOST]


def _text(document: Document) -> str:
    return " ".join([document.title, document.brand, *document.kinds, *document.specs, document.body])
