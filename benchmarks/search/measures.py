"""NDCG, recall, and slips of the fingers."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

NEIGHBOURS = {
    letter: row[max(0, at - 1) : at] + row[at + 1 : at + 2]
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    for at, letter in enumerate(row)
}


def ndcg(found: Sequence[int], gains: Mapping[int, float], depth: int = 10) -> float:
    best = _discounted(sorted(gains.values(), reverse=True)[:depth])
    return _discounted([gains.get(pk, 0.0) for pk in found[:depth]]) / best if best else 0.0


def recall(found: Sequence[int], relevant: set[int], depth: int = 50) -> float:
    """Of what could be among the first `depth`."""
    return len(relevant.intersection(found[:depth])) / min(len(relevant), depth)


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def mistyped(text: str, chance: random.Random) -> str | None:
    """One slip in one word of four letters or more; None if there is no such word."""
    words = text.split()
    long = [at for at, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
    if not long:
        return None
    at = chance.choice(long)
    words[at] = _slip(words[at], chance)
    return " ".join(words)


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    kind = chance.choice(["swap", "drop", "double", "neighbour"])
    if kind == "swap":
        at = min(at, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "double":
        return word[:at] + word[at] + word[at:]
    return word[:at] + chance.choice(NEIGHBOURS.get(word[at].lower(), "e")) + word[at + 1 :]
