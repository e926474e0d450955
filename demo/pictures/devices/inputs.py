"""Keyboards and mice."""

import math

from studio.geometry import bow, roll, squircle
from studio.solids import Line, Mesh, ellipsoid, rings_to_faces, surface

from .parts import (
    Model,
    Sheet,
    anodised,
    chain,
    darker,
    glossy,
    lathe,
    matt,
    mix,
    move,
    panel,
    pitch,
    plastic,
    rounded,
    slab,
    yaw,
)  # fmt: skip

UNIT = 19.05
LETTERS = ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./")


def cap(wide, deep, height, colour, slope=2.6):
    """A key cap: wider below than above, its top towards +z."""
    low = rounded(wide, deep, 1.6, 3)()
    high = [
        (x * (wide - 2 * slope) / wide, y * (deep - 2 * slope) / deep + 0.6) for x, y in rounded(wide, deep, 3.0, 3)()
    ]
    rings = [
        [(x, y, 0) for x, y in low],
        [(x, y, height - 0.8) for x, y in high],
        [(x * 0.95, y * 0.95, height) for x, y in high],
    ]
    return Mesh([*rings_to_faces(rings), rings[-1]], matt(colour))


def rows_75():
    """Widths and kinds of a compact board, row by row: a letter, "" for a plain key, None for a gap."""
    fn = (
        [(1, "esc", "accent")]
        + [(1, f"F{k}", "dark" if 5 <= k <= 8 else "light") for k in range(1, 13)]
        + [(1, "", "dark"), (1, "", "dark")]
    )
    number = [(1, k, "light") for k in "`" + LETTERS[0]] + [(2, "back", "dark"), (1, "home", "dark")]
    q = [(1.5, "tab", "dark")] + [(1, k, "light") for k in LETTERS[1]] + [(1.5, "", "dark"), (1, "up", "dark")]
    a = (
        [(1.75, "caps", "dark")]
        + [(1, k, "light") for k in LETTERS[2]]
        + [(2.25, "enter", "accent"), (1, "dn", "dark")]
    )
    z = (
        [(2.25, "shift", "dark")]
        + [(1, k, "light") for k in LETTERS[3]]
        + [(1.75, "shift", "dark"), (1, "^", "dark"), (1, "end", "dark")]
    )
    space = [
        (1.25, "ctrl", "dark"),
        (1.25, "", "dark"),
        (1.25, "alt", "dark"),
        (6.25, "", "light"),
        (1, "fn", "dark"),
        (1, "", "dark"),
        (1, "ctrl", "dark"),
        (1, "<", "dark"),
        (1, "v", "dark"),
        (1, ">", "dark"),
    ]
    return [fn, number, q, a, z, space]


def rows_tkl(block=False):
    """Without or with the number block; fourth row's dark keys stand apart at the right."""
    gap = (0.5, None, "")
    plain = [(1, "", "dark")] * 3
    fn = [
        (1, "esc", "accent"),
        gap,
        *[(1, f"F{k}", "dark" if 5 <= k <= 8 else "light") for k in range(1, 13)],
        (1.5, None, ""),
        gap,
        *plain,
    ]
    number = [(1, k, "light") for k in "`" + LETTERS[0]] + [(2, "back", "dark"), gap, *plain]
    q = [(1.5, "tab", "dark")] + [(1, k, "light") for k in LETTERS[1]] + [(1.5, "", "dark"), gap, *plain]
    a = (
        [(1.75, "caps", "dark")]
        + [(1, k, "light") for k in LETTERS[2]]
        + [(2.25, "enter", "accent"), gap, (3, None, "")]
    )
    z = (
        [(2.25, "shift", "dark")]
        + [(1, k, "light") for k in LETTERS[3]]
        + [(2.75, "shift", "dark"), gap, (1, None, ""), (1, "^", "dark"), (1, None, "")]
    )
    space = [
        (1.25, "ctrl", "dark"),
        (1.25, "", "dark"),
        (1.25, "alt", "dark"),
        (6.25, "", "light"),
        (1.25, "alt", "dark"),
        (1.25, "fn", "dark"),
        (1.25, "", "dark"),
        (1.25, "ctrl", "dark"),
        gap,
        (1, "<", "dark"),
        (1, "v", "dark"),
        (1, ">", "dark"),
    ]
    rows = [fn, number, q, a, z, space]
    if not block:
        return rows
    pads = [
        [(1, "", "dark")] * 4,
        *[[(1, k, "light") for k in row] for row in ("/*-+", "789+", "456+", "1230", "0,==")],
    ]
    return [[*row, gap, *pad] for row, pad in zip(rows, pads, strict=True)]


def keys(rows, tones, *, height=8.5, gap=1.0, slope=2.6, ink=None, lit=None):
    """All key caps around the middle, and their legends on one sheet above them."""
    wide = max(sum(key[0] for key in row) for row in rows) * UNIT
    deep = len(rows) * UNIT
    legends = Sheet(wide, deep, (255, 255, 255, 0), pixels=2600)
    model = Model()
    for number, row in enumerate(rows):
        x, y = 0.0, number * UNIT
        for units, label, kind in row:
            w = units * UNIT
            if label is not None:
                tone = tones[kind]
                centre = (x + w / 2 - wide / 2, deep / 2 - y - UNIT / 2)
                model.add(cap(w - gap, UNIT - gap, height, tone, slope), pose=move(*centre))
                colour = lit(number, x / wide) if lit else ink or ((238, 240, 242) if sum(tone) < 380 else (52, 54, 60))
                words = label.upper() if len(label) == 1 else label
                size = (5.4 if len(words) == 1 else 3.3) * (1.35 if lit else 1)
                legends.text(
                    x + w / 2,
                    y + UNIT / 2 - 0.6,
                    words,
                    size,
                    (*colour, 255),
                    "mm",
                )
            x += w
    top = panel(wide, deep, height + 0.1, legends.image)
    return model, top, wide, deep


def board(
    rows,
    tones,
    case,
    *,
    rim=7,
    depth=17,
    metal=True,
    lit=None,
    height=8.5,
    slope=2.6,
    extra=0,
    under=None,
    flat=False,
    gap=1.0,
    front=0.0,
):
    """A keyboard with its caps, lying flat."""
    caps, legends, wide, deep = keys(rows, tones, height=height, lit=lit, slope=slope, gap=gap)
    w, d = wide + 2 * rim, deep + 2 * rim + extra
    shell = anodised(case) if metal else plastic(case)
    model = Model().add(slab(rounded(w, d, 6 if not flat else 9, 8), -depth, 0, shell, 2.2, 4))
    well = Sheet(wide + 3, deep + 3, (*(under or darker(case, 0.55)), 255), pixels=900)
    if lit:
        for k in range(16):
            well.glow(wide * (k + 0.5) / 16, deep / 2, deep * 0.8, lit(2, k / 16), 150)
    shift = move(0, -extra / 2 + front, 0)
    model.add(panel(wide + 3, deep + 3, 0.05, well.cut(3).image), pose=shift)
    model.add(caps, pose=shift).add(legends, pose=shift)
    return model, w, d


def put(model, degrees=-26, tilt=5):
    return [model.posed(pitch(90 - tilt)).grounded().posed(yaw(degrees)).grounded()]


def serif(colour):
    if sum(colour) > 450:
        tones = {"light": (236, 228, 210), "dark": (196, 176, 146), "accent": (196, 96, 62)}
        case = (206, 190, 162)
    else:
        tones = {"light": (92, 95, 101), "dark": (58, 60, 65), "accent": (126, 176, 160)}
        case = (70, 72, 77)
    model, _, _ = board(rows_75(), tones, case)
    return put(model)


def folio(colour):
    if sum(colour) > 600:
        tones, case, under = (
            {"light": (248, 248, 246), "dark": (236, 237, 236), "accent": (236, 237, 236)},
            (216, 218, 221),
            (196, 198, 202),
        )
    else:
        tones, case, under = (
            {"light": (58, 60, 65), "dark": (50, 52, 56), "accent": (50, 52, 56)},
            (96, 99, 105),
            (44, 45, 49),
        )
    model, _, _ = board(
        rows_tkl(True), tones, case, rim=6, depth=7, height=2.4, slope=0.7, under=under, flat=True, gap=2.0
    )
    return put(model, -26, 6)


def rainbow(row, share):
    return mix(mix((255, 92, 66), (255, 190, 80), min(share * 2, 1)), (110, 130, 255), max(0, share * 2 - 1))


def anvil():
    tones = dict.fromkeys(("light", "dark", "accent"), (38, 39, 43))
    model, w, d = board(rows_tkl(), tones, (30, 31, 34), lit=rainbow, extra=16, depth=18, metal=True, front=0)
    wheel = Model().add(
        lathe(
            [(0, -26), (9, -26), (10, -25), (10, 25), (9, 26), (0, 26)],
            anodised((120, 122, 128)),
            60,
            lambda i, k: (70, 72, 78) if i % 2 and k == 2 else None,
        )
    )
    model.add(wheel.posed(yaw(90)), pose=move(w / 2 - 42, d / 2 - 10, 1))
    model.add(
        panel(
            60,
            8,
            0.1,
            Sheet(60, 8, (0, 0, 0, 0), pixels=500).text(0, 4, "RAVENHOLT", 5, (170, 173, 178, 255), "lm").image,
            (-w / 2 + 40, d / 2 - 10),
        )
    )
    rest = Model().add(slab(rounded(w, 78, 12, 10), -18, -4, matt((34, 35, 38)), 6, 6), pose=move(0, -d / 2 - 44))
    return put(Model().add(model, rest))


def wings():
    """The split board: two halves turned outwards, with wooden rests."""
    tones = {"light": (52, 54, 58), "dark": (40, 41, 45), "accent": (196, 96, 62)}
    left_rows = [
        [(1, k, "light") for k in "`12345"],
        [(1, "tab", "dark"), *[(1, k, "light") for k in "qwert"]],
        [(1, "esc", "accent"), *[(1, k, "light") for k in "asdfg"]],
        [(1, "shift", "dark"), *[(1, k, "light") for k in "zxcvb"]],
        [(1, None, ""), (1, "", "dark"), (1, "fn", "dark"), (1.5, "", "light"), (1.5, "space", "accent")],
    ]
    right_rows = [
        [(1, k, "light") for k in "67890-"],
        [*[(1, k, "light") for k in "yuiop"], (1, "back", "dark")],
        [*[(1, k, "light") for k in "hjkl;"], (1, "enter", "accent")],
        [*[(1, k, "light") for k in "nm,./"], (1, "shift", "dark")],
        [(1.5, "space", "accent"), (1.5, "", "light"), (1, "fn", "dark"), (1, "", "dark"), (1, None, "")],
    ]
    halves = Model()
    for rows, side in ((left_rows, -1), (right_rows, 1)):
        half, w, d = board(rows, tones, (34, 35, 38), rim=7, depth=14, metal=False)
        wood = Model().add(
            slab(rounded(w - 4, 60, 16, 10), -14, 0, plastic((190, 140, 92)), 5, 6), pose=move(0, -d / 2 - 36)
        )
        halves.add(Model().add(half, wood).posed(roll(side * 12), move(side * 86, 0)))
    return put(halves, -16, 6)


def dome(length, width, height, *, power=2.4, back=0.62, waist=0.0, front_drop=1.0, lean=0.0):
    """The shell of a mouse: an outline on the ground and a back higher towards the hand; z is up, y points forwards."""

    def point(u, v):
        a = 2 * math.pi * u
        x, y = bow(math.cos(a), power), bow(math.sin(a), power)
        k = math.cos(math.pi / 2 * v) ** 0.72
        pinch = 1 - waist * math.cos(math.pi * min(1, abs(y * k))) if waist else 1
        px, py = width / 2 * x * k * pinch, length / 2 * y * k
        t = py / length + 0.5
        ridge = 1 - front_drop * abs(t - (1 - back)) ** 1.9
        z = height * math.sin(math.pi / 2 * v) ** 0.9 * ridge
        return (px + lean * z, py, z)

    return point


def on_dome(point, x_share, start, end, steps=40, rise=0.25):
    """A line over the shell at a fixed share of its width, from front to back (shares of its length)."""
    return [lifted(point, x_share, start + (end - start) * i / steps, rise) for i in range(steps + 1)]


def lifted(point, x_share, t, rise=0.25):
    """The point of the shell above a place given by shares from -1 to 1."""
    angle = math.atan2(t, x_share)
    reach = min(1.0, math.hypot(t, x_share))
    v = 2 / math.pi * math.acos(min(1, reach ** (1 / 0.72)))
    x, y, z = point((angle / (2 * math.pi)) % 1, v)
    return (x, y, z + rise)


def mouse_shell(point, colour, material=None):
    shell = surface(point, 240, 100, material or matt(colour))
    return Model().add(shell)


def lift(model, degrees):
    """From z-up to standing on the ground, turned."""
    return [model.posed(pitch(90), yaw(degrees)).grounded()]


def pebble(colour):
    point = dome(104, 62, 36, back=0.58, front_drop=1.2)
    model = mouse_shell(point, colour, plastic(colour))
    seam = darker(colour, 0.5)
    model.add(Line(on_dome(point, 0.0, 0.99, 0.12), seam, 0.7))
    cross_line = [lifted(point, x / 20, 0.10 - 0.05 * abs(x / 20)) for x in range(-19, 20)]
    model.add(Line(cross_line, seam, 0.5))
    model.add(scroll((58, 60, 64), seated(point, 0.60), 8.5, 6.5))
    return lift(model, 152)


def seated(point, height, sunk=7.2):
    """Where a wheel's axis lies so that a third of it looks out of the shell's front."""
    x, y, z = point(0.25, height)
    return (x, y - sunk * 0.55, z - sunk * 0.8)


def scroll(colour, place, radius=9.5, wide=7):
    wheel = lathe(
        [
            (0, -wide / 2),
            (radius - 1, -wide / 2),
            (radius, -wide / 2 + 1),
            (radius, wide / 2 - 1),
            (radius - 1, wide / 2),
            (0, wide / 2),
        ],
        matt(colour),
        60,
        lambda i, k: darker(colour, 0.45) if k == 2 and i % 2 else None,
    )
    return Model().add(wheel, pose=chain(yaw(90), move(*place)))


def dart(colour):
    point = dome(122, 62, 36, power=2.7, back=0.56, waist=0.06, front_drop=1.5)
    model = mouse_shell(point, colour)
    seam = (255, 120, 70) if sum(colour) < 300 else (120, 124, 132)
    model.add(Line(on_dome(point, 0.0, 0.99, 0.30), darker(colour, 0.6), 1.4))
    model.add(Line([lifted(point, -0.9 * k / 24, 0.28 - 0.34 * k / 24) for k in range(25)], darker(colour, 0.5), 0.6))
    model.add(scroll((40, 41, 45), seated(point, 0.58), 8.5, 6))
    logo = [lifted(point, x, y, 0.4) for x, y in ((-0.20, -0.30), (0, 0.02), (0.20, -0.30))]
    model.add(Line(logo, seam, 2.2))
    return lift(model, 148)


def upright():
    """The vertical mouse: a ridge that leans to the left, the buttons on its right flank."""
    colour, keys = (36, 37, 41), (66, 68, 73)

    def point(u, v):
        a = 2 * math.pi * u
        x, y = bow(math.cos(a), 2.5), bow(math.sin(a), 2.5)
        k = math.cos(math.pi / 2 * v) ** 0.62
        z = 72 * math.sin(math.pi / 2 * v) ** 0.95 * (1 - 0.30 * (y * k + 0.15) ** 2)
        return (32 * x * k * (1 + 0.12 * (1 - v)) - 22 * math.sin(math.pi / 2 * v), 55 * y * k, z)

    def button_zone(u, v):
        return keys if 0.015 < u < 0.225 and 0.20 < v < 0.80 else None

    model = Model().add(slab(squircle(80, 118, 2.6), -2, 3, plastic((58, 60, 64)), 1.5, 4))
    model.add(surface(point, 240, 110, matt(colour), tint=button_zone))
    seam = [point(0.245 - 0.245 * k / 40, 0.46 + 0.02 * math.sin(k / 8)) for k in range(41)]
    model.add(Line([(x + 0.3, y, z + 0.2) for x, y, z in seam], (24, 25, 28), 0.9))
    x, y, z = point(0.12, 0.46)
    model.add(scroll((196, 96, 62), (0, 0, 0), 9, 6.5), pose=chain(yaw(52), move(x - 3.6, y - 1.2, z - 2.6)))
    return lift(model, 208)


def orb():
    """The trackball: a low body with a red ball in a ring."""
    point = dome(132, 118, 34, power=2.6, back=0.5, front_drop=0.7)
    model = mouse_shell(point, (84, 87, 93), matt((84, 87, 93)))
    for side in (-1, 1):
        model.add(
            Line([lifted(point, side * (0.42 + 0.004 * k), 0.93 - 0.047 * k) for k in range(37)], (44, 45, 49), 0.8)
        )
    model.add(Line([lifted(point, x / 20, -0.52 + 0.04 * abs(x / 20)) for x in range(-9, 10)], (44, 45, 49), 0.8))
    ring = lathe(
        [(34, 0), (34, 6), (32, 8), (27, 8), (24, 3)],
        anodised((52, 54, 58)),
        120,
        lambda i, k: (34, 35, 38) if k == 0 and i % 3 == 0 else None,
    )
    model.add(ring, pose=move(0, 8, 28))
    model.add(ellipsoid(46, 46, 46, glossy((178, 44, 42))), pose=move(0, 8, 36))
    return lift(model, 152)
