"""Smartwatches and bands."""

import math
from itertools import pairwise

from studio.geometry import unit
from studio.light import Material
from studio.screens import wallpaper
from studio.solids import Mesh, rings_to_faces

from .parts import (
    FRONT,
    RIGHT,
    Model,
    Sheet,
    anodised,
    arc,
    body,
    button,
    chain,
    darker,
    disc,
    glossy,
    lathe,
    lighter,
    matt,
    move,
    on_right,
    panel,
    pitch,
    plastic,
    polished,
    rounded,
    slab,
    turned,
    yaw,
)  # fmt: skip


def loop(gap, reach, height, steps):
    """An oval in the y-z plane behind the case, left open for the case in front: (point, outward direction, share)."""
    start = math.asin(min(gap / 2 / height, 0.95))
    for i in range(steps + 1):
        a = start + (2 * math.pi - 2 * start) * i / steps
        out = unit((0, math.sin(a) * reach, math.cos(a) * height))
        yield (0, height * math.sin(a), -reach + reach * math.cos(a)), out, i / steps


def strap(width, gap, colour, *, thick=3.0, reach=31, height=36, narrow=0.82, material=None):
    """A strap as one smooth surface that grows narrower away from the case."""
    rings = []
    for centre, out, share in loop(gap, reach, height, 96):
        wide = width * (narrow + (1 - narrow) * abs(math.cos(math.pi * share)) ** 2)
        section = rounded(wide, thick, thick * 0.45, 4)()[::-1]
        rings.append([(x, centre[1] + out[1] * y, centre[2] + out[2] * y) for x, y in section])
    return Model().add(Mesh(rings_to_faces(rings), material or matt(colour)))


def link_strap(width, gap, colour, *, reach=27, height=34):
    """A bracelet of steel links, drawn from the back to the front."""
    points = [point for point, _, _ in loop(gap, reach, height, 23)]
    model = Model()
    for a, b in pairwise(points):
        middle = tuple((p + q) / 2 for p, q in zip(a, b, strict=True))
        angle = math.degrees(math.atan2(b[2] - a[2], b[1] - a[1]))
        for x, wide in ((-width * 0.33, width * 0.29), (0, width * 0.35), (width * 0.33, width * 0.29)):
            link = body(rounded(wide, math.dist(a, b) * 0.9, 1.2, 4), 3.4, polished(colour), 0.9, steps=3)
            model.add(link, pose=chain(pitch(-angle), move(x, middle[1], middle[2])))
    model.parts.sort(key=lambda part: sum(p[2] for face in part.faces for p in face) / sum(map(len, part.faces)))
    return model


def round_case(radius, thick, material, *, lug=20, bezel=None, crowns=1, guard=None):
    """A turned case with lugs above and below and crowns at the right."""
    model = Model()
    for side in (-1, 1):
        model.add(
            body(rounded(lug + 3, 9, 4), thick * 0.42, material, 1.6),
            pose=chain(pitch(side * 34), move(0, side * (radius - 1.2), -thick * 0.3)),
        )
    profile = [
        (0, -thick / 2),
        (radius - 2.4, -thick / 2),
        *arc(2.4, -90, 0, (radius - 2.4, 0)),
        (radius, thick * 0.22),
        (radius - 0.6, thick * 0.34),
    ]
    model.add(lathe(profile, material, 120))
    rim = bezel or material
    model.add(
        lathe(
            [
                (radius - 0.4, thick * 0.26),
                (radius - 0.8, thick * 0.44),
                (radius - 2.0, thick / 2),
                (radius - 4.6, thick / 2 - 0.2),
            ],
            rim,
            120,
        )
    )
    for y in (0,) if crowns == 1 else (9.5, 0, -9.5):
        size = 3.0 if y == 0 or crowns == 1 else 2.3
        knob = lathe([(0, 0), (size, 0), (size, 3.2), (size - 0.6, 3.8), (0, 3.8)], guard or material, 40)
        x = math.sqrt(radius**2 - y**2) - 1.2
        model.add(knob, pose=chain(yaw(90), move(x, y, -0.5)), side=RIGHT)
    return model


def dial_sport(radius, tones=((126, 206, 132), (240, 150, 70), (96, 170, 230)), night=False):
    """A transflective dial: time, a small map and three figures."""
    ground, ink = ((18, 20, 20), (236, 240, 236)) if night else ((206, 212, 200), (26, 30, 26))
    s = Sheet(2 * radius, 2 * radius, ground, pixels=1000)
    r = radius
    for k in range(60):
        a = math.radians(6 * k)
        inner = 0.90 if k % 5 else 0.85
        s.line(
            [
                (r + r * inner * math.sin(a), r - r * inner * math.cos(a)),
                (r + r * 0.95 * math.sin(a), r - r * 0.95 * math.cos(a)),
            ],
            ink,
            r * 0.012,
        )
    s.text(r, r * 0.80, "10:24", r * 0.62, ink, "mm").text(r, r * 0.42, "SAT 14", r * 0.15, ink, "mm")
    track = [(r * (0.40 + 0.12 * k), r * (1.36 + 0.10 * math.sin(k * 1.9) - 0.03 * k)) for k in range(11)]
    s.line(track, tones[1], r * 0.045).dot(*track[-1], r * 0.05, tones[1]).line(
        [(r * 0.25, r * 1.15), (r * 1.75, r * 1.15)], ink, r * 0.008
    )
    s.text(r * 0.62, r * 1.62, "8.4 km", r * 0.15, ink, "mm").text(r * 1.34, r * 1.62, "412 m", r * 0.15, ink, "mm")
    s.arc(r, r, r * 0.80, 150, 260, tones[0], r * 0.04)
    return s.shine(12)


def dial_hands(radius, metal):
    """Three hands over a quiet dial with a half-moon display below."""
    s = Sheet(2 * radius, 2 * radius, (238, 234, 224), pixels=1000)
    r = radius
    s.glow(r * 0.7, r * 0.6, r * 1.3, (255, 255, 252), 150)
    for k in range(12):
        a = math.radians(30 * k)
        s.line(
            [
                (r + r * 0.78 * math.sin(a), r - r * 0.78 * math.cos(a)),
                (r + r * 0.93 * math.sin(a), r - r * 0.93 * math.cos(a)),
            ],
            darker(metal, 0.35),
            r * (0.045 if k % 3 == 0 else 0.022),
        )
    s.box(r * 0.62, r * 1.26, r * 0.76, r * 0.30, (24, 26, 30), r * 0.15).text(
        r, r * 1.41, "6 214", r * 0.17, (236, 240, 244), "mm"
    )
    for angle, length, wide, tone in (
        (305, 0.52, 0.06, darker(metal, 0.45)),
        (55, 0.76, 0.042, darker(metal, 0.45)),
        (190, 0.82, 0.016, (190, 80, 50)),
    ):
        a = math.radians(angle)
        s.line(
            [
                (r - r * 0.14 * math.sin(a), r + r * 0.14 * math.cos(a)),
                (r + r * length * math.sin(a), r - r * length * math.cos(a)),
            ],
            tone,
            r * wide,
        )
    s.dot(r, r, r * 0.06, darker(metal, 0.45)).dot(r, r, r * 0.03, lighter(metal, 0.3)).text(
        r, r * 0.56, "FJORDELL", r * 0.10, (80, 76, 70), "mm"
    )
    return s.shine(26)


def trek(colour):
    case = (108, 110, 112) if sum(colour) > 240 else (70, 72, 76)
    model = Model().add(strap(24, 46, colour, thick=4.2, reach=30, height=37, narrow=0.9))
    model.add(round_case(23.5, 14.2, anodised(case), lug=22, bezel=matt((34, 35, 38)), crowns=3))
    model.add(disc(19.2, 7.0, dial_sport(19.2)), side=FRONT)
    return [turned(model, -26)]


def skerry(colour):
    leather = (92, 58, 38) if sum(colour) > 500 else (58, 42, 36)
    model = Model().add(strap(20, 38, leather, thick=2.6, reach=28, height=34, narrow=0.8))
    model.add(round_case(20, 11.1, polished(colour), lug=18, crowns=1))
    model.add(disc(15.6, 5.5, dial_hands(15.6, colour)), side=FRONT)
    return [turned(model, -26)]


def square_case(width, height, thick, material, screen, radius=11, crown=True, glass=1.4):
    model = Model().add(body(rounded(width, height, radius, 14), thick, material, thick * 0.36, steps=8))
    if crown:
        knob = lathe([(0, 0), (3.6, 0), (3.6, 2.2), (3.0, 2.8), (0, 2.8)], material, 48)
        model.add(knob, pose=chain(yaw(90), move(width / 2 - 0.6, height * 0.18, 0)), side=RIGHT)
        model.add(button(2.2, 9, 0.6, material), pose=chain(on_right(width), move(y=-height * 0.14)), side=RIGHT)
    w, h, r = width - 2 * glass, height - 2 * glass, radius - glass
    model.add(
        slab(rounded(w, h, r, 14), thick / 2 - 1, thick / 2 + 0.7, glossy((12, 13, 15)), 0.7, 4, "front"), side=FRONT
    )
    front = Sheet(w - 1.2, h - 1.2, (10, 11, 13), pixels=1100)
    front.paste(screen.image, 1.4, 1.4, w - 4, h - 4, r - 1.6).shine(14)
    return model.add(panel(w - 1.2, h - 1.2, thick / 2 + 0.75, front.cut(r - 0.6).image), side=FRONT)


def dial_rings(width, height, tones="coral", time="10:09"):
    s = Sheet(width, height, (8, 9, 11), pixels=1000)
    s.text(width * 0.92, height * 0.07, "FRI 23", height * 0.075, (240, 120, 90), "ra").text(
        width * 0.92, height * 0.15, time, height * 0.20, (250, 250, 252), "ra"
    )
    for k, tone in enumerate(((250, 96, 110), (150, 220, 110), (96, 196, 240))):
        radius = width * (0.27 - 0.07 * k)
        s.arc(width * 0.34, height * 0.68, radius, 0, 360, (*darker(tone, 0.72), 255), width * 0.05)
        s.arc(width * 0.34, height * 0.68, radius, -90, 60 + 70 * k, (*tone, 255), width * 0.05)
    for k, words in enumerate(("18°", "64", "7:40")):
        s.text(
            width * 0.92,
            height * (0.50 + 0.155 * k),
            words,
            height * 0.10,
            ((255, 210, 110), (250, 96, 110), (190, 200, 214))[k],
            "ra",
        )
    return s


def dial_picture(width, height, style, tones, time="10:09"):
    s = Sheet(width, height, pixels=1000)
    s.paste(wallpaper(style, tones, 500, 560), 0, 0, width, height)
    s.text(width / 2, height * 0.30, time, height * 0.25, (255, 255, 255, 250), "mm").text(
        width / 2, height * 0.47, "Friday 23", height * 0.082, (255, 255, 255, 235), "mm"
    )
    return s


def dial_3(colour, screen=None):
    model = Model().add(strap(24, 40, colour, thick=3.0, reach=27, height=34, narrow=0.92))
    model.add(square_case(39, 45, 10.4, anodised(colour), screen or dial_rings(34, 40)))
    return [turned(model, -28)]


def dial_3_steel(colour):
    model = link_strap(22, 40, colour)
    model.add(square_case(39, 45, 10.6, polished(colour), dial_picture(34, 40, "arcs", "night"), radius=11))
    return [turned(model, -28)]


def stride(colour):
    screen = Sheet(16, 40, (8, 9, 11), pixels=900)
    tone = lighter(colour, 0.15) if sum(colour) > 300 else (126, 206, 232)
    screen.text(8, 7, "10", 9.4, (250, 250, 252), "mm").text(8, 15, "09", 9.4, tone, "mm")
    screen.arc(8, 26, 5.4, 0, 360, (46, 48, 54), 1.3).arc(8, 26, 5.4, -90, 150, tone, 1.3).text(
        8, 26, "72", 3.6, (250, 250, 252), "mm"
    ).text(8, 36, "8 412", 3.4, (190, 194, 202), "mm")
    model = Model().add(strap(17, 36, colour, thick=2.6, reach=26, height=33, narrow=0.95))
    model.add(body(rounded(22, 47, 10, 14), 7, matt(colour), 2.6, steps=6), pose=move(z=-2))
    model.add(square_case(19, 44, 8, plastic((20, 21, 24)), screen, radius=8.4, crown=False, glass=0.9), pose=move(z=0))
    return [turned(model, -28)]


def tick(colour):
    screen = dial_picture(33, 33, "bands", "sun" if sum(colour) > 300 else "fjord", "15:20")
    weave = Material(lighter(colour, 0.12), gloss=0.03, sharp=8)
    model = Model().add(strap(21, 38, colour, thick=2.4, reach=25, height=31, narrow=1.0, material=weave))
    model.add(square_case(42, 42, 13.8, plastic(colour), screen, radius=15, crown=False, glass=4))
    for y in (9, -9):
        model.add(button(4, 9, 1.2, plastic((250, 214, 90))), pose=chain(on_right(42), move(y=y)), side=RIGHT)
    return [turned(model, -28)]
