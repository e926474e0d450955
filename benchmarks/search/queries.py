"""Questions as shoppers type them, each with what a result must be to answer it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.search.goods import DEVICES, SEED, Good, first_way, normal_size
from benchmarks.search.kinds import EXTRAS, KINDS, Extra, Kind

EXACT, PARTLY, GOES_WITH, IRRELEVANT = 1.0, 0.3, 0.05, 0.0
FOR_EACH_KIND, FOR_EACH_EXTRA = 8, 8


@dataclass(frozen=True)
class Query:
    text: str
    kind: str
    fits: str = ""
    maker: str = ""
    model: str = ""
    features: frozenset[str] = frozenset()
    size: str = ""

    def gain(self, good: Good) -> float:
        if good.kind != self.kind or (self.fits and good.fits != self.fits):
            return GOES_WITH if good.fits and good.fits == self.kind and self._same_device(good) else IRRELEVANT
        wrong = int(not self._same_device(good)) + len(self.features - good.features)
        wrong += bool(self.size) and normal_size(self.size) != normal_size(good.size)
        return EXACT if not wrong else PARTLY if wrong == 1 else IRRELEVANT

    def _same_device(self, good: Good) -> bool:
        return self.maker in ("", good.maker, good.brand) and self.model in ("", good.model)


def queries() -> list[Query]:
    chance = random.Random(SEED + 1)
    asked = [*(query for kind in KINDS for query in _for_devices(kind, chance))]
    asked += [query for extra in EXTRAS for query in _for_extras(extra, chance)]
    return list({query.text: query for query in [*asked, *HANDMADE]}.values())


def _for_devices(kind: Kind, chance: random.Random) -> Iterator[Query]:
    nouns, brands, models = kind.nouns.split("/"), kind.brands.split("/"), kind.models.split("/")
    yield Query(nouns[0].lower(), kind.key)
    for _number in range(FOR_EACH_KIND):
        feature, size = chance.choice(kind.features.split("|")), chance.choice(kind.sizes.split("|"))
        at = chance.randrange(99)
        brand, model = brands[at % len(brands)], models[at % len(models)]
        noun, written = chance.choice(nouns), chance.choice(feature.split("/"))
        wanted = frozenset([first_way(feature)])
        size_written = chance.choice([size, size.replace('"', " inch"), size.replace("-", " ")])
        shapes = [
            Query(f"{brand} {noun}", kind.key, maker=brand),
            Query(f"{written} {noun}", kind.key, features=wanted),
            Query(f"{noun} {written}", kind.key, features=wanted),
            Query(f"{brand} {written} {noun}", kind.key, maker=brand, features=wanted),
            Query(f"{brand} {model}", kind.key, maker=brand, model=model),
            Query(f"{model} {written}", kind.key, model=model, features=wanted),
        ]
        if size:
            shapes += [
                Query(f"{size_written} {noun}", kind.key, size=size),
                Query(f"{noun} {size_written} {written}", kind.key, size=size, features=wanted),
                Query(f"{brand} {size_written} {noun}", kind.key, maker=brand, size=size),
            ]
        query = chance.choice(shapes)
        yield Query(query.text.lower() if chance.random() < 0.8 else query.text, *_facts(query))


def _for_extras(extra: Extra, chance: random.Random) -> Iterator[Query]:
    for _number in range(FOR_EACH_EXTRA):
        device = DEVICES[chance.choice(extra.fits.split("/"))]
        brands, models = device.brands.split("/"), device.models.split("/")
        at = chance.randrange(99)
        maker, model = brands[at % len(brands)], models[at % len(models)]
        noun, device_noun = chance.choice(extra.nouns.split("/")), chance.choice(device.nouns.split("/"))
        feature = chance.choice(extra.features.split("|"))
        written, wanted = chance.choice(feature.split("/")), frozenset([first_way(feature)])
        shapes = [
            Query(f"{device_noun} {noun}", extra.key, fits=device.key),
            Query(f"{maker} {model} {noun}", extra.key, fits=device.key, maker=maker, model=model),
            Query(f"{noun} for {model}", extra.key, fits=device.key, model=model),
            Query(f"{model} {noun} {written}", extra.key, fits=device.key, model=model, features=wanted),
            Query(f"{written} {device_noun} {noun}", extra.key, fits=device.key, features=wanted),
        ]
        query = chance.choice(shapes)
        yield Query(query.text.lower(), *_facts(query))


def _facts(query: Query) -> tuple:
    return query.kind, query.fits, query.maker, query.model, query.features, query.size


def _with(*features: str) -> frozenset[str]:
    return frozenset(features)


HANDMADE = [
    Query("head phones", "headphones"),
    Query("head phones with mic", "headphones", features=_with("with microphone")),
    Query("blue tooth speaker", "speaker"),
    Query("mac book pro", "laptop", model="MacBook Pro"),
    Query("macbook air case", "case", fits="laptop", model="MacBook Air"),
    Query("wh1000xm4", "headphones", model="WH-1000XM4"),
    Query("sony wh 1000 xm4", "headphones", model="WH-1000XM4", maker="Sony"),
    Query("quietcomfort 35", "headphones", model="QuietComfort 35 II"),
    Query("air pods pro", "earbuds", model="AirPods Pro"),
    Query("airpods case", "case", fits="earbuds", model="AirPods"),
    Query("i phone 11", "phone", model="iPhone 11"),
    Query("iphone 12 pro max case leather", "case", fits="phone", model="iPhone 12 Pro Max", features=_with("leather")),
    Query("galaxy s21 screen protector", "protector", fits="phone", model="Galaxy S21"),
    Query("television 55 inch", "tv", size="55 inch"),
    Query('65" 4k tv', "tv", size="65 inch", features=_with("4k")),
    Query("smart tvs", "tv", features=_with("smart")),
    Query("1tb ssd", "ssd", size="1TB"),
    Query("500 gb solid state drive", "ssd", size="500GB"),
    Query("ssd 2 tb", "ssd", size="2TB"),
    Query("portable hdd 4tb", "hdd", size="4TB"),
    Query("27 inch monitor", "monitor", size="27 inch"),
    Query("27in gaming monitor 144 hz", "monitor", size="27 inch", features=_with("gaming", "144hz")),
    Query("usbc hub", "hub"),
    Query("usb-c hub", "hub"),
    Query("powerbank 20000 mah", "powerbank", size="20000mAh"),
    Query("batteries for canon camera", "battery", fits="camera", maker="Canon"),
    Query("noise canceling headphones", "headphones", features=_with("noise cancelling")),
    Query("anc headphones", "headphones", features=_with("noise cancelling")),
    Query("micro sd 128gb", "sdcard", size="128GB"),
    Query("wifi 6 router", "router", features=_with("wifi 6")),
    Query("wi-fi booster", "extender"),
    Query("ps4 controller", "controller", features=_with("for ps4")),
    Query("video card", "gpu"),
    Query("gtx 1660", "gpu", model="GeForce GTX 1660 Super"),
    Query("core i7 9700k", "cpu", model="Core i7-9700K"),
    Query("i79700k", "cpu", model="Core i7-9700K"),
    Query("kindle paper white", "ereader", model="Kindle Paperwhite"),
    Query("thumbdrive 64gb", "flash", size="64GB"),
    Query("cheap mobile phones unlocked", "phone", features=_with("unlocked")),
    Query("wireless mice", "mouse", features=_with("wireless")),
    Query("what is a good keyboard for gaming", "keyboard", features=_with("gaming")),
    Query("10 foot hdmi cord", "cable", size="10 ft", features=_with("hdmi")),
    Query("soundbar without subwoofer", "soundbar"),
    Query("camera", "camera"),
    Query("tablets for kids", "tablet", features=_with("kids")),
]
