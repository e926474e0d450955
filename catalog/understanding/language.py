"""The English of a shopper's query: word forms, bounds, superlatives; in words as the search index cuts them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from catalog.search.words import STOP_WORDS, words

Words = tuple[str, ...]

HYPHEN = re.compile(r"(?<=\w)-(?=\w)")

# Words that are one for a shopper; plurals go by rule.
FORMS = {
    "canceling": "cancelling",
    "cancellation": "cancelling",
    "color": "colour",
    "gray": "grey",
    "mice": "mouse",
    "pcs": "pc",
    "tvs": "tv",
    "anc": "noise cancelling",
}
# What else a kind of device is called. A name means a category only if the shop has one of the second name.
SYNONYMS = {
    "smartphone": "phone",
    "smart phone": "phone",
    "mobile phone": "phone",
    "cell phone": "phone",
    "cellphone": "phone",
    "handset": "phone",
    "notebook": "laptop",
    "notebook computer": "laptop",
    "laptop computer": "laptop",
    "desktop pc": "desktop",
    "desktop computer": "desktop",
    "tv": "television",
    "telly": "television",
    "smart watch": "smartwatch",
    "head phone": "headphones",
    "earphone": "headphones",
    "computer monitor": "monitor",
}


def _phrases(text: str) -> frozenset[Words]:
    return frozenset(tuple(phrase.split()) for phrase in text.split(","))


# Words that a text search gains nothing by.
SAYS_NOTHING = """
    please show find buy get want need looking look search device devices product products best good great new less
    about against between into through during before after above below up down out off over under again once here there
    why how all any both each few more most other some such no nor not only own same too very just now
"""
FILLERS = STOP_WORDS | set(SAYS_NOTHING.split())
NEGATIONS = {"not", "no", "without", "non", "except", "minus"}
# After one of these stands what the device is for or has: a word there is not what is looked for.
PREPOSITIONS = {"for", "to", "with", "of", "on", "from", "by", "in", "and", "or", "fits", "compatible", "without"}
PURPOSES = {"for", "to", "fits", "fit", "compatible", "of", "on"}
# A noun phrase ends before them: "phone | under 500", "headphones | with microphone".
ENDS_OF_NOUN = (PREPOSITIONS | {"under", "below", "over", "above", "between", "less", "more", "up", "at", "that"}) - {
    "and",
    "or",
}
JOINERS = {"with", "and", "has", "have", "having", "featuring", "in", "or"}
PRICE_JOINERS = JOINERS | {"for", "price", "priced", "costing", "costs", "cost", "at", "budget"}

AT_MOST = _phrases(
    "under,below,beneath,less than,lower than,cheaper than,smaller than,lighter than,thinner than,up to,upto,at most,"
    "no more than,not more than,not over,within,max,max of,maximum,maximum of,a max of,a maximum of,budget,budget of"
)
AT_LEAST = _phrases(
    "over,above,more than,greater than,higher than,larger than,bigger than,heavier than,longer than,at least,"
    "no less than,not less than,not under,min,minimum,minimum of,a minimum of,from,starting at,starting from"
)
ABOUT = _phrases("about,around,approx,approximately,circa,ca,roughly")
BETWEEN = _phrases("between,from")
OR_LESS = _phrases(
    "or less,or under,or below,or cheaper,or lower,or smaller,or lighter,or fewer,max,maximum,tops,at most"
)
OR_MORE = _phrases(
    "or more,or above,or over,or higher,or larger,or bigger,or better,or longer,or up,and up,and above,and over,"
    "and more,upwards,plus,min,minimum"
)
# These stand in names too ("Meridian 6 Max", "from 2024"), so a bare number beside them needs more to be a price.
FRAGILE = {"max", "maximum", "min", "minimum", "plus", "from"}

SORTS: dict[Words, str] = {
    ("cheapest",): "price",
    ("cheap",): "price",
    ("least", "expensive"): "price",
    ("lowest", "price"): "price",
    ("lowest", "priced"): "price",
    ("most", "expensive"): "-price",
    ("newest",): "newest",
    ("latest",): "newest",
    ("most", "recent"): "newest",
    ("best", "rated"): "-rating",
    ("top", "rated"): "-rating",
    ("highest", "rated"): "-rating",
    ("best", "reviewed"): "-rating",
}
MOST = {"most", "highest", "longest", "largest", "biggest", "greatest", "brightest"}
LEAST = {"least", "lowest", "shortest", "smallest"}
BY_DIRECTION = {"best", "fastest"}  # of two values the field says which is better
BEST_OF = {"battery"}  # "best screen" says nothing that a figure could answer
# A superlative that names no figure: the fields it may mean, the likeliest first, and whether the highest comes first.
SUPERLATIVES: dict[Words, tuple[tuple[str, ...], bool]] = {
    ("lightest",): (("weight",), False),
    ("most", "lightweight"): (("weight",), False),
    ("heaviest",): (("weight",), True),
    ("thinnest",): (("thickness", "depth"), False),
    ("slimmest",): (("thickness", "depth"), False),
    ("brightest",): (("brightness",), True),
    ("quietest",): (("noise",), False),
    ("largest",): (("screen size", "capacity", "case size"), True),
    ("biggest",): (("screen size", "capacity", "case size"), True),
    ("smallest",): (("screen size", "capacity", "case size"), False),
    ("longest", "lasting"): (("battery life", "battery"), True),
    ("fastest",): (("read speed", "speed", "highest clock"), True),
}

CONDITIONS: dict[Words, str] = {
    ("refurbished",): "refurbished",
    ("refurb",): "refurbished",
    ("renewed",): "refurbished",
    ("reconditioned",): "refurbished",
    ("open", "box"): "open-box",
    ("used",): "used",
    ("second", "hand"): "used",
    ("secondhand",): "used",
    ("pre", "owned"): "used",
    ("preowned",): "used",
    ("brand", "new"): "new",
}
AFTER_USED = {"for", "to", "as", "with", "by", "in"}  # "used for gaming" says nothing of the condition
IN_STOCK = _phrases("in stock,on stock,available now,available today,available,ready to ship")

# Words beside an amount that say which of several fields of the same unit is meant.
HINTS: tuple[frozenset[str], ...] = (
    frozenset({"ram", "memory"}),
    frozenset({"storage", "ssd", "hdd", "disk", "drive", "rom", "capacity", "space", "nvme", "emmc"}),
    frozenset({"screen", "display", "diagonal"}),
)
WATERPROOF = _phrases("waterproof,water proof")
WATER_RESISTANT = _phrases("water resistant,splash proof,splashproof,sweatproof,sweat proof")
DUSTPROOF = _phrases("dustproof,dust proof")


def stem(word: str) -> str:
    """One form for singular and plural: "batteries" and "battery", "switches" and "switch"."""
    word = FORMS.get(word, word)
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1]


def stems(text: str) -> Words:
    return stems_of(words(text))


def stems_of(found: Iterable[str]) -> Words:
    """Some forms are several words."""
    return tuple(part for word in found for part in stem(word).split())


@lru_cache(maxsize=50_000)  # a shop's labels are read again and again, and many are the same
def spellings(text: str) -> frozenset[Words]:
    """The stems of a name, and those of "wifi" and "touchscreen" for Wi-Fi and Touch screen."""
    found = stems(text)
    forms = {found, stems(HYPHEN.sub("", text))} if "-" in text else {found}
    if len(found) == 2:
        forms.add(("".join(found),))
    return frozenset(forms - {()})
