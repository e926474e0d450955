"""The one light of all pictures: a big soft box above left, a strip at the right, a light ground."""

import math
from dataclasses import dataclass

from .geometry import Point, dot, unit

KEY = unit((-0.45, 0.75, 0.62))
FILL = unit((0.85, 0.25, 0.5))
SHADOW = unit((-0.30, 1.0, 0.42))

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Material:
    """How a surface answers the light. `gloss` mirrors the studio, `metal` tints that mirror with the colour."""

    colour: Colour
    gloss: float = 0.12
    metal: float = 0.0
    sharp: float = 24
    glow: float = 0.0


def colour_of(text: str) -> Colour:
    return tuple(int(text[i : i + 2], 16) for i in (1, 3, 5))


def mix(a: Colour, b: Colour, share: float) -> Colour:
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b, strict=True))


def lighter(colour: Colour, share: float) -> Colour:
    return mix(colour, (255, 255, 255), share)


def darker(colour: Colour, share: float) -> Colour:
    return mix(colour, (0, 0, 0), share)


def matt(colour: Colour) -> Material:
    return Material(colour, gloss=0.08, sharp=8)


def plastic(colour: Colour) -> Material:
    return Material(colour, gloss=0.22, sharp=26)


def glossy(colour: Colour) -> Material:
    return Material(colour, gloss=0.42, sharp=60)


def anodised(colour: Colour) -> Material:
    return Material(colour, gloss=0.50, metal=0.75, sharp=16)


def polished(colour: Colour) -> Material:
    return Material(colour, gloss=0.78, metal=0.9, sharp=70)


def lobe(direction: Point, towards: Point, width: float) -> float:
    return math.exp((dot(direction, towards) - 1) / width)


SOFT_BOX = unit((-0.62, 0.62, 0.48))
STRIP = unit((0.95, 0.12, 0.22))
BACK_STRIP = unit((0.15, 0.72, -0.68))


def studio(direction: Point) -> float:
    """How bright the studio is in a direction; what polished things mirror."""
    height = direction[1]
    room = 0.42 + 0.30 * smooth(0.1, 0.9, height) + 0.26 * smooth(-0.05, -0.8, height)
    lamps = 0.95 * lobe(direction, SOFT_BOX, 0.10) + 0.55 * lobe(direction, STRIP, 0.05)
    return room + lamps + 0.4 * lobe(direction, BACK_STRIP, 0.08)


def smooth(start: float, end: float, value: float) -> float:
    t = min(max((value - start) / (end - start), 0), 1)
    return t * t * (3 - 2 * t)


def shade(material: Material, facing: Point, view: Point) -> Colour:
    """The colour of a face by its normal and the direction to the camera."""
    diffuse = 0.50 + 0.13 * facing[1] + 0.44 * max(0, dot(facing, KEY)) + 0.14 * max(0, dot(facing, FILL))
    angle = dot(facing, view)
    mirrored = tuple(2 * angle * n - v for n, v in zip(facing, view, strict=True))
    room = studio(mirrored)
    edge = (1 - max(0, angle)) ** 4
    gloss = material.gloss * (0.55 + 0.9 * edge)
    spark = material.gloss * 0.9 * max(0, dot(mirrored, KEY)) ** material.sharp
    return tuple(blend(c, diffuse, room, gloss, spark, material) for c in material.colour)


def blend(channel: int, diffuse: float, room: float, gloss: float, spark: float, material: Material) -> int:
    tint = 255 + (channel * 0.92 + 42 - 255) * material.metal
    lit = channel * diffuse * (1 - gloss * (0.25 + 0.5 * material.metal)) + tint * room * gloss * (
        0.40 + 0.55 * material.metal
    )
    glowing = lit + (channel - lit) * material.glow
    return max(0, min(255, round(glowing + 255 * spark * (1 - 0.4 * material.metal))))
