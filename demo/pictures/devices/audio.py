"""Headphones and earbuds."""

import math

from studio.geometry import roll, squircle
from studio.solids import ellipsoid

from .parts import (
    BACK,
    FRONT,
    RUBBER,
    Model,
    Sheet,
    anodised,
    body,
    chain,
    circle,
    darker,
    disc,
    face,
    glossy,
    lathe,
    lighter,
    matt,
    move,
    panel,
    pitch,
    plastic,
    polished,
    rounded,
    slab,
    sweep,
    turned,
    yaw,
)  # fmt: skip


def oval(width, height, steps=160):
    return squircle(width, height, 2.3, steps)


def cushion(width, height, thick, colour, metal=None):
    """A padded oval ring around the origin, open in the middle."""
    points = oval(width - thick, height - thick)()
    path = [(x, y, 0) for x, y in points]
    section = [(thick / 2 * math.cos(a), thick / 2.1 * math.sin(a)) for a in (2 * math.pi * i / 30 for i in range(30))]
    return sweep(path, section, matt(colour), (0, 0, 1), closed=True)


def cup(width, height, depth, colour, trim, pad, *, metal=True, plate=None, pad_thick=19):
    """One ear cup: outside towards +z, cushion towards -z."""
    shell = anodised(colour) if metal else plastic(colour)
    inner = (
        Model()
        .add(body(oval(width * 0.78, height * 0.8), 8, matt((20, 20, 22)), 0))
        .add(cushion(width, height, pad_thick, pad))
    )
    model = Model().add(inner, pose=move(z=-depth / 2 - 6), side=BACK)
    model.add(body(oval(width * 0.96, height * 0.96), depth, shell, depth * 0.42, steps=20), side=None)
    ring = slab(oval(width * 0.62, height * 0.66), depth / 2 - 1, depth / 2 + 0.8, polished(trim), 0.6, 3, "front")
    model.add(ring, side=FRONT)
    outer = oval(width * 0.57, height * 0.61)
    cap = plate or face(outer, 0, lighter(colour, 0.06))
    return model.add(cap, pose=move(z=depth / 2 + 0.85), side=FRONT)


def band(span, height, width, thick, colour, *, drop=0.30, material=None):
    """The headband: an arch in the x-y plane with rounded edges; `drop` lengthens its straight ends."""
    steps, points = 120, []
    for i in range(steps + 1):
        a = math.pi * i / steps
        points.append((span / 2 * math.cos(a), height * math.sin(a) ** 0.82, 0))
    section = [(y, x) for x, y in rounded(width, thick, thick * 0.48, 5)()][::-1]
    return sweep(points, section, material or matt(colour), (0, 0, 1))


def headset(
    colour,
    cup_size,
    band_size,
    *,
    trim,
    pad,
    band_colour=None,
    metal=True,
    plate=None,
    yoke=None,
    pad_thick=19,
    slider=(5, 46),
):
    """Two cups under a band; the left cup (seen from behind its cushion) stands at the back."""
    w, h, d = cup_size
    span, high, wide, thick = band_size
    drop = h * 0.38
    arms = polished(yoke or trim)
    cups = []
    for side in (-1, 1):
        one = cup(w, h, d, colour, trim, pad, metal=metal, plate=plate, pad_thick=pad_thick).posed(
            yaw(90 * side), roll(side * -3)
        )
        cups.append(one.posed(move(side * (span / 2 + 2), 0, 0)))
    arch = Model().add(band(span, high, wide, thick, band_colour or colour)).posed(move(0, drop + 6, 0))
    inner = (
        Model().add(band(span - thick * 2.1, high - thick, wide * 0.82, thick * 0.9, pad)).posed(move(0, drop + 7, 0))
    )
    rods = [
        Model()
        .add(body(rounded(slider[0], slider[1], 2), wide * 0.42, arms, 1.6))
        .posed(roll(side * 2), move(side * span / 2, drop - slider[1] * 0.18, 0))
        for side in (-1, 1)
    ]
    return Model().add(cups[0], rods[0], inner, arch, rods[1], cups[1])


def hush(colour):
    pad = darker(colour, 0.35) if sum(colour) > 300 else (30, 30, 33)
    trim = lighter(colour, 0.3) if sum(colour) < 500 else (206, 190, 168)
    return [turned(headset(colour, (78, 94, 30), (152, 84, 30, 9), trim=trim, pad=pad, metal=False), -38)]


def hop(colour):
    return [
        turned(
            headset(
                colour,
                (62, 62, 20),
                (138, 92, 15, 6),
                trim=(236, 238, 240),
                pad=(40, 41, 45),
                metal=False,
                pad_thick=15,
                yoke=colour,
            ),
            -38,
        )
    ]


def slats(width, height, colour):
    """Open back: slats over a dark mesh."""
    sheet = Sheet(width, height, (24, 22, 22), pixels=700).grain(1.4, (70, 66, 62), 150)
    for k in range(7):
        y = height * (0.09 + 0.128 * k)
        sheet.box(0, y, width, height * 0.048, (*colour, 255))
    return panel(width, height, 0, sheet.cut_outline(oval(width, height)()).image, lit=0.4)


def hall(colour):
    """The open wired headphones: walnut, leather, cables on both sides."""
    model = headset(
        colour,
        (92, 98, 32),
        (158, 84, 26, 4),
        trim=(60, 58, 56),
        pad=(46, 36, 30),
        band_colour=(62, 44, 34),
        plate=slats(56, 62, lighter(colour, 0.12)),
        metal=False,
        yoke=(196, 198, 202),
    )
    stood = turned(model, -38)
    wire = [
        (62 - 128 * t + 8 * math.sin(9 * t), 1.8, 54 + 46 * math.sin(math.pi * t) + 10 * t)
        for t in (i / 90 for i in range(91))
    ]
    lead = Model().add(sweep(wire, circle(1.8, 14)(), matt((46, 42, 40)), (0, 1, 0)))
    plug = lathe(
        [(2.6, 0), (3.2, 1), (3.2, 16), (1.8, 17), (1.8, 31), (0.6, 33), (0, 33)], polished((206, 172, 104)), 40
    )
    lead.add(Model().add(plug).posed(yaw(-98), move(wire[-1][0] + 1, 3.2, wire[-1][2])))
    return [stood, lead]


def herald(colour):
    """The gaming headset with its microphone arm."""
    light = (120, 200, 255) if sum(colour) > 400 else (255, 120, 70)
    sheet = Sheet(50, 54, (30, 31, 35), pixels=500).ring(25, 27, 17, (*light, 255), 2.4)
    sheet.shape([(16, 34), (25, 16), (34, 34), (29, 34), (25, 26), (21, 34)], (*light, 255))
    plate = panel(50, 54, 0, sheet.cut_outline(oval(50, 54)()).image)
    model = headset(
        colour,
        (88, 100, 32),
        (156, 86, 34, 9),
        trim=(70, 72, 78),
        pad=(36, 37, 41),
        plate=plate,
        metal=False,
        yoke=(90, 92, 98),
    )
    path = [(80 - 2 * t, -22 - 26 * math.sin(t * 1.35), 24 + 84 * t) for t in (i / 24 for i in range(25))]
    arm = Model().add(sweep(path, circle(2.4, 14)(), matt(RUBBER), (1, 0, 0)))
    arm.add(ellipsoid(13, 13, 24, matt((28, 28, 31))), pose=chain(yaw(-2), move(*path[-1])))
    return [Model().add(model, arm).posed(yaw(-38)).grounded()]


def open_case(colour, size=(62, 46, 30), *, inside=None, lip=(226, 228, 230)):
    """A charging case like a pebble, open, with hollows for the two buds."""
    w, d, h = size
    shell = glossy(colour)
    lower = Model().add(ellipsoid(w, d, h * 1.7, shell, 2.6, -90, 0).posed(pitch(90))).grounded()
    rim = h * 0.85
    tray = Sheet(w, d, (*darker(colour, 0.16), 255), pixels=700)
    for side in (-1, 1):
        tray.dot(w / 2 + side * w * 0.2, d * 0.52, w * 0.145, darker(colour, 0.5)).dot(
            w / 2 + side * w * 0.2, d * 0.54, w * 0.11, darker(colour, 0.65)
        )
    tray.dot(w / 2, d * 0.8, 0.9, (140, 220, 160, 255))
    lower.add(
        panel(w, d, 0, tray.cut_outline(squircle(w, d, 2.6)()).image, lit=0.4),
        pose=chain(pitch(90), move(0, rim + 0.05, 0)),
    )
    lid = Model().add(ellipsoid(w, d, h * 1.1, shell, 2.6, 0, 90).posed(pitch(90)))
    hollow = Sheet(w, d, (*darker(colour, 0.28), 255), pixels=500).glow(
        w / 2, d * 0.3, w * 0.6, lighter(colour, 0.1), 140
    )
    lid.add(
        panel(w, d, 0, hollow.cut_outline(squircle(w, d, 2.6)()).image, lit=0.3),
        pose=chain(pitch(-90), move(0, -0.05, 0)),
    )
    lid = lid.posed(move(0, 0, d / 2), pitch(98), move(0, rim - 1.4, -d / 2 + 1.2))
    return Model().add(lid, lower)


def bud(colour, *, stem=0.0, tip=(60, 60, 64)):
    """An earbud seen from outside; its tip points away to the right."""
    model = Model()
    model.add(
        lathe([(0, 0), (2.8, 0), (2.8, 4), (4.4, 6), (5.0, 8.4), (4.0, 11), (2, 12), (0, 11.6)], matt(tip), 40),
        pose=chain(yaw(112), move(6, -1, -4)),
    )
    model.add(ellipsoid(19, 18, 16, glossy(colour), 2.2))
    if stem:
        rod = body(rounded(6.4, stem, 3.2, 10), 6.2, glossy(colour), 2.9, steps=6)
        model.add(rod, pose=chain(move(-1.5, -stem / 2 + 1, 2.2)))
        model.add(
            panel(
                2.6,
                7,
                5.4,
                Sheet(2.6, 7, pixels=90).box(0, 0, 2.6, 7, (*darker(colour, 0.55), 255), 1.2).image,
                (-1.5, 3),
            )
        )
    else:
        model.add(
            disc(
                5.4,
                8.3,
                Sheet(10.8, 10.8, pixels=220)
                .fall(lighter(colour, 0.14), darker(colour, 0.12))
                .ring(5.4, 5.4, 5.2, lighter(colour, 0.35), 0.5),
                lit=0.3,
            )
        )
    return model


def hush_buds(colour):
    case = open_case(colour).posed(yaw(-16), move(-16, 0, -26))
    left = bud(colour).posed(yaw(-30), pitch(20)).grounded().posed(move(24, 0, 12))
    right = bud(colour).posed(yaw(14), pitch(20)).grounded().posed(move(52, 0, -4))
    return [case, right, left]


def closed_case(colour, size=(54, 50, 24)):
    """An upright case with a seam and a lamp."""
    w, h, d = size
    model = Model().add(ellipsoid(w, h, d, glossy(colour), 3.2))
    model.add(
        body(squircle(w + 0.3, d + 0.3, 3.2), 0.7, matt(darker(colour, 0.4)), 0).posed(
            chain(pitch(90), move(0, h * 0.18, 0))
        )
    )
    lamp = Sheet(3, 3, pixels=60).dot(1.5, 1.5, 1.5, (250, 250, 250, 255))
    return model.add(panel(3, 3, d / 2 + 0.1, lamp.image, (0, h * 0.05))).add(
        mark_small("zephlo", colour), pose=move(0, -h * 0.14, d / 2)
    )


def mark_small(words, colour):
    ink = darker(colour, 0.35) if sum(colour) > 300 else lighter(colour, 0.5)
    sheet = Sheet(26, 7, (*ink, 0), pixels=400).text(13, 3.5, words, 5, (*ink, 255), "mm")
    return panel(26, 7, 0.12, sheet.image)


def pips(colour):
    case = turned(closed_case(colour), -20, x=-16, z=-18)
    left = bud(colour, stem=27, tip=(238, 238, 238)).posed(yaw(-24), roll(7)).grounded().posed(move(26, 0, 12))
    right = bud(colour, stem=27, tip=(238, 238, 238)).posed(yaw(10), roll(-5)).grounded().posed(move(53, 0, -4))
    return [case, right, left]
