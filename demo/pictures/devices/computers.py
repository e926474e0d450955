"""Laptops, desktop computers and monitors."""

import math

from studio.geometry import polygon
from studio.screens import desktop

from .parts import (
    FRONT,
    RIGHT,
    STEEL,
    Decal,
    Model,
    Sheet,
    anodised,
    body,
    chain,
    darker,
    disc,
    foot,
    lathe,
    lighter,
    matt,
    mix,
    move,
    on_right,
    on_top,
    panel,
    pitch,
    plastic,
    port,
    rounded,
    slab,
    sweep,
    turned,
    yaw,
)  # fmt: skip
from .phones import mark, pen

ROWS = ("`1234567890-=<", "\tqwertyuiop[]", "^asdfghjkl;'#", "_zxcvbnm,./^")


def deck(width, depth, colour, keys, *, block=False, touch=(0.36, 0.42), lit=None, round_keys=1.4):
    """The upper side of a laptop: keyboard, touch pad, loudspeaker holes."""
    sheet = Sheet(width, depth, (*colour, 255), pixels=2200)
    side = width * 0.055 if not block else width * 0.03
    top, rows_high = depth * 0.10, depth * 0.50
    sheet.box(side - 2, top - 2, width - 2 * side + 4, rows_high + 4, darker(colour, 0.18), 3)
    letters_wide = (width - 2 * side) * (0.78 if block else 1)
    key_rows(sheet, side, top, letters_wide, rows_high, keys, lit, round_keys)
    if block:
        key_grid(
            sheet,
            side + letters_wide + 3,
            top,
            width - side - letters_wide - side - 3,
            rows_high,
            keys,
            lit,
            round_keys,
        )
    pad_w, pad_h = width * touch[0], (depth - top - rows_high) * 0.78
    middle = side + letters_wide / 2 if block else width / 2
    pad_y = depth - pad_h - (depth - top - rows_high - pad_h) * 0.4
    sheet.box(middle - pad_w / 2, pad_y, pad_w, pad_h, mix(colour, (255, 255, 255), 0.05), 3)
    return sheet.frame(middle - pad_w / 2, pad_y, pad_w, pad_h, darker(colour, 0.22), 0.5, 3)


def key_rows(sheet, x, y, width, height, keys, lit, radius):
    """Six rows: function keys, four rows of letters, space bar."""
    unit, gap = width / 15, width / 15 * 0.11
    high = height / 5.6
    rows = [
        [15 / 14] * 14,
        [1] * 13 + [2],
        [1.5] + [1] * 12 + [1.5],
        [1.75] + [1] * 11 + [2.25],
        [2.25] + [1] * 10 + [2.75],
        [1.25, 1.25, 1.25, 6, 1.25, 1, 1, 1, 1],
    ]
    for number, row in enumerate(rows):
        top = y + (0 if number == 0 else high * (0.6 + number - 1))
        left = x
        for position, wide in enumerate(row):
            cell = (left + gap / 2, top + gap / 2, wide * unit - gap, (high * 0.6 if number == 0 else high) - gap)
            key_cap(sheet, cell, keys, legend(number, position), lit(number, position) if lit else None, radius)
            left += wide * unit


def key_grid(sheet, x, y, width, height, keys, lit, radius):
    high, wide = height / 5.6, width / 4
    for row in range(5):
        for column in range(4):
            label = ("/*-+", "789", "456", "123", "0,")[row][column : column + 1]
            cell = (x + column * wide + 0.6, y + high * (0.6 + row) + 0.6, wide - 1.2, high - 1.2)
            key_cap(sheet, cell, keys, label, lit(row, column) if lit else None, radius)


def legend(row, position):
    if row == 0 or row == 5:
        return ""
    text = ROWS[row - 1][position : position + 1]
    return text.upper() if text.isalnum() or text in ",.-#;" else ""


def key_cap(sheet, cell, keys, label, light, radius):
    x, y, w, h = cell
    if light:
        sheet.box(x - 0.5, y - 0.5, w + 1, h + 1, (*light, 150), radius)
    sheet.box(x, y, w, h, keys, radius).box(x + w * 0.06, y + h * 0.04, w * 0.88, h * 0.84, lighter(keys, 0.05), radius)
    ink = light or ((236, 238, 242) if sum(keys) < 380 else (70, 72, 78))
    if label:
        sheet.text(x + w / 2, y + h * 0.47, label, min(h * 0.40, 6), ink, "mm")


def laptop(
    width,
    depth,
    thick,
    colour,
    screen,
    keys,
    *,
    bezel=(5, 7, 9),
    opened=112,
    block=False,
    lit=None,
    metal=True,
    deck_colour=None,
    radius=9,
    ports="left",
    lid_mark=None,
    chin="",
):
    """A laptop around the origin, its hinge at the back."""
    material = anodised(colour) if metal else plastic(colour)
    base_h, lid_h = thick * 0.64, thick * 0.36
    base = Model().add(body(rounded(width, depth, radius, 10), base_h, material, min(2.4, base_h * 0.35), steps=5))
    top = deck(width - 3, depth - 3, deck_colour or mix(colour, (0, 0, 0), 0.03), keys, block=block, lit=lit)
    base.add(panel(width - 3, depth - 3, base_h / 2 + 0.03, top.cut(radius - 1).image, lit=0.55), side=FRONT)
    sides = Model()
    for k, (wide, high) in enumerate(((9, 3), (9, 3), (13, 5), (14, 5)) if ports == "many" else ((9, 3), (9, 3))):
        if high < base_h - 1.5:
            sides.add(port(wide, high), pose=move(-depth * 0.34 + k * 18))
    base.add(sides, pose=chain(on_right(width), pitch(0)), side=RIGHT)
    base = lying_deck(base)
    lid = Model().add(body(rounded(width, depth, radius, 10), lid_h, material, min(1.6, lid_h * 0.4), steps=5))
    glass = Sheet(width - 3, depth - 3, (12, 13, 15), pixels=2000)
    edge, above, below = bezel
    glass.paste(screen.image, edge, above, width - 3 - 2 * edge, depth - 3 - above - below, 1.5).dot(
        width / 2 - 1.5, above / 2, 1, (52, 56, 70)
    )
    if chin:
        glass.text(width / 2 - 1.5, depth - 3 - below / 2, chin, min(below * 0.5, 5), (128, 130, 136), "mm")
    lid.add(panel(width - 3, depth - 3, lid_h / 2 + 0.03, glass.shine(10, 0.55, 0.3).cut(radius - 1).image), side=FRONT)
    if lid_mark:
        lid.add(mark(lid_mark, 46, lighter(colour, 0.35)), pose=chain(move(z=lid_h / 2), yaw(180)), side=FRONT)
    raised = lid.posed(move(0, depth / 2 + 1, 0), pitch(opened - 90), move(0, base_h, -depth / 2 + lid_h))
    hinge = lathe(
        [(0, -width * 0.36), (base_h * 0.36, -width * 0.36), (base_h * 0.36, width * 0.36), (0, width * 0.36)],
        plastic(darker(colour, 0.5)),
        32,
    )
    barrel = Model().add(hinge.posed(chain(yaw(90), move(0, base_h * 0.9, -depth / 2 + 2))))
    return Model().add(barrel, raised, base)


def lying_deck(base):
    return base.posed(pitch(90)).grounded()


def shown(model, degrees=-24):
    return [turned(model, degrees)]


def airframe(colour, tones):
    keys = (34, 35, 39) if sum(colour) > 400 else (20, 22, 28)
    return laptop(
        296,
        206,
        12.9,
        colour,
        desktop("waves", tones, 284, 186, "none" if tones == "ice" else "photo"),
        keys,
        bezel=(4, 6, 6),
    )


def ledger_14():
    return laptop(
        315,
        223,
        18.5,
        (70, 72, 77),
        desktop("hills", "stone", 300, 190, "table"),
        (36, 37, 41),
        bezel=(7, 10, 14),
        ports="many",
        metal=False,
        chin="brennick",
    )


def ledger_16():
    return laptop(
        357,
        248,
        19.8,
        (78, 80, 86),
        desktop("bands", "night", 340, 214, "code"),
        (36, 37, 41),
        bezel=(6, 9, 13),
        block=True,
        ports="many",
        metal=True,
        chin="brennick",
    )


def rainbow(row, position):
    return mix(mix((255, 82, 60), (190, 84, 255), min(position / 14, 1)), (60, 190, 255), row / 8)


def gale():
    return laptop(
        358,
        268,
        25.9,
        (38, 39, 43),
        desktop("hills", "dusk", 342, 216, "game"),
        (20, 21, 24),
        bezel=(6, 9, 16),
        block=True,
        lit=rainbow,
        ports="many",
        metal=False,
        radius=6,
        chin="RAVENHOLT",
    )


def note_15():
    return laptop(
        359,
        236,
        19.9,
        (198, 201, 206),
        desktop("arcs", "mint", 340, 192, "text"),
        (52, 54, 59),
        bezel=(9, 12, 18),
        block=True,
        ports="many",
        metal=False,
        deck_colour=(206, 209, 213),
        chin="pelkor",
    )


def flip(colour, opened=112):
    return laptop(
        297,
        219,
        15.6,
        colour,
        desktop("orbs", "sand", 284, 190, "text"),
        (118, 106, 88),
        bezel=(6, 8, 12),
        opened=opened,
    )


def flip_with_pen(colour):
    laptop_model = turned(flip(colour), -24)
    stylus = pen(140, 4.2, darker(colour, 0.45)).posed(yaw(-12), move(60, 0, 190))
    return [laptop_model, stylus]


def tent(colour):
    """The convertible standing like a tent: screen towards the viewer, keyboard behind."""
    screen = desktop("hills", "sand", 284, 206, "none")
    lid = Model().add(body(rounded(297, 219, 9, 10), 5.6, anodised(colour), 1.4))
    glass = Sheet(294, 216, (12, 13, 15), pixels=1700).paste(screen.image, 6, 12, 282, 196, 1.5).shine(10)
    lid.add(panel(294, 216, 2.83, glass.cut(8).image), side=FRONT)
    base = Model().add(body(rounded(297, 219, 9, 10), 9.6, anodised(colour), 2))
    front = lid.posed(pitch(26)).grounded().posed(move(0, 0, 58))
    back = base.posed(pitch(-26)).grounded().posed(move(0, 0, -58))
    return [back.posed(yaw(-24)), front.posed(yaw(-24))]


def grille(width, height, colour, step=4.2, radius=1.3):
    """A plate full of round holes."""
    sheet = Sheet(width, height, (*colour, 255), pixels=1500)
    for row in range(int(height / step)):
        for column in range(int(width / step)):
            x = (column + 0.5 + (row % 2) / 2) * step
            if x < width - radius:
                sheet.dot(x, (row + 0.5) * step, radius, darker(colour, 0.75))
    return sheet


def tally_mini():
    w, h, d = 150, 38, 150
    colour = (74, 76, 81)
    model = Model().add(body(rounded(w, h, 7), d, plastic(colour), 2.4))
    front = Sheet(w - 6, h - 6, (*darker(colour, 0.35), 255), pixels=1200)
    for k in range(24):
        front.box(3 + k * 1.9, 4, 0.9, 24, (*darker(colour, 0.7), 255))
    front.text(130, 7, "brennick", 5.4, (206, 208, 212), "rm")
    model.add(panel(w - 6, h - 6, d / 2 + 0.05, front.cut(4).image, lit=0.5), side=FRONT)
    for x, size in ((-8, (9, 3.2)), (8, (9, 3.2)), (28, (13.4, 5.6))):
        model.add(port(*size, radius=None if size[0] < 10 else 0.6), pose=move(x, -6, d / 2 + 0.05), side=FRONT)
    model.add(
        disc(
            3.4,
            d / 2 + 0.2,
            Sheet(6.8, 6.8, pixels=160)
            .dot(3.4, 3.4, 3.4, (210, 212, 216))
            .dot(3.4, 3.4, 2.7, (40, 41, 45))
            .ring(3.4, 3.4, 1.3, (126, 206, 150), 0.5),
        ),
        pose=move(58, -6),
        side=FRONT,
    )
    lid = (
        Sheet(w - 10, d - 10, pixels=900)
        .fall(*finish_dark(colour))
        .text((w - 10) / 2, (d - 10) / 2, "brennick", 16, lighter(colour, 0.25), "mm")
        .cut(6)
    )
    model.add(panel(w - 10, d - 10, 0.05, lid.image, lit=0.5), pose=on_top(h), side=FRONT)
    return [turned(model, -28)]


def finish_dark(colour):
    return lighter(colour, 0.05), darker(colour, 0.06)


def tally_tower():
    w, h, d = 175, 365, 330
    colour = (40, 41, 45)
    model = Model().add(body(rounded(w, h, 6), d, plastic(colour), 2.5))
    front = Sheet(w - 8, h - 8, (*darker(colour, 0.2), 255), pixels=1700)
    front.box(10, 46, w - 28, 26, lighter(colour, 0.04), 2).frame(10, 46, w - 28, 26, darker(colour, 0.6), 0.8, 2).box(
        128, 56, 14, 3, (20, 20, 22), 1
    )
    for k in range(34):
        front.box(10, 118 + k * 6.6, w - 28, 3.0, darker(colour, 0.62))
    front.text(14, 94, "brennick", 12, (200, 202, 206), "lm")
    front.box(14, 14, 13, 5, (12, 12, 14), 0.8).box(32, 14, 13, 5, (12, 12, 14), 0.8).box(
        52, 15, 9, 3.4, (12, 12, 14), 1.7
    ).box(68, 15, 24, 3, (12, 12, 14), 0.6).dot(101, 16.5, 2.2, (12, 12, 14))
    front.dot(146, 18, 8, (58, 60, 64)).ring(146, 18, 4, (140, 212, 160), 1)
    model.add(panel(w - 8, h - 8, d / 2 + 0.05, front.cut(4).image, lit=0.5), side=FRONT)
    side = Sheet(d - 10, h - 10, pixels=900).fall(*finish_dark(colour))
    for k in range(9):
        side.box(60 + k * 9, 120, 4.5, 90, darker(colour, 0.5), 2)
    model.add(panel(d - 10, h - 10, 0.05, side.cut(4).image, lit=0.5), pose=on_right(w), side=FRONT)
    return [turned(model, -32)]


def fan(sheet, x, y, radius, glow):
    sheet.dot(x, y, radius, (16, 17, 20)).ring(x, y, radius, (70, 72, 80), 1.6).ring(
        x, y, radius * 0.94, (*glow, 255), 3.4
    )
    for k in range(9):
        a = math.radians(40 * k)
        b = a + 0.62
        tip = [(x + radius * 0.88 * math.cos(a + t * 0.3), y + radius * 0.88 * math.sin(a + t * 0.3)) for t in (0, 1)]
        sheet.shape(
            [
                (x + radius * 0.26 * math.cos(b), y + radius * 0.26 * math.sin(b)),
                *tip,
                (x + radius * 0.26 * math.cos(b + 0.5), y + radius * 0.26 * math.sin(b + 0.5)),
            ],
            (44, 46, 54),
        )
    return sheet.dot(x, y, radius * 0.27, (30, 31, 36)).ring(x, y, radius * 0.2, (*glow, 200), 1)


def keep(colour):
    """The gaming tower: mesh front, glass side with the inside lit."""
    w, h, d = 232, 470, 450
    glow = (255, 120, 70) if sum(colour) < 300 else (90, 170, 255)
    model = Model().add(body(rounded(w, h, 5), d, plastic(colour), 2.5))
    front = grille(w - 14, h - 50, darker(colour, 0.25), 9, 3.1)
    for k in range(3):
        front.glow((w - 14) / 2, 80 + k * 128, 66, glow, 120)
    model.add(panel(w - 14, h - 50, d / 2 + 0.05, front.cut(5).image, (0, -12), lit=0.3), side=FRONT)
    model.add(
        mark("RAVENHOLT", 54, lighter(colour, 0.5) if sum(colour) < 300 else (60, 62, 68)),
        pose=move(0, h / 2 - 18, d / 2),
        side=FRONT,
    )
    model.add(panel(d - 14, h - 24, 0.05, inside(d - 14, h - 24, glow).cut(5).image), pose=on_right(w), side=FRONT)
    top = grille(w - 50, d - 120, darker(colour, 0.2), 6, 2)
    model.add(panel(w - 50, d - 120, 0.05, top.cut(6).image, lit=0.4), pose=on_top(h), side=FRONT)
    return [turned(model, -48)]


def inside(width, height, glow):
    """What one sees through the glass side of a gaming tower."""
    sheet = Sheet(width, height, (20, 21, 25), pixels=1700)
    sheet.glow(width * 0.5, height * 0.4, width * 0.7, glow, 90)
    sheet.box(width * 0.22, height * 0.06, width * 0.60, height * 0.58, (30, 32, 38), 4).frame(
        width * 0.22, height * 0.06, width * 0.60, height * 0.58, (58, 60, 68), 1, 4
    )
    for k in range(4):
        sheet.box(width * 0.40 + k * 15, height * 0.12, 8, height * 0.25, (44, 46, 54), 1).box(
            width * 0.40 + k * 15, height * 0.12, 8, 10, glow, 1
        )
    fan(sheet, width * 0.60 + 28, height * 0.25, 56, glow)
    sheet.box(width * 0.18, height * 0.47, width * 0.64, height * 0.15, (38, 39, 45), 6).frame(
        width * 0.18, height * 0.47, width * 0.64, height * 0.15, (86, 88, 96), 1, 6
    )
    sheet.text(width * 0.5, height * 0.545, "R A V E N H O L T", 15, (*glow, 255), "mm").box(
        width * 0.18, height * 0.605, width * 0.64, 3, glow
    )
    sheet.box(0, height * 0.76, width, height * 0.24, (26, 27, 31)).line(
        [(0, height * 0.76), (width, height * 0.76)], (66, 68, 76), 1.2
    )
    for k in range(3):
        fan(sheet, width * 0.085, height * (0.14 + 0.25 * k), 48, glow)
    return sheet.shine(22, 0.35, 0.3)


def turret():
    w, h, d = 196, 372, 198
    colour = (64, 66, 71)
    model = Model().add(body(rounded(w, h, 16), d, plastic(colour), 6))
    for pose in (move(z=d / 2), on_right(w)):
        mesh = grille(w - 34, h - 60, darker(colour, 0.15), 7, 2.3)
        model.add(panel(w - 34, h - 60, 0.05, mesh.cut(8).image, lit=0.5), pose=pose, side=FRONT)
    model.add(mark("RAVENHOLT", 44, lighter(colour, 0.5)), pose=move(0, h / 2 - 17, d / 2), side=FRONT)
    for x in (-24, 0):
        model.add(port(9, 3.2), pose=move(x, -h / 2 + 16, d / 2), side=FRONT)
    ring = Sheet(12, 12, pixels=160).dot(6, 6, 6, (30, 31, 35)).ring(6, 6, 4.6, (120, 190, 255), 0.9)
    model.add(disc(6, 0.1, ring), pose=move(40, -h / 2 + 16, d / 2), side=FRONT)
    crown = grille(w - 60, d - 60, darker(colour, 0.3), 8, 2.8)
    model.add(panel(w - 60, d - 60, 0.05, crown.cut(10).image, lit=0.4), pose=on_top(h), side=FRONT)
    return [turned(model, -34)]


def display(width, height, depth, colour, screen, *, edge=(5, 5, 9), radius=3, metal=False, chin="", middle=0.0):
    """The flat part of a monitor, around its middle."""
    model = Model().add(
        body(
            rounded(width, height, radius + 1),
            depth,
            anodised(colour) if metal else plastic(colour),
            min(1.6, depth * 0.2),
        )
    )
    front = Sheet(width - 2, height - 2, (14, 15, 17), pixels=2200)
    side, top, bottom = edge
    front.paste(screen.image, side, top, width - 2 - 2 * side, height - 2 - top - bottom)
    if chin:
        front.box(0, height - 2 - bottom, width, bottom, (*(colour if metal else darker(colour, 0.1)), 255))
        ink = lighter(colour, 0.5) if sum(colour) < 380 else darker(colour, 0.5)
        front.text(width / 2, height - 2 - bottom / 2, chin, min(bottom * 0.5, 9), ink, "mm")
    return model.add(
        panel(width - 2, height - 2, depth / 2 + 0.05, front.shine(9, 0.6, 0.26).cut(radius).image), side=FRONT
    )


def stand(colour, width, depth, height, *, neck=(46, 12), metal=True, round_foot=False):
    """Foot and neck; the neck rises at the back third of the foot."""
    material = anodised(colour) if metal else plastic(colour)
    if round_foot:
        plate = Model().add(
            lathe([(0, 0), (width / 2, 0), (width / 2, 5), (width / 2 - 2, 7), (0, 7)], material).posed(pitch(90))
        )
    else:
        plate = foot(width, depth, 7, material, 10)
    pillar = (
        Model().add(body(rounded(neck[0], height, 4), neck[1], material, 2)).grounded().posed(move(0, 4, -depth * 0.16))
    )
    return Model().add(plate, pillar)


def monitor(
    width,
    height,
    depth,
    colour,
    screen,
    *,
    raised,
    foot_size=(240, 190),
    metal=False,
    edge=(6, 6, 16),
    chin="mirrane",
    degrees=-20,
    round_foot=False,
):
    support = stand(colour, *foot_size, raised + height * 0.45, metal=metal, round_foot=round_foot)
    flat = display(width, height, depth, colour, screen, edge=edge, metal=metal, chin=chin)
    placed = flat.posed(pitch(-2), move(0, raised + height / 2, depth))
    return [Model().add(support, placed).posed(yaw(degrees)).grounded()]


def clear_27(colour):
    return monitor(
        613,
        358,
        20,
        colour,
        desktop("waves", "fjord", 600, 336, "table"),
        raised=165,
        foot_size=(240, 200),
        metal=sum(colour) > 400,
        edge=(4, 4, 12),
    )


def clear_24():
    return monitor(
        540,
        318,
        24,
        (30, 31, 34),
        desktop("hills", "mint", 524, 296, "text"),
        raised=140,
        foot_size=(230, 230),
        edge=(6, 6, 18),
        round_foot=True,
    )


def sight():
    return monitor(
        605,
        350,
        16,
        (28, 29, 32),
        desktop("hills", "violet", 597, 336, "game"),
        raised=160,
        foot_size=(170, 150),
        edge=(4, 4, 12),
        chin="RAVENHOLT",
    )


def proof(colour):
    """The reference monitor with its hood."""
    w, h, d = 726, 425, 34
    hood = Model()
    black = matt((26, 27, 29))
    for side in (-1, 1):
        flap = slab(polygon([(0, -h / 2), (150, -h / 2 + 150), (150, h / 2), (0, h / 2)]), -2, 2, black, 0)
        hood.add(Model().add(flap).posed(yaw(-90), move(side * (w / 2 + 1), 2, d / 2)))
    lid = Model().add(slab(rounded(w + 6, 150, 1), -2, 2, black, 0)).posed(pitch(90), move(0, h / 2 + 2, d / 2 + 75))
    screen = desktop("hills", "sun", 714, 402, "photo")
    support = stand(colour, 300, 230, 160 + h * 0.45, neck=(70, 18))
    flat = display(w, h, d, colour, screen, edge=(6, 6, 17), chin="mirrane")
    left, right = hood.parts
    shell = Model().add(Model([left]).posed(move(0, 0, 0)), flat, Model([right]), lid)
    knob = Model().add(lathe([(0, 0), (34, 0), (34, 18), *arc_top(30, 20), (0, 24)], anodised(STEEL)).posed(pitch(90)))
    placed = shell.posed(move(0, 160 + h / 2, d))
    return [Model().add(support, placed).posed(yaw(-20)).grounded(), knob.grounded().posed(move(310, 0, 210))]


def arc_top(radius, height):
    return [(radius + 4 * math.cos(math.radians(a)), height + 4 * math.sin(math.radians(a))) for a in (0, 30, 60, 90)]


def span(colour):
    """The curved ultrawide: its face is laid on as narrow strips."""
    w, h, raised, bow = 817, 364, 165, 1500
    screen = desktop("waves", "dusk", 817, 342, "cut")
    front = Sheet(w, h, (14, 15, 17), pixels=2600).paste(screen.image, 5, 5, w - 10, h - 19)
    front.box(0, h - 14, w, 14, (*darker(colour, 0.1), 255)).text(
        w / 2, h - 7, "mirrane", 8, lighter(colour, 0.5) if sum(colour) < 380 else darker(colour, 0.5), "mm"
    )
    shell = sweep(curve(w, bow), [(-20, -h / 2), (0, -h / 2), (0, h / 2), (-20, h / 2)], plastic(colour), (0, 1, 0))
    model = Model().add(shell)
    points, strip = curve(w, bow, 60), front.image.width / 60
    for k in range(60):
        (x1, _, z1), (x2, _, z2) = points[k], points[k + 1]
        piece = front.image.crop((round(k * strip), 0, round((k + 1) * strip), front.image.height))
        model.add(
            Decal(
                [
                    (x1, h / 2, z1 + 0.2),
                    (x2 + 0.25, h / 2, z2 + 0.2),
                    (x2 + 0.25, -h / 2, z2 + 0.2),
                    (x1, -h / 2, z1 + 0.2),
                ],
                piece,
            )
        )
    support = stand(colour, 300, 230, raised + h * 0.45, neck=(64, 16))
    placed = model.posed(move(0, raised + h / 2, 34))
    return [Model().add(support, placed).posed(yaw(-16)).grounded()]


def curve(width, bow, steps=60):
    """Points from left to right on an arc that bends towards the viewer at its ends."""
    half = width / 2 / bow
    return [
        (bow * math.sin(a), 0, bow * (1 - math.cos(a))) for a in (half * (2 * i / steps - 1) for i in range(steps + 1))
    ]


def carry(colour, tones):
    w, h, d = 357, 242, 9
    model = (
        display(w, h, d, colour, desktop("orbs", tones, 347, 217, "plan"), edge=(4, 4, 12), metal=True, chin="mirrane")
        .posed(pitch(18))
        .grounded()
    )
    prop = (
        Model()
        .add(body(rounded(240, 130, 6), 4, anodised(darker(colour, 0.15)), 1))
        .posed(pitch(-32))
        .grounded()
        .posed(move(0, 0, -76))
    )
    return [Model().add(prop, model).posed(yaw(-22))]


def panorama():
    """The all-in-one: a thin display over a foot that holds the computer."""
    colour = (198, 202, 207)
    w, h = 616, 360
    box = Model().add(body(rounded(300, 46, 12), 190, anodised(colour), 5))
    cloth = Sheet(280, 34, (92, 95, 101), pixels=1200).grain(1.6, (140, 143, 150), 110).cut(8)
    box.add(panel(280, 34, 95.1, cloth.image, lit=0.4), side=FRONT)
    pillar = Model().add(body(rounded(90, 150, 6), 14, anodised(colour), 2)).posed(move(0, 110, -40))
    flat = display(w, h, 9, colour, desktop("waves", "coral", 604, 340, "none"), edge=(7, 7, 12), metal=True).posed(
        pitch(4), move(0, 322, -22)
    )
    return [Model().add(pillar, box.grounded(), flat).posed(yaw(-20)).grounded()]
