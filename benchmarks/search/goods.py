"""A shop of made-up offers of real sorts: long noisy titles, talkative descriptions, accessories for everything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.search.kinds import EXTRAS, KINDS, Extra, Kind

SEED = 20261125
SHARE_OF_EXTRAS = 0.45
TITLE_MAX = 200

DEVICES = {kind.key: kind for kind in KINDS}
COLOURS = ["Black", "White", "Silver", "Blue", "Red", "Grey", "Pink", "Green"]
FILLER = [
    "premium quality you can trust",
    "easy to set up in minutes",
    "ideal gift for family and friends",
    "12 month warranty and friendly support",
    "designed for home, office and travel",
    "sleek modern look",
    "lightweight and durable",
    "plug and play, no driver needed",
    "what you get: the item, a user manual and a thank you card",
    "please check the size of your device before you order",
    "made of high quality materials",
    "great for work, school and play",
]
WORKS_WITH = [
    "works with laptops, tablets, phones and TVs",
    "compatible with Windows, Mac OS, iPhone and Android",
    "connects to your phone, tablet or computer by bluetooth or cable",
    "fits in any laptop bag or backpack",
    "charge it from any USB charger or power bank",
    "perfect next to your monitor, keyboard and mouse",
    "use it with headphones or speakers",
    "watch films from your TV, console or camera",
    "pairs with a smart watch or fitness tracker",
    "HDMI cable and remote not included",
]
UPPERCASE_SHARE, BRAND_MISSING_SHARE, NOUN_FIRST_SHARE = 0.05, 0.12, 0.15


@dataclass(frozen=True)
class Good:
    """An offer and the truth about it, by which results are judged."""

    number: int
    title: str
    brand: str
    body: str
    mpn: str
    gtin: str
    price: int
    kind: str
    model: str  # of the device, or of the device that it is for
    maker: str  # of that device
    fits: str  # the kind of device it is for; empty for a device
    features: frozenset[str]  # each by its first way of writing
    size: str


def goods(number: int) -> Iterator[Good]:
    chance = random.Random(SEED)
    for count in range(number):
        if chance.random() < SHARE_OF_EXTRAS:
            yield _extra(count, chance.choice(EXTRAS), chance)
        else:
            yield _device(count, chance.choice(KINDS), chance)


def first_way(feature: str) -> str:
    return feature.split("/")[0].lower()


def normal_size(size: str) -> str:
    """ "27-inch", "27 inch" and "27″" are one."""
    return size.lower().replace('"', "inch").replace("feet", "ft").replace("watt", "w").translate({32: None, 45: None})


def _device(number: int, kind: Kind, chance: random.Random) -> Good:
    at = chance.randrange(99)
    brands, models = kind.brands.split("/"), kind.models.split("/")
    brand, model = brands[at % len(brands)], models[at % len(models)]
    told, hidden = _features(kind.features, chance)
    size = chance.choice(kind.sizes.split("|")) if kind.sizes else ""
    noun = chance.choice([*kind.nouns.split("/"), kind.nouns.split("/")[0]])
    details = [chance.choice(feature.split("/")) for feature in told]
    before = details[: chance.randint(0, 2)]
    name = " ".join(filter(None, [brand, model, size, *before, noun]))
    if chance.random() < NOUN_FIRST_SHARE:
        name = " ".join(filter(None, [*before, noun, size, "by", brand, model]))
    tail = [*details[len(before) :], chance.choice(COLOURS)]
    if chance.random() < 0.4:
        tail.append(chance.choice(WORKS_WITH).split(",")[0].title())
    return _good(number, kind, brand, _title(name, tail, chance), told + hidden, hidden, chance,
                 model=model, maker=brand, fits="", size=size)  # fmt: skip


def _extra(number: int, extra: Extra, chance: random.Random) -> Good:
    device = DEVICES[chance.choice(extra.fits.split("/"))]
    at = chance.randrange(99)
    makers, models = device.brands.split("/"), device.models.split("/")
    maker, model = makers[at % len(makers)], models[at % len(models)]
    brand = chance.choice(extra.brands.split("/"))
    told, hidden = _features(extra.features, chance)
    size = chance.choice(extra.sizes.split("|")) if extra.sizes else ""
    noun, device_noun = chance.choice(extra.nouns.split("/")), chance.choice(device.nouns.split("/"))
    details = [chance.choice(feature.split("/")) for feature in told]
    shapes = [
        f"{brand} {noun} for {maker} {model} {device_noun}",
        f"{brand} {model} {noun}",
        f"{maker} {model} {noun} by {brand}",
        f"{brand} {device_noun} {noun} compatible with {maker} {model}",
        f"{noun} for {maker} {model}",
        f"{brand} {' '.join(details[:1])} {device_noun} {noun}",
    ]
    title = _title(f"{chance.choice(shapes)} {size}".strip(), [*details, chance.choice(COLOURS)], chance)
    return _good(number, extra, brand, title, told + hidden, hidden, chance,
                 model=model, maker=maker, fits=device.key, size=size)  # fmt: skip


def _features(written: str, chance: random.Random) -> tuple[list[str], list[str]]:
    """Those the title tells and those that only the description does."""
    some = chance.sample(written.split("|"), k=min(4, len(written.split("|"))))
    told = chance.randint(1, 3)
    return some[:told], some[told : chance.randint(told, 4)]


def _title(name: str, tail: list[str], chance: random.Random) -> str:
    joint = chance.choice([", ", " - ", ", ", " | ", " "])
    chance.shuffle(tail)
    title = joint.join([name, *tail])
    return (title.upper() if chance.random() < UPPERCASE_SHARE else title)[:TITLE_MAX]


def _good(
    number: int, kind: Kind | Extra, brand: str, title: str, features: list[str], hidden: list[str],
    chance: random.Random, *, model: str, maker: str, fits: str, size: str,
) -> Good:  # fmt: skip
    if chance.random() < BRAND_MISSING_SHARE:
        title = title.replace(f"{brand} ", "", 1)
    lines = [*chance.sample(FILLER, 4), *chance.sample(WORKS_WITH, chance.randint(0, 3))]
    lines += [chance.choice(feature.split("/")) for feature in [*hidden, *features] if chance.random() < 0.8]
    chance.shuffle(lines)
    return Good(
        number=number, title=title, brand=brand, body=". ".join(lines),
        mpn=f"{brand[:2].upper()}-{chance.randint(100, 999)}{chance.choice('ABCX')}/{chance.randint(10, 99)}{number}",
        gtin=f"{4_000_000_000_000 + number * 10 + 3}", price=chance.randint(*kind.price), kind=kind.key, model=model,
        maker=maker, fits=fits, features=frozenset(first_way(feature) for feature in features), size=size,
    )  # fmt: skip
