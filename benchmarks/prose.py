"""Sentences such as shops write, about sixty words to a description."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmarks.fields import Value

QUALITY_WORDS = """
    compact durable quiet bright responsive light balanced sturdy precise modular calibrated repairable fast warm crisp
    certified slim rugged clever plain handy powerful thrifty reliable refined roomy clear
"""
PART_WORDS = """
    battery display chassis sensor antenna loudspeaker hinge keyboard lens motor fan charger cable stand grip firmware
    radio processor camera microphone housing connector button strap mount memory filter coating frame touchpad
"""
USE_WORDS = """
    travel office studio field classroom kitchen workshop gym commuting streaming editing gaming mapping inspection
    podcasting hiking reading photography meetings homework music drawing cycling running filming
"""
QUALITIES, PARTS, USES = QUALITY_WORDS.split(), PART_WORDS.split(), USE_WORDS.split()
SENTENCES = (
    "The {q} {p} keeps its promise for {u}, and the {r} {s} holds up for years of {v}.",
    "Made for {u} and {v}, it pairs a {q} {p} with a {r} {s} that never gets in the way.",
    "We like the {q} {p}: it is {r} enough for {u}, yet the {s} stays simple to clean and to replace.",
    "Those who need it for {v} get a {q} {s}, a {r} {p} and a manual that can be understood.",
    "Its {p} is {q}, its {s} is {r}, and both have proved themselves for {u} as well as for {v}.",
    "Nothing here is superfluous, from the {q} {p} to the {r} {s}; for {u} there is hardly a better choice.",
)
OPENINGS = (
    "{brand} built this {noun} for people who value a {q} {p}.",
    "{brand} leaves out the tricks in this {noun} and offers a {q} {p} instead.",
    "This {noun} is how {brand} imagines {u}: {q}, and easy to live with.",
)


def description(brand: str, noun: str, rnd: Callable[[], float]) -> str:
    opening = _pick(OPENINGS, rnd).format(
        brand=brand, noun=noun, q=_pick(QUALITIES, rnd), p=_pick(PARTS, rnd), u=_pick(USES, rnd)
    )
    return " ".join([opening, *(_sentence(rnd) for _ in range(3))])


def summary(noun: str, specs: Sequence[Value], rnd: Callable[[], float]) -> str:
    """One line: what it is, and the first two figures of its data sheet."""
    figures = [value.label for value in specs if value.rows[0].number][:2]
    return f"{_pick(QUALITIES, rnd).capitalize()} {noun} for {_pick(USES, rnd)}: {', '.join(figures)}"


def _sentence(rnd: Callable[[], float]) -> str:
    return _pick(SENTENCES, rnd).format(
        q=_pick(QUALITIES, rnd),
        r=_pick(QUALITIES, rnd),
        p=_pick(PARTS, rnd),
        s=_pick(PARTS, rnd),
        u=_pick(USES, rnd),
        v=_pick(USES, rnd),
    )


def _pick(words: Sequence[str], rnd: Callable[[], float]) -> str:
    return words[int(rnd() * len(words))]
