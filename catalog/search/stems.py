"""Words of one meaning under one form: plurals, "charging" and "charged", "cancelling" and "canceling".

Light on purpose: brands and model names must stay what they are, and "charger" is not "charge". The form is for the
index only and shown to nobody.
"""

from __future__ import annotations

import re
from functools import lru_cache

ODD = {"lens": "lens", "mice": "mous", "ios": "ios", "gps": "gps", "dvs": "dvs", "axis": "axis", "chassis": "chassis"}
VOWEL = re.compile("[aeiouy]")
HISSING = ("ses", "xes", "zes", "ches", "shes")
KEPT_S = ("ss", "us", "is")
SHORT = 3


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    if word in ODD:
        return ODD[word]
    if len(word) < SHORT or not word.isalpha():
        return word
    return _without_e(_without_ending(singular(word)))


def singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(HISSING) and len(word) > 4:
        return word[:-2]
    if word.endswith("s") and not word.endswith(KEPT_S):
        return word[:-1]
    return word


def _without_ending(word: str) -> str:
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= SHORT and VOWEL.search(rest) and not word.endswith("eed"):
            return rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "sz" else rest
    return word


def _without_e(word: str) -> str:
    return word[:-1] if word.endswith("e") and len(word) > SHORT else word
