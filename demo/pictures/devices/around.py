"""What stands and lies around devices: sleeves, cases, stands, hubs and speakers."""

import math

from studio.geometry import polygon, roll, soften, squircle

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
    foot,
    glossy,
    lathe,
    lighter,
    matt,
    move,
    on_right,
    on_top,
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
from .phones import mark, meridian
from .power import desk_box, dock_lead, ink_on, mains_lead

LEATHER = (138, 92, 58)
OAK = (190, 148, 100)


# Sleeves and bags ---------------------------------------------------------------------------------------------


def cloth(width, height, depth, colour, *, radius=16, step=2.4, stitch=True):
    """A flat textile body with its weave and, near the edge, its seam."""
    shape = rounded(width, height, radius, 10)
    model = Model().add(body(shape, depth, matt(colour), min(depth * 0.42, 7), steps=5))
    front = Sheet(width - 10, height - 10, pixels=1600).fall(lighter(colour, 0.06), darker(colour, 0.05))
    front.grain(step, lighter(colour, 0.5), 34)
    if stitch:
        seam(front, 5, lighter(colour, 0.45))
    return model.add(
        panel(width - 10, height - 10, depth / 2 + 0.15, front.cut(max(1, radius - 5)).image, lit=0.6), side=FRONT
    )


def seam(sheet, inset, colour, dash=3.2):
    w, h = sheet.width, sheet.height
    for k in range(round((w - 2 * inset) / (2 * dash))):
        for y in (inset, h - inset):
            sheet.line([(inset + 2 * dash * k, y), (inset + 2 * dash * k + dash, y)], (*colour, 150), 0.6)
    for k in range(round((h - 2 * inset) / (2 * dash))):
        for x in (inset, w - inset):
            sheet.line([(x, inset + 2 * dash * k), (x, inset + 2 * dash * k + dash)], (*colour, 150), 0.6)


def label(words, colour=LEATHER, width=34):
    sheet = Sheet(width, width * 0.42, pixels=400).fall(lighter(colour, 0.08), darker(colour, 0.08))
    sheet.text(width / 2, width * 0.21, words, width * 0.16, lighter(colour, 0.7), "mm")
    return panel(width, width * 0.42, 0.3, sheet.cut(2).image, lit=0.4)


def inside(width, height, colour, out):
    """The device that looks out of a sleeve at its top."""
    return Model().add(body(rounded(width, height, 9, 8), 7, anodised(colour), 1.6), pose=move(0, out, 0))


def felt_11(colour):
    sleeve = cloth(272, 196, 15, colour, radius=12, step=1.7)
    sleeve.add(label("folianta", width=40), pose=move(84, -66, 7.6), side=FRONT)
    return [turned(Model().add(inside(238, 168, (203, 206, 211), 40)).add(sleeve), -24, lean=10)]


def felt_13(colour):
    """With a flap and a strap of leather around it."""
    w, h = 322, 240
    sleeve = cloth(w, h, 22, colour, radius=12, step=1.7)
    flap = (
        Sheet(w - 6, 92, pixels=1400).fall(lighter(colour, 0.12), lighter(colour, 0.02)).grain(1.7, (255, 255, 255), 24)
    )
    seam(flap, 5, lighter(colour, 0.5))
    sleeve.add(panel(w - 6, 92, 11.6, flap.cut(10).image, (0, h / 2 - 48), lit=0.6), side=FRONT)
    strap = Sheet(26, h - 8, pixels=900).fall(lighter(LEATHER, 0.1), darker(LEATHER, 0.1))
    seam(strap, 3, lighter(LEATHER, 0.5))
    strap.dot(13, 106, 5, STEEL).dot(13, 106, 3.4, lighter(STEEL, 0.4))
    sleeve.add(panel(26, h - 8, 12.2, strap.cut(4).image, (60, 0), lit=0.5), side=FRONT)
    return [turned(sleeve, -24, lean=10)]


def canvas_16(colour):
    """Waxed canvas: a pocket in front, a zip, leather at the corners."""
    w, h = 392, 300
    bag = cloth(w, h, 34, colour, radius=18, step=4.2)
    pocket = (
        Sheet(w - 70, h * 0.56, pixels=1500)
        .fall(lighter(colour, 0.16), lighter(colour, 0.04))
        .grain(4.2, (255, 255, 255), 24)
    )
    seam(pocket, 6, lighter(colour, 0.6), 4)
    bag.add(panel(w - 70, h * 0.56, 18.2, pocket.cut(10).image, (0, -40), lit=0.6), side=FRONT)
    zip_ = Sheet(w - 60, 9, (40, 38, 36, 255), pixels=1200)
    for k in range(66):
        zip_.box(3 + 5 * k, 2.6, 2.4, 3.8, (196, 176, 120))
    bag.add(panel(w - 60, 9, 18, zip_.image, (0, h / 2 - 40)), side=FRONT)
    bag.add(label("brennick", width=62), pose=move(0, -52, 18.4), side=FRONT)
    grip = [(44 * math.cos(a), h / 2 - 3 + 30 * math.sin(a), 0) for a in (math.pi * k / 30 for k in range(31))]
    bag.add(sweep(grip, rounded(5, 16, 2, 4)(), matt(LEATHER), (0, 0, 1)))
    return [turned(bag, -26, lean=8)]


def pouch_15(colour):
    """Quilted polyester with a zip over the corner."""
    w, h = 366, 262
    pouch = cloth(w, h, 30, colour, radius=34, step=2, stitch=False)
    quilt = Sheet(w - 40, h - 40, (0, 0, 0, 0), pixels=1500)
    for k in range(-6, 12):
        x = 34 * k
        quilt.line([(x, 0), (x + h, h)], (*darker(colour, 0.34), 150), 1.6)
        quilt.line([(x + h, 0), (x, h)], (*darker(colour, 0.34), 150), 1.6)
    pouch.add(panel(w - 40, h - 40, 15.6, quilt.cut(24).image), side=FRONT)
    pouch.add(label("pelkor", (70, 72, 78), 50), pose=move(118, -94, 15.9), side=FRONT)
    tab = Model().add(body(rounded(9, 34, 4), 2, matt((224, 116, 44)), 0.8))
    pouch.add(tab, pose=move(-w / 2 + 46, h / 2 - 26, 16), side=FRONT)
    return [turned(pouch, -24, lean=12)]


def satchel(colour):
    """A bag with a flap, two straps with buckles and a band for the shoulder."""
    w, h = 380, 270
    bag = cloth(w, h, 74, colour, radius=22, step=3.4)
    flap = (
        Sheet(w - 4, 168, pixels=1500).fall(lighter(colour, 0.12), darker(colour, 0.02)).grain(3.4, (255, 255, 255), 24)
    )
    seam(flap, 7, lighter(colour, 0.55), 4)
    bag.add(panel(w - 4, 168, 38.2, flap.cut(22).image, (0, h / 2 - 86), lit=0.6), side=FRONT)
    for x in (-96, 96):
        strap = Sheet(30, 130, pixels=700).fall(lighter(LEATHER, 0.12), darker(LEATHER, 0.08))
        seam(strap, 4, lighter(LEATHER, 0.55))
        strap.frame(3, 84, 24, 22, (196, 176, 120), 3.2, 3)
        bag.add(panel(30, 130, 39, strap.cut(6).image, (x, -26), lit=0.5), side=FRONT)
    band = [(150 * math.cos(a), h / 2 - 20 + 92 * math.sin(a), -10) for a in (math.pi * k / 40 for k in range(41))]
    strap = Model().add(sweep(band, rounded(3.4, 34, 1.4, 3)(), matt(darker(colour, 0.25)), (0, 0, 1)))
    return [turned(Model().add(strap).add(bag), -26, lean=4)]


def rucksack(colour):
    w, h = 300, 430
    straps = Model()
    for x in (-74, 74):
        path = [
            (x + 16 * math.sin(3 * t), h / 2 - 30 - 330 * t, -64 - 40 * math.sin(math.pi * t))
            for t in (k / 30 for k in range(31))
        ]
        straps.add(sweep(path, rounded(44, 12, 5, 4)(), matt(darker(colour, 0.35)), (1, 0, 0)))
    bag = cloth(w, h, 120, colour, radius=76, step=3.4, stitch=False)
    top = Sheet(w - 60, 14, (30, 31, 34, 255), pixels=900)
    for k in range(46):
        top.box(3 + 5 * k, 5, 2.4, 4, (150, 152, 158))
    bag.add(panel(w - 60, 14, 60.6, top.cut(7).image, (0, 108)), side=FRONT)
    pocket = Model().add(body(rounded(w - 54, 190, 34, 10), 34, matt(lighter(colour, 0.06)), 10, steps=6))
    weave = (
        Sheet(w - 82, 162, pixels=1100)
        .fall(lighter(colour, 0.14), lighter(colour, 0.02))
        .grain(3.4, (255, 255, 255), 24)
    )
    seam(weave, 6, lighter(colour, 0.5), 4)
    pocket.add(panel(w - 82, 162, 17.2, weave.cut(24).image, lit=0.6), side=FRONT)
    pocket.add(label("velmoor", width=64), pose=move(0, 40, 17.6), side=FRONT)
    bag.add(pocket, pose=move(0, -92, 66), side=FRONT)
    grip = [(30 * math.cos(a), h / 2 - 5 + 26 * math.sin(a), -20) for a in (math.pi * k / 24 for k in range(25))]
    bag.add(sweep(grip, circle(5, 12)(), matt(darker(colour, 0.35)), (0, 0, 1)))
    return [turned(Model().add(straps).add(bag), -28)]


# Phone cases --------------------------------------------------------------------------------------------------


def shell(colour, *, w=75.4, h=153.6, d=11.4, material=matt, radius=14, words="", plate=(28, 44), grain=0.0):
    """A phone's case seen from behind, with the window for its lenses."""
    shape = rounded(w, h, radius, 12)
    model = Model().add(body(shape, d, material(colour), 3, steps=5))
    back = Sheet(w - 6, h - 6, pixels=1300).fall(lighter(colour, 0.12), darker(colour, 0.06))
    if grain:
        back.grain(grain, lighter(colour, 0.5), 44)
    x, y = plate
    back.box(5, 5, x, y, (20, 21, 24), 10).lens(5 + x / 2, 16, 9).lens(5 + x / 2, y - 6, 9)
    model.add(panel(w - 6, h - 6, d / 2 + 0.1, back.cut(radius - 3).image, lit=0.5), side=FRONT)
    if words:
        model.add(mark(words, 22, ink_on(colour, 0.3)), pose=move(0, -h / 2 + 22, d / 2 + 0.15), side=FRONT)
    return model


def cover(colour):
    """A case of silicone and the phone that goes into it."""
    phone = turned(meridian((200, 204, 209), "waves", "ice"), -26, x=46, z=26)
    return [turned(shell(colour, words="velmoor"), -26, x=-34, z=-14), phone]


def wallet(colour):
    """Leather that opens like a book, with cards in its cover."""
    w, h = 80, 158
    cover_ = Model().add(body(rounded(w, h, 9, 8), 5, matt(darker(colour, 0.06)), 2, steps=4))
    inner = Sheet(w - 6, h - 6, pixels=1100).fall(lighter(colour, 0.14), darker(colour, 0.02))
    seam(inner, 4, lighter(colour, 0.55))
    for k, tone in enumerate(((86, 120, 160), (206, 170, 96), (120, 160, 132))):
        y = 40 + 26 * k
        inner.box(9, y - 12, w - 24, 30, tone, 3).box(6, y, w - 18, 30, lighter(colour, 0.08), 3).line(
            [(8, y + 1.4), (w - 14, y + 1.4)], (*lighter(colour, 0.5), 160), 0.6
        )
    cover_.add(panel(w - 6, h - 6, 2.6, inner.cut(6).image, lit=0.5), side=FRONT)
    right = Model().add(body(rounded(w, h, 9, 8), 5, matt(colour), 2, steps=4))
    right.add(meridian((30, 31, 34), "waves", "sun"), pose=move(0, 0, 6), side=FRONT)
    opened = Model().add(cover_, pose=chain(move(-w / 2), yaw(34), move(-1)))
    opened.add(right, pose=chain(move(w / 2), yaw(-22), move(1)))
    return [opened.posed(yaw(-8)).grounded()]


def armour(colour):
    """For building sites: ribs, screws and a ring."""
    model = shell((44, 46, 50), w=92, h=172, d=17, radius=12, words="SKARNIX", plate=(34, 52))
    for y in (-64, 64):
        for x in (-36, 36):
            bumper = Model().add(body(rounded(22, 34, 8, 6), 20, plastic(colour), 3, steps=4))
            model.add(bumper, pose=move(x, y, 0))
    ring = [(26 * math.cos(a), -14 + 26 * math.sin(a), 11) for a in (math.tau * k / 60 for k in range(60))]
    model.add(sweep(ring, circle(2.6, 12)(), polished(STEEL), (0, 0, 1), closed=True), side=FRONT)
    return [turned(model, -26)]


def bumper(colour):
    """Clear behind, coloured around: two of them, one behind the other."""

    def one():
        model = Model().add(body(rounded(80, 168, 15, 12), 11, glossy(colour), 3, steps=5))
        back = Sheet(70, 158, pixels=1100).fall((236, 238, 241), (212, 216, 221))
        back.box(6, 6, 17, 46, (30, 31, 34), 8).lens(14.5, 16, 6.6).lens(14.5, 32, 6.6).shine(60)
        model.add(panel(70, 158, 5.6, back.cut(11).image, lit=0.5), side=FRONT)
        return model.add(mark("pelkor", 20, (150, 153, 160)), pose=move(0, -58, 5.7), side=FRONT)

    return [turned(one(), -24, x=-42, z=-34), turned(one(), -34, x=26, z=18, lean=6)]


# Stands -------------------------------------------------------------------------------------------------------


def bent(points, width, thick, material):
    """A strip of metal bent along a line in the plane of height and depth."""
    path = [(0.0, y, z) for y, z in soften_line(points)]
    return sweep(path, rounded(thick, width, thick * 0.4, 4)(), material, (1, 0, 0))


def soften_line(points, radius=12, steps=8):
    found = [points[0]]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        a, b = near(here, before, radius), near(here, after, radius)
        for k in range(steps + 1):
            t = k / steps
            found.append(
                tuple((1 - t) ** 2 * p + 2 * t * (1 - t) * q + t * t * r for p, q, r in zip(a, here, b, strict=True))
            )
    return [*found, points[-1]]


def near(start, end, distance):
    length = math.dist(start, end)
    share = min(distance / length, 0.5)
    return tuple(s + (e - s) * share for s, e in zip(start, end, strict=True))


def riser(colour):
    """Two legs and two arms of aluminium that lift a laptop."""
    model = Model().add(bent([(3, 112), (3, -70), (96, -96)], 220, 5, anodised(colour)))
    arms = Model()
    for x in (-88, 88):
        arms.add(bent([(96, -96), (112, 100), (126, 104)], 30, 6, anodised(colour)), pose=move(x))
        arms.add(body(rounded(26, 60, 6), 3, matt(RUBBER), 1), pose=chain(pitch(86), move(x, 112, 40)))
    return [model.add(arms).posed(yaw(-30)).grounded()]


def arm(colour):
    """A clamp, two arms and a plate for a monitor."""
    steel = anodised(colour)
    clamp = Model().add(body(rounded(60, 12, 3), 76, steel, 2), pose=move(0, 0, 0))
    clamp.add(body(rounded(60, 12, 3), 60, steel, 2), pose=move(0, -62, 6))
    clamp.add(body(rounded(60, 74, 3), 10, steel, 2), pose=move(0, -31, -34))
    screw = lathe([(6, 0), (6, 40), (15, 41), (15, 47), (0, 47)], polished(STEEL), 40)
    screw = Model().add(screw).posed(pitch(90), move(0, -106, 8))
    post = lathe([(17, 0), (17, 230), (14, 234), (0, 234)], steel, 60)
    post = Model().add(post).posed(pitch(90), move(0, 4, 0))
    model = Model().add(post, screw, clamp)
    lower = Model().add(body(rounded(236, 34, 17, 10), 26, plastic(darker(colour, 0.1)), 5, steps=5))
    upper = Model().add(body(rounded(216, 30, 15, 10), 24, steel, 5, steps=5))
    model.add(lower, pose=chain(move(110), yaw(24), move(0, 218, 10)))
    model.add(upper, pose=chain(move(100), roll(26), yaw(-34), move(206, 224, -74)))
    plate = Model().add(body(rounded(112, 112, 10, 6), 6, steel, 2))
    holes = Sheet(104, 104, (0, 0, 0, 0), pixels=600)
    for x in (14, 90):
        for y in (14, 90):
            holes.dot(x, y, 3.4, (24, 25, 28, 255))
    plate.add(panel(104, 104, 3.1, holes.image), side=FRONT)
    model.add(plate, pose=chain(yaw(-10), move(376, 312, 46)))
    return [model.posed(yaw(-8)).grounded()]


def easel(colour):
    """A tube of cloth, filled, with a groove for a tablet."""
    outline = soften([(-60, 0), (62, 0), (66, 22), (34, 30), (20, 24), (-20, 118), (-34, 118)], 14)
    model = Model().add(slab(polygon(outline), -116, 116, matt(colour), 10, 6)).posed(yaw(-90)).grounded()
    return [model.posed(yaw(-28)).grounded()]


def phone_stand(colour):
    """A disc, a stem and a rest, with a phone on it."""
    disc_ = lathe([(0, 0), (44, 0), (45, 2), (45, 6), (42, 8), (0, 8)], anodised(colour), 120)
    disc_ = Model().add(disc_).posed(pitch(90))
    stem = lathe([(6, 0), (6, 74), (0, 74)], anodised(colour), 40)
    stem = Model().add(stem).posed(pitch(90), move(0, 8, -14))
    rest = Model().add(body(rounded(58, 60, 10, 8), 6, anodised(colour), 2))
    rest.add(body(rounded(58, 8, 3), 20, matt(RUBBER), 2), pose=move(0, -30, 10))
    model = Model().add(disc_).add(stem).add(rest, pose=chain(pitch(20), move(0, 86, -8)))
    phone = meridian((46, 48, 53), "waves", "dusk").posed(pitch(20), move(0, 136, -16))
    return [model.add(phone).posed(yaw(-26)).grounded()]


def lectern(colour):
    """Two boards of oak that slide into each other."""
    board = Model().add(body(rounded(230, 176, 12, 8), 11, matt(OAK), 2, steps=4))
    grain = Sheet(226, 172, pixels=1400).fall(lighter(OAK, 0.12), darker(OAK, 0.02))
    for k in range(34):
        y = 5 * k + 2 * math.sin(k * 2.1)
        grain.line(
            [(0, y), (70, y + 2.2 * math.sin(k)), (150, y - 2 * math.cos(k)), (226, y)], (*darker(OAK, 0.3), 90), 0.7
        )
    board.add(panel(226, 172, 5.6, grain.cut(10).image, lit=0.6), side=FRONT)
    ledge = Model().add(body(rounded(230, 10, 3), 44, matt(darker(OAK, 0.06)), 2))
    leg = Model().add(body(rounded(120, 150, 10, 8), 10, matt(darker(OAK, 0.12)), 2))
    model = Model().add(leg, pose=chain(pitch(-32), move(0, 66, -70)))
    model.add(board, pose=chain(pitch(26), move(0, 84, 0))).add(ledge, pose=chain(pitch(26), move(0, 6, 52)))
    return [model.posed(yaw(-28)).grounded()]


# Hubs ---------------------------------------------------------------------------------------------------------


def sockets(sheet, row, y):
    """Draws sockets from left to right: c, a, h(dmi), e(thernet), s(d), j(ack)."""
    x = 8.0
    for kind in row:
        w, h = {"c": (9, 3.4), "a": (13, 5.6), "h": (15, 5.4), "e": (15, 12), "s": (24, 3), "j": (6, 6)}[kind]
        sheet.box(x - 0.8, y - h / 2 - 0.8, w + 1.6, h + 1.6, (150, 153, 160, 255), 1.6 if kind in "aeh" else h / 2)
        sheet.box(x, y - h / 2, w, h, (8, 9, 11, 255), 1 if kind in "aehs" else h / 2)
        if kind == "a":
            sheet.box(x + 1.4, y - 0.4, w - 2.8, 1.9, (70, 100, 170, 255))
        x += w + 6
    return sheet


def bar_hub(colour, row, words, *, length=112, height=15, depth=44, material=anodised, turn=-30):
    front = sockets(Sheet(length - 8, height - 4, (0, 0, 0, 0), pixels=1400), row, (height - 4) / 2)
    w, h, d = length, height, depth
    model = Model().add(body(rounded(w, h, h / 3, 8), d, material(colour), 2.4, steps=5))
    model.add(panel(w - 8, h - 4, d / 2 + 0.1, front.image), side=FRONT)
    lid = Sheet(w - 10, d - 10, (*lighter(colour, 0.06), 0), pixels=900).text(
        (w - 10) / 2, (d - 10) / 2, words, 8, (*ink_on(colour, 0.36), 255), "mm"
    )
    model.add(panel(w - 10, d - 10, 0.1, lid.image), pose=on_top(h), side=FRONT)
    return model.grounded().posed(yaw(turn))


def hub_4(colour):
    hub = bar_hub(colour, "aaac", "tarsel", length=92)
    return [hub, dock_lead((52, 54, 58), (-50, 7, -20)).posed(move(-22, 0, 0))]


def hub_7(colour):
    hub = bar_hub(colour, "haacs", "orvane", length=124, height=17, depth=52)
    return [hub, dock_lead((70, 72, 77), (-66, 8, -24)).posed(move(-28, 0, 4))]


def dock_8(colour):
    w, h, d = 196, 34, 84
    front = sockets(Sheet(w - 8, h - 8, (0, 0, 0, 0), pixels=1600), "jcaas", 13).text(
        168, 13, "brennick", 7, (170, 172, 178, 255), "mm"
    )
    return [mains_lead((36, 37, 40), (-70, 12, -56), -1), desk_box(colour, (w, h, d), front).grounded().posed(yaw(-24))]


def dock_12(colour):
    """Upright, all sockets in its front."""
    w, h, d = 46, 150, 120
    model = Model().add(body(rounded(w, h, 10, 10), d, anodised(colour), 5, steps=6))
    front = Sheet(w - 14, h - 16, (26, 27, 30), pixels=1300)
    for k, row in enumerate(("s", "cj", "a", "a", "c", "h", "e")):
        sockets(front, row, 12 + 16 * k)
    front.text((w - 14) / 2, h - 26, "tarsel", 6, (190, 192, 198), "mm")
    model.add(panel(w - 14, h - 16, d / 2 + 0.1, front.cut(5).image), side=FRONT)
    plate = foot(74, 126, 6, anodised(darker(colour, 0.1)), 12)
    return [Model().add(plate, model.grounded().posed(move(0, 6, 0))).posed(yaw(-36)).grounded()]


def adapter(colour):
    """A plug, a hand's width of cord and one socket."""
    block = bar_hub(colour, "h", "HDMI", length=46, height=15, depth=40, material=plastic, turn=-24)
    lead = dock_lead(colour, (-24, 7, -10))
    return [block, lead.posed(move(-26, 0, -2))]


# Speakers -----------------------------------------------------------------------------------------------------


def drum(colour):
    """A standing cylinder with passive ends and a loop of cord."""
    r, h = 44, 190
    light, dark = lighter(colour, 0.12), darker(colour, 0.12)
    profile = [(r - 2, 18), *[(r, 20 + (h - 40) * k / 60) for k in range(61)], (r - 2, h - 18)]
    side = lathe(profile, matt(colour), 160, lambda i, k: light if (i + 2 * k) % 4 < 2 else dark)
    low = lathe([(0, 0), (r - 8, 0), (r - 3, 5), (r - 2, 18)], plastic(darker(colour, 0.5)), 120)
    high = lathe(
        [(r - 2, h - 18), (r - 3, h - 5), (r - 9, h), (r - 12, h - 3), (0, h - 5)], plastic(darker(colour, 0.5)), 120
    )
    loop = [(r + 1 + 9 * math.sin(a), 0, h - 40 + 24 * math.cos(a)) for a in (math.pi * k / 20 for k in range(21))]
    model = Model().add(low, side, high)
    model.add(sweep(loop, circle(2.2, 10)(), matt((60, 62, 68)), (0, 1, 0)))
    stood = model.posed(pitch(90)).grounded()
    name = mark("oskarin", 34, lighter(colour, 0.62)).posed(move(0, 84, r + 0.6))
    return [Model().add(stood, name).posed(yaw(-10)).grounded()]


def bar(colour):
    """A long box in front of a television."""
    w, h, d = 620, 62, 96
    model = Model().add(body(rounded(w, h, 22, 10), d, matt(darker(colour, 0.15)), 8, steps=5))
    front = (
        Sheet(w - 24, h - 12, pixels=2000).fall(lighter(colour, 0.08), darker(colour, 0.08)).grain(2.6, (0, 0, 0), 60)
    )
    front.text(w / 2 - 12, h - 24, "oskarin", 10, ink_on(colour, 0.6), "mm").dot(40, 25, 2.2, (120, 214, 150))
    model.add(panel(w - 24, h - 12, d / 2 + 0.1, front.cut(16).image, lit=0.4), side=FRONT)
    return [model.grounded().posed(yaw(-24))]


def lantern(colour):
    """A speaker with a handle and a band of light, for outdoors."""
    r, h = 58, 150
    profile = [
        (r - 6, 26),
        *[(r - 5 + 5 * math.sin(math.pi * k / 40), 28 + 84 * k / 40) for k in range(41)],
        (r - 6, 114),
    ]
    cloth_ = lathe(
        profile, matt(colour), 150, lambda i, k: lighter(colour, 0.1) if (i + k) % 2 else darker(colour, 0.1)
    )
    low = lathe([(0, 0), (r - 6, 0), (r, 5), (r, 20), (r - 6, 26)], matt(RUBBER), 120)
    glow = lathe([(r - 6, 114), (r - 4, 118), (r - 4, 134), (r - 8, 138)], glossy((255, 226, 168)), 120)
    high = lathe([(r - 8, 138), (r - 4, 140), (r - 6, h), (0, h)], matt(RUBBER), 120)
    stood = Model().add(low, cloth_, glow, high).posed(pitch(90)).grounded()
    grip = [(50 * math.cos(a), h - 4 + 54 * math.sin(a), 0) for a in (math.pi * k / 40 for k in range(41))]
    handle = sweep(grip, rounded(6, 16, 3, 4)(), plastic((52, 54, 59)), (0, 0, 1))
    name = mark("oskarin", 36, lighter(colour, 0.6)).posed(move(0, 66, r + 0.4))
    return [Model().add(stood, handle, name).posed(yaw(-24)).grounded()]


def puck(colour):
    """As flat as a tin of biscuits, with a strap; one lies, one stands."""
    r, d = 56, 40

    def one(words):
        shape = squircle(2 * r, 2 * r, 2.4)
        model = Model().add(body(shape, d, matt(darker(colour, 0.2)), 9, steps=6))
        front = Sheet(2 * r - 10, 2 * r - 10, pixels=1000).fall(lighter(colour, 0.12), darker(colour, 0.06))
        front.grain(2.4, darker(colour, 0.6), 70).text(r - 5, r - 5, words, 16, lighter(colour, 0.7), "mm")
        return model.add(panel(2 * r - 10, 2 * r - 10, d / 2 + 0.1, front.cut(44).image, lit=0.5), side=FRONT)

    lying_ = one("zephlo").posed(pitch(90)).grounded().posed(yaw(-20), move(-62, 0, 34))
    return [turned(one("zephlo"), -26, x=28, z=-26, lean=6), lying_]


def shelf_pair(colour):
    """Two boxes of wood with their cones."""
    w, h, d = 150, 240, 180

    def one():
        model = Model().add(body(rounded(w, h, 8, 6), d, matt(colour), 3, steps=4))
        front = Sheet(w - 10, h - 10, (32, 33, 36), pixels=1300)
        for x, y, radius in ((70, 64, 26), (70, 152, 52)):
            front.dot(x, y, radius, (20, 21, 24)).ring(x, y, radius, (92, 94, 100), radius * 0.05)
            front.ring(x, y, radius * 0.84, (54, 56, 61), radius * 0.12).dot(x, y, radius * 0.34, (68, 70, 76))
            front.glow(x - radius * 0.1, y - radius * 0.12, radius * 0.3, (160, 163, 170), 150)
        front.text(70, 218, "sonderby", 8, (176, 178, 184), "mm")
        model.add(panel(w - 10, h - 10, d / 2 + 0.1, front.cut(5).image, lit=0.3), side=FRONT)
        side = Sheet(d - 8, h - 8, pixels=1000).fall(lighter(colour, 0.06), darker(colour, 0.06))
        for k in range(26):
            x = 6.6 * k
            side.line(
                [(x, 0), (x + 3 * math.sin(k), h / 2), (x - 2 * math.cos(k), h)], (*darker(colour, 0.34), 90), 0.9
            )
        return model.add(panel(d - 8, h - 8, 0.1, side.image, lit=0.6), pose=on_right(w), side=FRONT)

    return [turned(one(), -32, x=-120, z=-60), turned(one(), -32, x=110, z=40)]


def kitchen_radio(colour):
    """With a dial, two knobs and a handle."""
    w, h, d = 240, 140, 92
    model = Model().add(body(rounded(w, h, 26, 10), d, glossy(colour), 8, steps=6))
    front = Sheet(w - 30, h - 30, (0, 0, 0, 0), pixels=1500)
    front.dot(58, 55, 44, (*darker(colour, 0.5), 255))
    for k in range(-3, 4):
        front.line(
            [
                (58 - math.sqrt(38**2 - (11 * k) ** 2), 55 + 11 * k),
                (58 + math.sqrt(38**2 - (11 * k) ** 2), 55 + 11 * k),
            ],
            (*lighter(colour, 0.3), 255),
            2.4,
        )
    front.box(118, 16, 82, 38, (14, 15, 17, 255), 6).text(159, 30, "98.4", 17, (255, 190, 110, 255), "mm").text(
        159, 46, "Kitchen FM", 6, (190, 150, 100, 255), "mm"
    )
    front.text(159, 66, "pelkor", 8, (*ink_on(colour), 255), "mm")
    model.add(panel(w - 30, h - 30, d / 2 + 0.1, front.image), side=FRONT)
    for x in (24, 62):
        knob = lathe([(13, 0), (13, 9), (11, 12), (0, 12)], polished(STEEL), 60)
        model.add(knob, pose=move(x, -36, d / 2), side=FRONT)
    grip = [(84 * math.cos(a), h / 2 - 6 + 34 * math.sin(a), 0) for a in (math.pi * k / 30 for k in range(31))]
    return [turned(Model().add(sweep(grip, rounded(5, 18, 2, 4)(), matt(LEATHER), (0, 0, 1))).add(model), -24)]


# Others -------------------------------------------------------------------------------------------------------


def sprout(colour):
    """A sensor in a pot of earth: a stake with a round head."""
    pot = lathe([(0, 0), (34, 0), (44, 70), (46, 72), (46, 80), (40, 80), (39, 70), (0, 70)], matt((190, 110, 78)), 120)
    stood = Model().add(pot).posed(pitch(90)).grounded()
    stake = Model().add(body(rounded(9, 70, 3), 4, anodised(STEEL), 1), pose=move(10, 84, 0))
    head = Model().add(body(circle(22), 12, plastic(colour), 3, steps=5))
    front = Sheet(36, 36, (*lighter(colour, 0.05), 255), pixels=400).arc(18, 18, 13, 130, 330, (110, 180, 120), 2.4)
    front.text(18, 18, "54", 11, ink_on(colour, 0.6), "mm").text(18, 26.6, "%", 5, ink_on(colour), "mm")
    head.add(disc(18, 6.1, front))
    stake.add(head, pose=move(10, 128, 0))
    leaves = Model()
    for x, lean, long in ((-16, 34, 66), (-6, 12, 84), (-22, 58, 52)):
        leaf = [
            (-long * 0.5 * t * math.sin(math.radians(lean)) + x, 74 + long * t * math.cos(math.radians(lean) * t), -8)
            for t in (k / 16 for k in range(17))
        ]
        leaves.add(sweep(leaf, rounded(3, 13, 1.4, 4)(), matt((96, 142, 92)), (0, 0, 1)))
    return [Model().add(leaves, stood, stake).posed(yaw(-14)).grounded()]


def hard_shell(colour):
    """Held by four screws; the phone's three lenses in a row at its top."""
    model = shell(colour, w=81, h=167, d=11, material=plastic, radius=9, words="orvane", plate=(62, 22))
    screws = Sheet(78, 164, (0, 0, 0, 0), pixels=900)
    for x in (7, 71):
        for y in (36, 157):
            screws.dot(x, y, 2.1, (*STEEL, 255)).line([(x - 1.2, y - 1), (x + 1.2, y + 1)], (60, 62, 66, 255), 0.5)
    model.add(panel(78, 164, 5.7, screws.image), side=FRONT)
    return [turned(model, -26, lean=4)]
