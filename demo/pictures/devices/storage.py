"""Drives, network storage, sticks and cards."""

from studio.geometry import polygon, roll, soften
from studio.sheet import Sheet

from .parts import (
    FRONT,
    RUBBER,
    STEEL,
    Model,
    anodised,
    body,
    chain,
    circle,
    darker,
    lighter,
    lying,
    matt,
    move,
    on_right,
    on_top,
    panel,
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

GOLD = (214, 176, 92)


def flint(colour):
    """The ribbed portable SSD, standing, with its short cable."""
    w, h, d = 54, 92, 12
    model = Model().add(body(rounded(w, h, 8, 10), d, anodised(colour), 2.2, steps=5))
    for k in range(11):
        model.add(
            slab(rounded(1.9, h - 22, 0.9, 4), 0, 1.0, anodised(lighter(colour, 0.06)), 0.4, 2, "front"),
            pose=move(-w / 2 + 7 + 4 * k, 3, d / 2),
            side=FRONT,
        )
    model.add(mark("granett", 17, lighter(colour, 0.6)), pose=move(0, -h / 2 + 5.4, d / 2), side=FRONT)
    model.add(port(9, 3.2), pose=chain(on_top(h), move(0, 0, 0)), side=FRONT)
    lead = [(34 + 30 * t, 3.2, 26 - 60 * t + 70 * t * t) for t in (i / 30 for i in range(31))]
    cord = Model().add(sweep(lead, circle(1.7, 14)(), matt(RUBBER), (0, 1, 0)))
    for end, turn in ((lead[0], 150), (lead[-1], -34)):
        plug = Model().add(
            body(rounded(8.2, 2.6, 1.3), 27, polished(STEEL), 0.3),
            body(rounded(10, 6.4, 2.4), 17, plastic(RUBBER), 1.6),
        )
        cord.add(plug, pose=chain(yaw(turn), move(*end)))
    return [turned(model, -26, lean=8), cord.grounded()]


def core():
    """The M.2 module, leaning: board, chips, label, gold contacts."""
    w, h = 22, 80
    board = Model().add(body(rounded(w, h, 0.6, 3), 0.9, matt((18, 34, 30)), 0))
    front = Sheet(w, h, (20, 30, 32), pixels=1600)
    for k in range(26):
        front.box(1.4 + (k * 7 % 19), 3 + (k * 11 % 70), 1.2, 0.6, (150, 130, 84, 200))
    front.box(1, h - 4.2, w - 2, 4.2, (20, 30, 32))
    for k in range(38):
        if not 28 <= k <= 31:
            front.box(1.3 + k * 0.51, h - 3.6, 0.34, 3.6, GOLD)
    front.dot(w / 2, 0, 2.6, (196, 170, 110)).dot(w / 2, 0, 1.8, (236, 238, 241))
    board.add(panel(w, h, 0.5, front.image, lit=0.3))
    for y, size in ((27, 15), (9, 15), (-9, 11)):
        board.add(
            slab(rounded(size if size > 11 else 11, size - 1, 0.4, 2), 0, 1.1, matt((26, 27, 30)), 0.2, 2, "front"),
            pose=move(0, y, 0.5),
        )
    label = Sheet(18.6, 58, (36, 37, 41), pixels=1100).box(0, 0, 18.6, 9, (178, 106, 62))
    label.text(9.3, 4.5, "granett", 4, (255, 248, 240), "mm").text(9.3, 22, "Core", 6.4, (240, 241, 243), "mm").text(
        9.3, 29.5, "NVMe SSD", 2.7, (180, 183, 190), "mm"
    )
    for k in range(16):
        label.box(3.2 + k * 0.78, 44, 0.2 + 0.14 * (k * 5 % 3), 7, (220, 222, 226))
    board.add(panel(18.6, 58, 1.75, label.cut(0.8).image, (0, 7), lit=0.3))
    return [turned(board.posed(roll(90)), -28, lean=22)]


def cellar():
    """The upright hard disk on its cork foot."""
    w, h, d = 48, 160, 136
    colour = (38, 39, 43)
    cork = Model().add(body(rounded(78, 16, 4), 150, matt((190, 142, 96)), 3)).grounded()
    cork_side = Sheet(150, 12, (190, 142, 96), pixels=700)
    for k in range(90):
        cork_side.dot((k * 37) % 150, (k * 17) % 12, 0.5 + (k % 3) * 0.3, (142, 98, 62, 150))
    model = Model().add(body(rounded(w, h, 8, 8), d, plastic(colour), 4, steps=5))
    side = Sheet(d - 14, h - 14, (*colour, 255), pixels=1300)
    for k in range(23):
        side.box(8, 10 + k * 5.8, d - 30, 2.4, darker(colour, 0.5), 1.2)
    model.add(panel(d - 14, h - 14, 0.1, side.cut(4).image, lit=0.6), pose=on_right(w), side=FRONT)
    front = Sheet(w - 12, h - 12, (*lighter(colour, 0.05), 255), pixels=1100).text(
        (w - 12) / 2, 14, "granett", 7.6, (206, 208, 212), "mm"
    )
    front.dot((w - 12) / 2, h - 30, 1.7, (120, 206, 150)).line([(6, 24), (w - 18, 24)], (90, 92, 98), 0.6)
    model.add(panel(w - 12, h - 12, d / 2 + 0.1, front.cut(4).image, lit=0.4), side=FRONT)
    return [Model().add(cork, model.grounded().posed(move(0, 12, 0))).posed(yaw(-34)).grounded()]


def shelf():
    """Two drawers, lamps and a key in front."""
    colour = (240, 240, 237)
    w, h, d = 112, 176, 210
    model = Model().add(body(rounded(w, h, 10, 8), d, plastic(colour), 5, steps=5))
    front = Sheet(w - 12, h - 12, (34, 35, 38), pixels=1500)
    for k in range(2):
        y = 12 + 66 * k
        front.box(6, y, w - 24, 60, (58, 60, 64), 4).frame(6, y, w - 24, 60, (90, 92, 97), 0.8, 4).box(
            12, y + 46, w - 36, 7, (34, 35, 38), 3.5
        )
        for j in range(13):
            front.box(14 + j * 5.6, y + 7, 2.6, 30, (40, 41, 45), 1.3)
        front.dot(w - 26, y + 49.5, 1.6, (120, 214, 150) if k == 0 else (110, 190, 240))
    front.text(10, h - 22, "granett", 8, (206, 208, 212), "lm").dot(w - 28, h - 22, 5, (70, 72, 77)).ring(
        w - 28, h - 22, 2.4, (120, 214, 150), 0.9
    )
    model.add(panel(w - 12, h - 12, d / 2 + 0.1, front.cut(6).image), side=FRONT)
    side = Sheet(d - 20, h - 20, (*colour, 0), pixels=900)
    for k in range(10):
        side.box(100 + k * 8, 96, 4, 46, (*darker(colour, 0.22), 255), 2)
    model.add(panel(d - 20, h - 20, 0.1, side.image, lit=0.4), pose=on_right(w), side=FRONT)
    return [turned(model, -34)]


def stick():
    """The metal stick with both plugs, lying; a second one closed."""
    metal = (190, 193, 198)
    outline = soften([(-24, -8.5), (20, -8.5), (26, -5), (26, 5), (20, 8.5), (-24, 8.5)], 3)
    ring = Model().add(slab(polygon(outline), -4, 4, anodised(metal), 1.6, 5))
    eye = (
        Sheet(11, 7, (0, 0, 0, 0), pixels=200)
        .box(0, 0, 11, 7, (58, 60, 64, 255), 3.5)
        .box(0.7, 0.9, 9.6, 5.6, (222, 224, 228, 255), 2.8)
    )
    ring.add(panel(11, 7, 4.05, eye.image, (-15, 0)))
    a_plug = Model().add(body(rounded(19, 12, 0.6, 3), 4.5, polished(STEEL), 0.4))
    a_plug.add(
        panel(3, 2.6, 2.3, Sheet(3, 2.6, (40, 41, 45), pixels=60).image, (1, 3)),
        panel(3, 2.6, 2.3, Sheet(3, 2.6, (40, 41, 45), pixels=60).image, (1, -3)),
    )
    c_plug = Model().add(body(rounded(13, 8.3, 2, 6), 2.6, polished(STEEL), 0.9))
    model = Model().add(c_plug, pose=move(-29, 0, 0)).add(a_plug, pose=move(34, 0, 0)).add(ring)
    back = lying(model).posed(yaw(152), move(6, 0, -34))
    named = Model().add(model, mark("granett 256", 22, (92, 94, 99)).posed(move(8, 0, 4.05)))
    return [back, lying(named).posed(yaw(-24), move(-4, 0, 6))]


def sd_card(colour, label, size=(24, 32), speed="V90", lines=("300 MB/s", "SDXC II")):
    w, h = size
    outline = soften(
        [(-w / 2, -h / 2), (w / 2, -h / 2), (w / 2, h / 2 - 4), (w / 2 - 4, h / 2), (-w / 2, h / 2)], 1.0, 3
    )
    model = Model().add(slab(polygon(outline), -1.05, 1.05, plastic((32, 33, 37)), 0.3, 2))
    front = Sheet(w - 3, h - 5, pixels=900).fall(lighter(colour, 0.1), darker(colour, 0.2))
    front.text(1.8, 3.4, "granett", 3.2, (255, 255, 255), "lm").text(1.8, 12.5, label, 8.2, (255, 255, 255), "lm").text(
        w * 0.66, 13.6, "GB", 3, (255, 255, 255), "lm"
    )
    front.text(1.8, 20, lines[0], 2.3, (236, 240, 246), "lm").text(
        1.8, 23.4, lines[1], 2.3, (236, 240, 246), "lm"
    ).text(w - 5, 22, speed, 4, (255, 255, 255), "rm")
    return model.add(panel(w - 3, h - 5, 1.1, front.shine(24).cut(0.8).image, (0, -0.4), lit=0.3), side=FRONT)


def sd_cards(colour):
    return [
        turned(sd_card(darker(colour, 0.35), "256"), -14, x=-24, z=-12, lean=12),
        turned(sd_card(colour, "128"), -26, x=2, z=0, lean=12),
        turned(sd_card(lighter(colour, 0.2), "64"), -34, x=27, z=14, lean=12),
    ]


def micro(colour):
    w, h = 11, 15
    outline = soften(
        [
            (-w / 2, -h / 2),
            (w / 2, -h / 2),
            (w / 2, h / 2 - 5),
            (w / 2 - 1.2, h / 2 - 6),
            (w / 2 - 1.2, h / 2),
            (-w / 2, h / 2),
        ],
        0.5,
        3,
    )
    model = Model().add(slab(polygon(outline), -0.45, 0.45, plastic((28, 29, 32)), 0.1, 2))
    front = Sheet(w - 2.2, h - 2, pixels=700).fall(lighter(colour, 0.12), darker(colour, 0.15))
    front.text(0.9, 2, "granett", 1.7, (255, 255, 255), "lm").text(0.9, 6.4, "128", 3.9, (255, 255, 255), "lm").text(
        0.9, 10, "GB  A2  V30", 1.25, (240, 244, 246), "lm"
    )
    return model.add(panel(w - 2.2, h - 2, 0.5, front.cut(0.5).image, (-0.5, -0.2), lit=0.3), side=FRONT)


def micro_with_adapter(colour):
    w, h = 24, 32
    outline = soften(
        [(-w / 2, -h / 2), (w / 2, -h / 2), (w / 2, h / 2 - 4), (w / 2 - 4, h / 2), (-w / 2, h / 2)], 1.0, 3
    )
    adapter = Model().add(slab(polygon(outline), -1.05, 1.05, plastic((40, 41, 45)), 0.3, 2))
    front = (
        Sheet(w - 3, h - 5, (56, 58, 63), pixels=800)
        .text(1.8, 3.4, "granett", 3, (230, 232, 236), "lm")
        .text(1.8, 8.6, "microSD adapter", 2.2, (190, 193, 200), "lm")
    )
    front.box(4.6, 13.5, 12, 13.5, (20, 21, 24), 0.8)
    adapter.add(panel(w - 3, h - 5, 1.1, front.cut(0.8).image, (0, -0.4), lit=0.3), side=FRONT)
    return [turned(adapter, -22, x=-5, z=-6, lean=12), turned(micro(colour), -22, x=14, z=9, lean=14)]
