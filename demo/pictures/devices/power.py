"""Chargers, cables and power banks."""

import math

from studio.geometry import polygon, roll, soften

from .parts import (
    FRONT,
    RUBBER,
    STEEL,
    Model,
    Sheet,
    anodised,
    body,
    chain,
    circle,
    darker,
    disc,
    glossy,
    lathe,
    lighter,
    matt,
    mix,
    move,
    on_back,
    on_right,
    on_top,
    panel,
    pitch,
    plastic,
    polished,
    port,
    rounded,
    slab,
    sweep,
    turned,
    yaw,
)  # fmt: skip
from .phones import mark


def ink_on(colour, share=0.42):
    return lighter(colour, share) if sum(colour) < 380 else darker(colour, share)


# Cords --------------------------------------------------------------------------------------------------------


def plug(colour, kind="c", metal=False):
    """A plug whose cord leaves to the left; its contact points to the right."""
    grip = anodised(colour) if metal else plastic(colour)
    if kind == "barrel":
        return Model().add(
            lathe([(4.6, -24), (5.4, -20), (5.4, 0), (2.7, 0.5), (2.7, 10), (1.6, 10)], grip, 40).posed(yaw(90))
        )
    wide, tall = (12, 4.6) if kind == "a" else (8.4, 2.6)
    contact = Model().add(body(rounded(18, wide, 0.8 if kind == "a" else 1.3, 5), tall, polished(STEEL), 0.4))
    handle = Model().add(body(rounded(24, wide + 3.4, 2.6, 6), tall + 4, grip, 1.8))
    return Model().add(contact, pose=move(16, 0, 0)).add(handle).posed(pitch(90))


def cord(path, radius, colour, tint=None):
    return sweep(path, circle(radius, 14)(), matt(colour), (0, 1, 0), tint=tint)


def coil(colour, *, turns=3.4, inner=30, step=5.4, radius=2.0, ends=("c", "c"), woven=False, metal=False, grip=None):
    """A cord wound flat on the ground, both ends free."""
    count = round(70 * turns)
    sizes = [inner + step * turns * k / count for k in range(count + 1)]
    angles = [2 * math.pi * turns * k / count for k in range(count + 1)]
    wound = [(r * math.cos(a), radius, r * math.sin(a)) for r, a in zip(sizes, angles, strict=True)]
    inside = [
        (inner - 34 + 34 * t, radius + 2.4 * radius * (1 - t), -26 * (1 - t) ** 2) for t in (0, 0.2, 0.4, 0.6, 0.8)
    ]
    last, turn = wound[-1], angles[-1] + math.pi / 2
    outside = [
        (last[0] + 46 * t * math.cos(turn) + 9 * t * t, radius, last[2] + 46 * t * math.sin(turn))
        for t in (0.25, 0.5, 0.75, 1)
    ]
    path = [*inside, *wound, *outside]
    stripes = (lambda i: lighter(colour, 0.16) if i % 2 else darker(colour, 0.06)) if woven else None
    model = Model().add(cord(path, radius, colour, stripes))
    grip = grip or colour
    for end, before, kind in ((path[-1], path[-2], ends[1]), (path[0], path[1], ends[0])):
        degrees = math.degrees(math.atan2(-(end[2] - before[2]), end[0] - before[0]))
        model.add(plug(grip, kind, metal), pose=chain(move(12), yaw(degrees), move(end[0], end[1] + 2, end[2])))
    return model.grounded()


def orvane_cable(colour):
    return [coil(colour, woven=True, metal=True, grip=lighter(colour, 0.2)).posed(yaw(20))]


def thick_cable(colour):
    return [coil(colour, turns=2.2, inner=34, step=8.6, radius=3.4, metal=True, grip=(72, 75, 81)).posed(yaw(34))]


def old_cable(colour):
    return [coil(colour, turns=3, inner=27, step=5.2, radius=1.7, ends=("c", "a")).posed(yaw(8))]


def rope_cable(colour):
    """As thick as a climbing rope, with coloured threads and a loop to hang it up."""
    rope = coil(colour, turns=2.6, inner=30, step=8.2, radius=3.2, woven=True, grip=(34, 35, 39))
    return [rope.posed(yaw(50))]


def spring_cable(colour):
    """Coiled like a telephone's."""
    turns, length = 13, 96
    wound = []
    for k in range(turns * 26 + 1):
        a = 2 * math.pi * k / 26
        wound.append((-48 + length * k / (turns * 26), 9 - 6.6 * math.cos(a), 5 + 6.6 * math.sin(a)))
    left = [(-76, 2.4, 12), (-66, 2.4, 8), (-56, 2.4, 5.6), (-48, 2.4, 5)]
    right = [(48, 2.4, 5), (56, 2.4, 5.6), (66, 2.4, 8), (76, 2.4, 12)]
    model = Model().add(sweep(wound, circle(2.6, 12)(), plastic(colour), (1, 0, 0.001)))
    for side in (left, right):
        model.add(cord(side, 2.6, colour))
    path = [left[0], right[-1]]
    for end, degrees in ((path[0], 205), (path[-1], -25)):
        model.add(plug(darker(colour, 0.25)), pose=chain(move(12), yaw(degrees), move(end[0], end[1], end[2])))
    return [model.grounded().posed(yaw(24))]


# Chargers -----------------------------------------------------------------------------------------------------


def pins(depth, spread=9.5, reach=19):
    model = Model()
    for x in (-spread, spread):
        model.add(
            lathe([(3.0, 0), (3.0, 7), (2.4, 7.4), (2.4, reach - 2), (1.6, reach), (0, reach)], polished(STEEL), 30),
            pose=move(x, 0),
        )
    return model.posed(on_back(depth))


def wall_plug(colour, width, height, depth, *, ports=1, radius=12, words="", shine=True):
    """A charger in the socket, seen from its front."""
    material = glossy(colour) if shine else plastic(colour)
    model = Model().add(pins(depth), side=(0, 0, -1))
    model.add(body(rounded(width, height, radius, 12), depth, material, min(4, depth / 6), steps=6))
    for k in range(ports):
        model.add(port(9, 3.2), pose=move(0, (ports - 1) * 8 - 16 * k, depth / 2 + 0.05), side=FRONT)
    if words:
        model.add(mark(words, width * 0.44, ink_on(colour, 0.3)), pose=chain(on_right(width), roll(90)), side=FRONT)
    return model


def plug_20(colour):
    make = lambda: wall_plug(colour, 40, 46, 34, words="pelkor")  # noqa: E731
    return [turned(make(), 150, x=-30, z=-30), turned(make(), -28, x=20, z=14)]


def brick_45(colour):
    """Its case is held by four screws; a cord lies beside it."""
    model = wall_plug(colour, 52, 62, 32, radius=8, shine=False)
    screws = Sheet(50, 60, (0, 0, 0, 0), pixels=700)
    for x in (6, 44):
        for y in (6, 54):
            screws.dot(x, y, 2.2, (*mix(ink_on(colour), STEEL, 0.6), 255)).line(
                [(x - 1.3, y - 1), (x + 1.3, y + 1)], (60, 62, 66, 255), 0.5
            )
    screws.text(25, 44, "45 W", 6, (*ink_on(colour), 255), "mm")
    model.add(panel(50, 60, 16.1, screws.image), side=FRONT)
    lead = coil(colour, turns=2.3, inner=16, step=4.2, radius=1.7, metal=True, woven=True)
    return [turned(model, -26, x=-36, z=-20), lead.posed(move(44, 0, 36))]


def mains_lead(colour, start, turn=1):
    """From the back of a box along the ground to somewhere behind."""
    path = [
        (
            start[0] + turn * 96 * t,
            start[1] * (1 - t) ** 2 + 3 * (1 - (1 - t) ** 2),
            start[2] - 40 * math.sin(3.1 * t) + 46 * t,
        )
        for t in (k / 40 for k in range(41))
    ]
    return Model().add(cord(path, 3, colour))


def desk_box(colour, size, front, material=plastic):
    w, h, d = size
    model = Model().add(body(rounded(w, h, min(9, h / 3), 8), d, material(colour), 3, steps=5))
    return model.add(panel(w - 8, h - 8, d / 2 + 0.1, front.image), side=FRONT)


def desk_100(colour):
    w, h, d = 104, 34, 74
    front = Sheet(w - 8, h - 8, (0, 0, 0, 0), pixels=1400)
    for k in range(3):
        x = 18 + 30 * k
        front.box(x - 5.4, 9.6, 10.8, 4.4, (112, 115, 121, 255), 2.2).box(x - 4.6, 10.2, 9.2, 3.2, (6, 7, 9, 255), 1.6)
        front.text(x, 20, ("100 W", "45 W", "20 W")[k], 3.8, (190, 192, 198, 255), "mm")
    front.dot(92, 4, 1.1, (120, 214, 150, 255))
    model = desk_box(colour, (w, h, d), front)
    lid = Sheet(w - 12, d - 12, (*lighter(colour, 0.05), 255), pixels=900)
    lid.text((w - 12) / 2, d - 22, "brennick", 8, (140, 142, 148), "mm")
    model.add(panel(w - 12, d - 12, 0.1, lid.cut(4).image, lit=0.5), pose=on_top(h), side=FRONT)
    box = model.grounded().posed(yaw(-26))
    return [mains_lead((36, 37, 40), (-34, 12, -52), -1), box]


def forge(colour):
    """The power supply of a gaming laptop: long, ribbed, with a thick lead."""
    w, h, d = 190, 38, 88
    front = Sheet(w - 8, h - 8, (0, 0, 0, 0), pixels=1400)
    front.dot(170, 15, 1.8, (240, 130, 60, 255))
    model = desk_box(colour, (w, h, d), front)
    lid = Sheet(w - 12, d - 12, (*lighter(colour, 0.07), 255), pixels=1500)
    for k in range(15):
        lid.box(10 + k * 6, 10, 2.6, d - 32, darker(colour, 0.5), 1.3)
    lid.text(140, 32, "ravenholt", 12, (176, 178, 184), "mm").text(140, 50, "240 W", 9, (240, 130, 60), "mm")
    model.add(panel(w - 12, d - 12, 0.1, lid.cut(4).image, lit=0.5), pose=on_top(h), side=FRONT)
    path = [(95 + 42 * math.sin(2.6 * t) + 12 * t, 4, -20 + 106 * t) for t in (k / 40 for k in range(41))]
    lead = Model().add(cord(path, 3.6, (34, 35, 38)))
    end = plug((34, 35, 38), "barrel").posed(move(20), yaw(-118), move(path[-1][0], 6, path[-1][2]))
    return [model.grounded().posed(yaw(-22)), lead.add(end).grounded()]


def cradle(colour):
    """A wedge with a lip in which a phone stands; the socket sits in the lip."""
    w = 88
    outline = soften([(-46, 0), (44, 0), (44, 12), (20, 16), (10, 78), (0, 80), (-40, 10)], 6)
    wedge = Model().add(slab(polygon(outline), -w / 2, w / 2, plastic(colour), 3, 5)).posed(yaw(-90)).grounded()
    face = Sheet(w - 16, 56, (*darker(colour, 0.07), 255), pixels=700)
    face.ring((w - 16) / 2, 26, 13, (*darker(colour, 0.22), 255), 1.2).text(
        (w - 16) / 2, 26, "pelkor", 6, darker(colour, 0.42), "mm"
    )
    wedge.add(panel(w - 16, 56, 0.3, face.cut(6).image, lit=0.5), pose=chain(pitch(9), move(0, 47, 16.6)), side=FRONT)
    wedge.add(panel(10, 3, 0.1, port(10, 3).image), pose=chain(pitch(80), move(0, 15.4, 31)), side=FRONT)
    path = [(-8 - 76 * t, 2.4, -44 - 26 * math.sin(3 * t) + 40 * t) for t in (k / 40 for k in range(41))]
    return [Model().add(cord(path, 2.2, colour)), wedge.posed(yaw(-26)).grounded()]


def pad(colour):
    """A flat disc that charges what lies on it."""
    r = 48
    model = Model().add(lathe([(0, 0), (r - 2, 0), (r, 2.4), (r, 6), (r - 3, 8.4), (0, 8.4)], anodised(colour), 150))
    top = Sheet(88, 88, (*darker(colour, 0.3), 255), pixels=900).grain(2.2, lighter(colour, 0.2), 60)
    top.ring(44, 44, 30, (*lighter(colour, 0.4), 255), 1).box(43, 30, 2, 28, lighter(colour, 0.4)).box(
        30, 43, 28, 2, lighter(colour, 0.4)
    )
    model.add(disc(44, 8.45, top, lit=0.5))
    laid = model.posed(pitch(90)).grounded()
    path = [(46 + 76 * t, 3.4, 4 + 34 * math.sin(2.8 * t)) for t in (k / 40 for k in range(41))]
    lead = Model().add(cord(path, 1.9, ink_on(colour, 0.2)))
    lead.add(plug(STEEL, metal=True), pose=chain(move(12), yaw(24), move(path[-1][0], 4, path[-1][2])))
    return [Model().add(laid), lead.grounded()]


def wall_65(colour):
    """Tall and flat, with a band around it."""
    w, h, d = 38, 86, 30
    model = wall_plug(colour, w, h, d, ports=2, radius=10, shine=False)
    band = Sheet(w - 6, 9, (*mix(colour, (232, 176, 72), 0.86), 255), pixels=300)
    band.text((w - 6) / 2, 4.5, "65 W", 5, (40, 36, 26), "mm")
    model.add(panel(w - 6, 9, 0, band.cut(2).image), pose=move(0, -26, d / 2 + 0.1), side=FRONT)
    model.add(mark("tarsel", 15, ink_on(colour)), pose=move(0, 32, d / 2 + 0.1), side=FRONT)
    return [turned(model, -32)]


def travel(colour):
    """With four plates for the sockets of the world."""
    charger = wall_plug(colour, 48, 48, 40, ports=2, radius=14, words="tarsel")
    plates = [turned(charger, -30, x=-30, z=-16)]
    for k, (x, z, tall) in enumerate(((38, -34, 30), (66, 2, 34), (30, 44, 28))):
        plate = Model().add(body(rounded(34, tall, 9, 8), 9, glossy(colour), 2, steps=4))
        plate.add(pins(9, (6, 8, 9)[k], (13, 15, 17)[k]), side=(0, 0, -1))
        plates.append(turned(plate, (152, 138, 166)[k], x=x, z=z))
    return sorted(plates, key=lambda model: model.points()[0][2])


# Power banks --------------------------------------------------------------------------------------------------


def bank(colour, size, *, words, lamps=4, material=anodised, radius=9):
    w, h, d = size
    model = Model().add(body(rounded(w, h, radius, 12), d, material(colour), min(5, d / 4), steps=6))
    front = Sheet(w - 12, h - 12, (0, 0, 0, 0), pixels=1100)
    front.text((w - 12) / 2, h - 26, words, min(9, w / 8), (*ink_on(colour), 255), "mm")
    for k in range(lamps):
        tone = (240, 242, 244, 255) if k < lamps - 1 else (*ink_on(colour, 0.2), 255)
        front.dot((w - 12) / 2 + (k - (lamps - 1) / 2) * 4, 8, 1.1, tone)
    model.add(panel(w - 12, h - 12, d / 2 + 0.1, front.image), side=FRONT)
    model.add(port(9, 3.2), pose=chain(on_top(h), move(-10)), side=FRONT)
    return model.add(port(9, 3.2), pose=chain(on_top(h), move(10)), side=FRONT)


def cell_10(colour):
    return [
        turned(bank(colour, (68, 134, 15), words="tarsel"), 180 - 24, x=-40, z=-34, lean=4),
        turned(bank(colour, (68, 134, 15), words="10 Ah"), -24, x=22, z=10, lean=4),
    ]


def cell_20(colour):
    """As high as a tin, with a display."""
    w, h, d = 62, 120, 44
    model = bank(colour, (w, h, d), words="tarsel", lamps=0, material=plastic, radius=20)
    shown = Sheet(34, 18, (12, 13, 15), pixels=500).text(17, 9.4, "87 %", 9, (150, 226, 176), "mm").shine(18)
    model.add(panel(34, 18, d / 2 + 0.2, shown.cut(4).image, (0, 26)), side=FRONT)
    strap = [(30 * math.cos(a), 60 + 20 * math.sin(a), 0) for a in (math.pi * k / 24 for k in range(25))]
    model.add(sweep(strap, rounded(2.4, 12, 1, 3)(), matt(darker(colour, 0.3)), (0, 0, 1)))
    return [turned(model, -30)]


def pocket_5(colour):
    """No larger than a lipstick box, with its plug folded out."""
    w, h, d = 34, 76, 24
    model = bank(colour, (w, h, d), words="pelkor", lamps=3, material=plastic, radius=11)
    tip = Model().add(body(rounded(8.4, 9, 1.2, 5), 2.6, polished(STEEL), 0.4))
    other = bank(darker(colour, 0.06), (w, h, d), words="5 Ah", lamps=0, material=plastic, radius=11)
    other.add(tip, pose=move(0, h / 2 + 4, 0))
    return [turned(other, 18, x=-24, z=-20), turned(model, -28, x=18, z=10)]


def solar(colour):
    """Rubber corners, a ring to hang it on, and cells on its front."""
    w, h, d = 88, 162, 26
    model = Model().add(body(rounded(w, h, 16, 10), d, matt(RUBBER), 5, steps=5))
    model.add(body(rounded(w - 12, h - 20, 8, 8), d + 2, plastic(colour), 3, steps=4))
    cells = Sheet(w - 22, h - 52, (22, 30, 52), pixels=1300)
    for k in range(7):
        cells.line([(0, k * 15.7), (w - 22, k * 15.7)], (120, 134, 166), 0.7)
    for k in range(4):
        cells.line([(22 * k, 0), (22 * k, h)], (84, 98, 132), 0.5)
    model.add(panel(w - 22, h - 52, d / 2 + 1.2, cells.shine(26).cut(4).image, (0, 10), lit=0.3), side=FRONT)
    model.add(mark("SKARNIX", 24, ink_on(colour)), pose=move(0, -h / 2 + 19, d / 2 + 1.2), side=FRONT)
    ring = [
        (w / 2 - 8 + 9 * math.cos(a), h / 2 + 2 + 9 * math.sin(a), 0) for a in (math.tau * k / 40 for k in range(40))
    ]
    model.add(sweep(ring, circle(1.8, 12)(), polished(STEEL), (0, 0, 1), closed=True))
    return [turned(model, -28, lean=8)]


def dock_lead(colour, start):
    """A short cord with a plug, for hubs."""
    path = [
        (start[0] + 46 * math.sin(2.0 * t), start[1] * (1 - t) + 3 * t, start[2] + 70 * t)
        for t in (k / 30 for k in range(31))
    ]
    lead = Model().add(cord(path, 2.2, colour))
    return lead.add(plug(STEEL, metal=True), pose=chain(move(12), yaw(-80), move(path[-1][0], 4, path[-1][2])))


def reserve_8(colour):
    """Two screws, and the cells that lie behind them."""
    model = bank(colour, (72, 104, 17), words="orvane", radius=26)
    for y in (-40, 40):
        model.add(lathe([(3, 0), (3, 0.6), (0, 0.8)], polished(STEEL), 30), pose=move(24, y, 8.5), side=FRONT)
    cells = Model()
    for x in (0, 20):
        cell = lathe([(0, 0), (8.6, 0), (9, 1), (9, 63), (8, 64), (0, 64)], plastic((92, 132, 168)), 60)
        cells.add(Model().add(cell).posed(yaw(62)).grounded(), pose=move(x * 0.5, 0, x))
    return [turned(model, -24, x=-28, z=-24, lean=4), cells.grounded().posed(move(28, 0, 44))]
