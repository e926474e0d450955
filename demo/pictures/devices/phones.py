"""Phones and tablets."""

import math

from studio.geometry import polygon, soften
from studio.screens import clock_face, desktop, home_screen, page, palette, wallpaper

from .parts import (
    FRONT,
    RIGHT,
    RUBBER,
    STEEL,
    Model,
    Sheet,
    anodised,
    body,
    button,
    chain,
    darker,
    face,
    glossy,
    lathe,
    lens,
    lighter,
    lying,
    matt,
    mix,
    move,
    on_back,
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


def glass(width, height, screen, radius, border, hole="dot", bezel=(9, 10, 12)):
    """The front glass with the screen in it."""
    sheet = Sheet(width, height, bezel, pixels=1500)
    side, top, bottom = border
    sheet.paste(screen.image, side, top, width - 2 * side, height - top - bottom, max(radius - side, 0.5))
    if hole == "dot":
        sheet.dot(width / 2, top + 5.2, 1.9, (6, 6, 8)).dot(width / 2 - 0.4, top + 4.8, 0.5, (50, 60, 96))
    elif hole == "top":
        sheet.dot(width / 2, top / 2, 1.2, (34, 38, 56)).box(width / 2 - 12, top / 2 - 0.5, 8, 1, (44, 46, 52), 0.5)
    return sheet.shine(12, 0.5, 0.36).cut(radius)


def phone(
    width,
    height,
    depth,
    colour,
    screen,
    cameras,
    *,
    radius=10,
    border=(2.2, 2.2, 2.2),
    hole="dot",
    metal=True,
    bezel=(9, 10, 12),
    bevel=1.5,
):
    """A phone around the origin; `cameras` builds the back's cameras, facing the camera."""
    frame = anodised(colour) if metal else plastic(colour)
    outline = rounded(width, height, radius, 14)
    model = Model().add(body(outline, depth, frame, bevel, steps=6))
    for middle, length in ((height * 0.22, 17), (height * 0.06, 9)):
        model.add(button(1.8, length, 0.7, frame), pose=chain(on_right(width), move(y=middle)), side=RIGHT)
    inner = rounded(width - 2 * bevel, height - 2 * bevel, radius - bevel, 14)
    model.add(face(inner, 0.03, colour, 0.35), pose=on_back(depth), side=FRONT)
    model.add(cameras(colour), pose=on_back(depth), side=FRONT)
    front = glass(width - 2 * bevel, height - 2 * bevel, screen, radius - bevel, border, hole, bezel)
    return model.add(panel(width - 2 * bevel, height - 2 * bevel, depth / 2 + 0.03, front.image), side=FRONT)


def pair(model, width, spread=0.58, gap=16):
    """The usual picture: back behind on the left, front before it on the right."""
    return [
        turned(model, 180 - 22, x=-width * spread, z=-gap),
        turned(model, -20, x=width * spread * 0.72, z=gap),
    ]


def two_lenses(height, width):
    """Meridian: two large lenses in a pill at the upper left."""

    def build(colour):
        x, y = -width / 2 + 17, height / 2 - 27
        island = slab(rounded(21, 41, 10.5, 14), 0, 1.4, glossy(darker(colour, 0.12)), 0.7, 4, "front")
        model = Model().add(island, pose=move(x, y))
        for dy in (9.6, -9.6):
            model.add(lens(8.2, 1.5, polished(lighter(colour, 0.1))), pose=move(x, y + dy, 1.4))
        return model.add(flash(1.9), pose=move(x + 17, y + 12)).add(
            mark("ORVANE", 17, lighter(colour, 0.28)), pose=move(0, -height * 0.34)
        )

    return build


def three_lenses(height, width):
    """Meridian Grand: three lenses in a row across the top."""

    def build(colour):
        y = height / 2 - 21
        island = slab(rounded(width - 14, 25, 12.5, 14), 0, 1.7, glossy(darker(colour, 0.16)), 0.8, 4, "front")
        model = Model().add(island, pose=move(0, y))
        for dx in (-20, 0, 20):
            model.add(lens(8.6, 1.6, polished(lighter(colour, 0.1))), pose=move(dx, y, 1.7))
        return model.add(mark("ORVANE", 18, lighter(colour, 0.28)), pose=move(0, -height * 0.34))

    return build


def corner_lenses(height, width):
    """Loop: two plain lenses without an island on a ribbed back."""

    def build(colour):
        model = Model().add(ribs(width - 8, height - 8, colour))
        for dy in (0, -19):
            model.add(lens(6.4, 1.2, plastic(darker(colour, 0.3))), pose=move(-width / 2 + 14, height / 2 - 17 + dy))
        return model.add(flash(1.6), pose=move(-width / 2 + 14, height / 2 - 50)).add(
            mark("pelkor", 17, lighter(colour, 0.45)), pose=move(0, -height * 0.32)
        )

    return build


def ribs(width, height, colour):
    sheet = Sheet(width, height, (*colour, 0), pixels=1100)
    for k in range(int(width / 2.2)):
        sheet.box(k * 2.2, 0, 0.7, height, (*darker(colour, 0.16), 150))
    return panel(width, height, 0.05, sheet.cut(6).image)


def one_lens(height, width):
    """Paper Phone: a single small lens in the middle."""

    def build(colour):
        tone = darker(colour, 0.1) if sum(colour) > 300 else lighter(colour, 0.2)
        model = Model().add(lens(5.6, 1.0, plastic(tone)), pose=move(0, height / 2 - 18))
        return model.add(mark("folianta", 20, tone), pose=move(0, -height * 0.3))

    return build


def flash(radius):
    sheet = (
        Sheet(2 * radius, 2 * radius, pixels=120)
        .dot(radius, radius, radius, (250, 240, 214))
        .dot(radius, radius, radius * 0.6, (255, 252, 240))
    )
    return panel(2 * radius, 2 * radius, 0.1, sheet.image)


def mark(words, width, colour):
    """A maker's name printed on the body."""
    sheet = Sheet(width * 1.6, width * 0.4, (*colour, 0), pixels=420)
    sheet.text(width * 0.8, width * 0.2, words, width * 0.21, (*colour, 255), "mm")
    return panel(width * 1.6, width * 0.4, 0.08, sheet.image)


def meridian(colour, style="waves", tones="forest"):
    screen = clock_face(style, tones, 67, 145)
    return phone(71.4, 149.6, 8.1, colour, screen, two_lenses(149.6, 71.4), radius=12)


def grand(colour, tones):
    screen = clock_face("orbs", tones, 72, 158, "10:08", "Saturday 4 July")
    return phone(77, 163.2, 8.4, colour, screen, three_lenses(163.2, 77), radius=8, border=(1.7, 1.7, 1.7))


def loop(colour, tones):
    screen = home_screen("bands", tones, 69, 150)
    return phone(
        76.1,
        165,
        8.7,
        colour,
        screen,
        corner_lenses(165, 76.1),
        radius=9,
        border=(2.4, 2.6, 4.6),
        metal=False,
        bevel=2.0,
    )


def paper_phone(colour):
    screen = page(66, 128, "The Lighthouse")
    return phone(
        74,
        151,
        7.9,
        colour,
        screen,
        one_lens(151, 74),
        radius=7,
        border=(3.4, 7.0, 13.0),
        hole="top",
        metal=False,
        bezel=mix(colour, (128, 128, 128), 0.04),
    )


def rock(colour):
    """Rugged: a black core in a coloured frame with cut corners and screws."""
    w, h, d = 81.5, 171, 14.8
    cut = soften(
        [
            (-w / 2, -h / 2 + 14),
            (-w / 2 + 14, -h / 2),
            (w / 2 - 14, -h / 2),
            (w / 2, -h / 2 + 14),
            (w / 2, h / 2 - 14),
            (w / 2 - 14, h / 2),
            (-w / 2 + 14, h / 2),
            (-w / 2, h / 2 - 14),
        ],
        4,
    )
    model = Model().add(body(polygon(cut), d, plastic(colour), 2.6, steps=5))
    screen = clock_face("waves", "ember", 68, 145, "6:15", "Monday 9 February")
    front = Sheet(w - 7, h - 7, RUBBER, pixels=1500).box(2, 10, w - 11, h - 27, (9, 10, 12), 5)
    front.paste(screen.image, 4, 12.5, w - 15, h - 33, 3).box(w / 2 - 13, 4.5, 19, 1.6, (18, 18, 20), 0.8).shine(10)
    shape = polygon([(x * 0.93, y * 0.965) for x, y in cut])
    model.add(panel(w - 7, h - 7, d / 2 + 0.03, front.cut_outline(shape()).image), side=FRONT)
    model.add(rock_back(w, h, colour, shape), pose=on_back(d), side=FRONT)
    accent = (226, 116, 44) if sum(colour) < 200 else RUBBER
    for y, length, tone in ((38, 16, accent), (8, 20, RUBBER), (-26, 12, RUBBER)):
        model.add(button(5, length, 1.6, plastic(tone)), pose=chain(on_right(w), move(y=y)), side=RIGHT)
    return model


def rock_back(w, h, colour, shape):
    sheet = Sheet(w - 7, h - 7, RUBBER, pixels=1100).grain(2.6, (58, 60, 66), 120)
    sheet.box(12, 74, w - 31, 58, (32, 33, 36), 3).frame(12, 74, w - 31, 58, (64, 66, 72), 0.7, 3)
    sheet.text(w / 2 - 3.5, 103, "SKARNIX", 9.2, (*colour, 255) if sum(colour) > 200 else (226, 116, 44), "mm")
    model = Model().add(panel(w - 7, h - 7, 0.05, sheet.cut_outline(shape()).image, lit=0.4))
    for x in (-1, 1):
        for y in (-1, 1):
            model.add(screw(3.2), pose=move(x * (w / 2 - 12), y * (h / 2 - 13)))
    model.add(slab(rounded(44, 25, 6), 0, 1.8, matt((30, 31, 34)), 0.6, 3, "front"), pose=move(0, h / 2 - 30))
    for x in (-10.5, 10.5):
        model.add(lens(7.4, 1.0, polished(STEEL)), pose=move(x, h / 2 - 30, 1.8))
    return model


def screw(radius):
    head = lathe([(radius, 0), (radius, 0.5), (radius * 0.8, 0.9), (0, 0.9)], polished(STEEL), 40)
    sheet = Sheet(2 * radius, 2 * radius, pixels=120)
    sheet.box(radius * 0.45, radius * 0.86, radius * 1.1, radius * 0.28, (40, 42, 46, 255)).box(
        radius * 0.86, radius * 0.45, radius * 0.28, radius * 1.1, (40, 42, 46, 255)
    )
    return Model().add(head, panel(2 * radius, 2 * radius, 0.92, sheet.image))


def hinge(colour, tones):
    """The folding phone open like a book, and closed behind it."""
    w, h, d = 70.9, 155.1, 5.6
    picture = wallpaper("arcs", tones, 1400, 1540)
    screen = Sheet(2 * w - 6, h - 6, pixels=1700).paste(picture, 0, 0, 2 * w - 6, h - 6)
    screen.text(14, 16, "Sheet music, No. 3", 8, (255, 255, 255, 240)).box(14, 34, 48, 98, (255, 255, 255, 225), 3)
    staves(screen, 18, 42)
    screen.text(w * 1.5 - 2, 48, "12:30", 22, (255, 255, 255, 240), "mm").text(
        w * 1.5 - 2, 66, "Rehearsal at 15:00", 6, (255, 255, 255, 220), "mm"
    )
    halves = []
    for side in (-1, 1):
        half = Model().add(body(rounded(w, h, 7, 12), d, anodised(colour), 1.1, steps=5))
        front = Sheet(w - 2, h - 2, (9, 10, 12), pixels=1300)
        edge = screen.image.width // 2
        piece = (
            screen.image.crop((0, 0, edge, screen.image.height))
            if side < 0
            else screen.image.crop((edge, 0, 2 * edge, screen.image.height))
        )
        front.paste(piece, 2 if side < 0 else 0, 2, w - 4, h - 6, 4)
        half.add(panel(w - 2, h - 2, d / 2 + 0.03, front.cut(6).image), side=FRONT)
        halves.append(half.posed(move(side * w / 2), yaw(-side * 14)))
    book = Model().add(halves[1], halves[0])
    closed = phone(w, h, 11.6, colour, clock_face("arcs", tones, 66, 150), three_lenses(h, w), radius=7)
    return [turned(closed, 180 - 30, x=-82, z=-70), turned(book, -12, x=24, z=0)]


def staves(sheet, x, y):
    for k in range(5):
        for line in range(5):
            sheet.box(x, y + k * 18 + line * 1.7, 40, 0.3, (60, 60, 70, 255))
        for note in range(6):
            sheet.dot(x + 4 + note * 6.4, y + k * 18 + 1 + (note * 3 + k * 2) % 5 * 1.4, 1.2, (30, 30, 40, 255))


def easy(colour):
    """A phone with number keys."""
    w, h, d = 58, 133.5, 13.4
    model = Model().add(body(rounded(w, h, 17, 14), d, plastic(colour), 4.6, steps=7))
    front_of = Model()
    front = (
        Sheet(w - 10, 58, pixels=900)
        .box(0, 0, w - 10, 58, (12, 13, 15), 10)
        .box(10, 3.6, w - 30, 1.6, (50, 52, 58), 0.8)
    )
    front.paste(easy_screen().image, 3, 9, w - 16, 43, 1.5).shine(12)
    front_of.add(panel(w - 10, 58, d / 2 + 0.05, front.image, (0, 30)))
    front_of.add(slab(rounded(20, 10, 5), 0, 1.2, plastic(STEEL), 0.6, 3, "front"), pose=move(0, -8.5, d / 2))
    for x, tone in ((-17.5, (92, 168, 104)), (17.5, (206, 84, 76))):
        front_of.add(slab(rounded(11, 8, 4), 0, 1.2, plastic(tone), 0.6, 3, "front"), pose=move(x, -8.5, d / 2))
    for number, label in enumerate("123456789*0#"):
        x, y = (number % 3 - 1) * 16, -21 - number // 3 * 10.4
        front_of.add(key_with(label), pose=move(x, y, d / 2))
    rear = (
        Model()
        .add(lens(4.6, 1.0, polished(STEEL)), pose=move(0, 46))
        .add(mark("pelkor", 17, lighter(colour, 0.45)), pose=move(0, -42))
    )
    rear.add(slab(rounded(17, 17, 8.5), 0, 1.4, plastic((232, 230, 226)), 0.7, 3, "front"), pose=move(0, 18))
    rear.add(slab(rounded(30, 12, 6), 0, 0.6, matt(RUBBER), 0.3, 3, "front"), pose=move(0, -14))
    return model.add(front_of, side=FRONT).add(rear, pose=on_back(d), side=FRONT)


def easy_screen():
    sheet = Sheet(42, 43, pixels=600).fall((22, 62, 110), (60, 130, 176))
    sheet.text(21, 17, "9:41", 15, (255, 255, 255), "mm").text(21, 28, "Thu 12 March", 4.6, (255, 255, 255), "mm")
    return sheet.text(3, 39, "Menu", 4, (255, 255, 255), "lm").text(39, 39, "Names", 4, (255, 255, 255), "rm")


def key_with(label):
    sheet = Sheet(14, 8.6, (*RUBBER, 0), pixels=200).text(7, 4.3, label, 6, (236, 238, 242, 255), "mm")
    key = slab(rounded(14, 8.6, 3.4), 0, 1.1, plastic((52, 54, 59)), 0.5, 3, "front")
    return Model().add(key, panel(14, 8.6, 1.13, sheet.image))


def tablet(
    width,
    height,
    depth,
    colour,
    screen,
    *,
    border=(8, 8, 8),
    radius=9,
    bezel=(10, 11, 13),
    metal=True,
    hole="top",
    cameras=1,
):
    def build(_):
        model = Model()
        for k in range(cameras):
            model.add(lens(6, 1.2, polished(darker(colour, 0.2))), pose=move(width / 2 - 16, height / 2 - 16 - 16 * k))
        return model.add(mark("ORVANE" if metal else "", 24, lighter(colour, 0.35)))

    return phone(
        width,
        height,
        depth,
        colour,
        screen,
        build,
        radius=radius,
        border=border,
        hole=hole,
        metal=metal,
        bezel=bezel,
        bevel=1.6,
    )


def pen(length, radius, colour):
    """A pen along the x axis with its tip at the left."""
    profile = [(0.4, 0), (0.9, 4), (radius, 15), (radius, length - 2), (radius * 0.8, length), (0, length)]
    return Model().add(lathe(profile, glossy(colour), 40).posed(chain(yaw(90), move(-length / 2, radius, 0))))


def plateau_11(colour, tones):
    screen = home_screen("waves", tones, 156, 234, 5, 6)
    front = tablet(172, 250, 6.4, colour, screen, radius=12)
    return [turned(front, 180 - 24, x=-78, z=-60, lean=-6), turned(front, -18, x=50, z=20, lean=6)]


def drawing(width, height, tones):
    """A sketch of hills and a boat on paper."""
    sheet = Sheet(width, height, (248, 246, 240), pixels=1500)
    colours = palette(tones)
    for layer in range(4):
        y0 = height * (0.40 + 0.09 * layer)
        points = [
            (width * (0.06 + 0.70 * i / 60), y0 - height * 0.13 * abs(math.sin(i / (7 + 2 * layer) + layer)))
            for i in range(61)
        ]
        sheet.shape(
            [*points, (width * 0.76, height * 0.86), (width * 0.06, height * 0.86)],
            (*lighter(colours[1 + layer % 3], 0.25), 225),
        )
        sheet.line(points, darker(colours[0], 0.2), width * 0.002)
    sheet.dot(width * 0.60, height * 0.20, height * 0.07, lighter(colours[4], 0.1))
    sheet.shape(
        [
            (width * 0.34, height * 0.70),
            (width * 0.50, height * 0.70),
            (width * 0.47, height * 0.76),
            (width * 0.37, height * 0.76),
        ],
        (90, 52, 40),
    )
    sheet.shape(
        [(width * 0.42, height * 0.68), (width * 0.42, height * 0.46), (width * 0.50, height * 0.66)], (252, 250, 246)
    ).line([(width * 0.42, height * 0.70), (width * 0.42, height * 0.45)], (60, 40, 34), width * 0.003)
    sheet.box(width * 0.82, height * 0.05, width * 0.14, height * 0.9, (255, 255, 255), width * 0.012).frame(
        width * 0.82, height * 0.05, width * 0.14, height * 0.9, (224, 222, 216), width * 0.002, width * 0.012
    )
    for k in range(10):
        tone = colours[k % 5] if k < 5 else lighter(colours[k % 5], 0.4)
        sheet.dot(width * (0.855 + 0.07 * (k % 2)), height * (0.13 + 0.10 * (k // 2)), width * 0.022, tone)
    for k in range(3):
        sheet.line(
            [(width * 0.845, height * (0.68 + 0.08 * k)), (width * 0.935, height * (0.68 + 0.08 * k))],
            (60, 62, 68),
            width * 0.003 * (k + 1),
        )
    return sheet


def plateau_13(colour):
    screen = desktop("arcs", "dusk", 269, 198, "plan")
    front = tablet(285, 214, 5.6, colour, screen, radius=12)
    return [turned(front, -16, lean=14), turned(pen(166, 4.4, (238, 238, 236)), -6, x=-10, z=120)]


def plateau_13_flat(colour):
    front = tablet(285, 214, 5.6, colour, drawing(269, 198, "coral"), radius=12)
    model = lying(front)
    stylus = pen(166, 4.4, (238, 238, 236)).posed(yaw(-34)).posed(move(30, 6, 46))
    return [model.posed(yaw(-14)), stylus.posed(yaw(-14))]


def tab_10(colour, tones):
    screen = home_screen("hills", tones, 226, 136, 7, 3)
    return [turned(tablet(246, 156, 7.9, colour, screen, border=(9, 10, 10), metal=False, radius=10), -20, lean=12)]


def leaf(colour):
    """The reader: one wide side with two page keys."""
    w, h, d = 138, 195, 7.0
    model = Model().add(body(rounded(w, h, 9, 12), d, plastic(colour), 2.2, steps=6))
    paper = page(105, 140, "Chapter Nine", 26)
    tone = mix(colour, (128, 128, 128), 0.14)
    front = Sheet(w - 4, h - 4, (*colour, 255), pixels=1500).paste(paper.image, 6, 10, 104, h - 26)
    front.frame(6, 10, 104, h - 26, tone, 0.5).text(58, h - 10, "folianta", 5, tone, "mm")
    model.add(panel(w - 4, h - 4, d / 2 + 0.03, front.cut(7).image, lit=0.4), side=FRONT)
    for y in (20, -22):
        model.add(
            slab(rounded(7, 34, 3.5), 0, 1.2, plastic(lighter(colour, 0.08)), 0.6, 3, "front"),
            pose=move(w / 2 - 11, y, d / 2),
            side=FRONT,
        )
    return [turned(model, -22, lean=8)]


def studio_12(colour, tones):
    """The drawing tablet on its fold-out stand, with pen."""
    w, h, d = 291, 202, 8.2
    model = Model().add(body(rounded(w, h, 8, 12), d, matt(colour), 1.6, steps=5))
    front = Sheet(w - 4, h - 4, (20, 20, 22), pixels=1600).paste(
        drawing(w - 28, h - 26, tones).image, 18, 11, w - 34, h - 26, 1.5
    )
    for k in range(4):
        front.box(5.5, 60 + 20 * k, 5, 13, (58, 59, 63), 2.5)
    model.add(panel(w - 4, h - 4, d / 2 + 0.03, front.cut(7).image), side=FRONT)
    tilted = model.posed(pitch(58)).grounded()
    lift = (
        Model()
        .add(body(rounded(150, 70, 6), 3, matt(darker(colour, 0.3)), 0.8))
        .posed(pitch(-30))
        .grounded()
        .posed(move(0, 0, -52))
    )
    stylus = pen(158, 5.2, darker(colour, 0.35)).posed(yaw(8), move(40, 0, 122))
    return [lift.posed(yaw(-18)), tilted.posed(yaw(-18)), stylus.posed(yaw(-18))]
