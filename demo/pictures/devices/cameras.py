"""Cameras."""

import math

from studio.geometry import polygon, soften
from studio.screens import wallpaper

from .parts import (
    FRONT,
    RIGHT,
    STEEL,
    Model,
    Sheet,
    anodised,
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
    on_back,
    on_right,
    on_top,
    panel,
    pitch,
    plastic,
    polished,
    rounded,
    slab,
    turned,
)  # fmt: skip
from .phones import mark


def coated(radius, tint=(96, 70, 150), second=(40, 120, 130)):
    """The front element of a large lens with its coloured reflections."""
    s = Sheet(2 * radius, 2 * radius, (8, 9, 12), pixels=900)
    r = radius
    for k in range(5):
        s.ring(r, r, r * (0.98 - 0.09 * k), (36 + 6 * k, 37 + 6 * k, 41 + 6 * k), r * 0.02)
    s.dot(r, r, r * 0.62, (14, 16, 26)).dot(r, r, r * 0.44, (22, 24, 44)).dot(r, r, r * 0.24, (8, 8, 14))
    s.glow(r * 0.72, r * 0.68, r * 0.62, tint, 190).glow(r * 1.26, r * 1.28, r * 0.5, second, 170)
    s.dot(r * 0.70, r * 0.62, r * 0.10, (232, 236, 250, 225)).dot(r * 1.22, r * 1.30, r * 0.045, (200, 220, 230, 180))
    return s


def ribbed(radius, back, front, colour, count=72, material=None):
    """A rubber ring with ribs."""

    def tint(i, k):
        return darker(colour, 0.45) if i % 3 == 0 and k == 1 else None

    profile = [(radius - 1, back), (radius, back), (radius, front), (radius - 1, front)]
    return lathe(profile, material or matt(colour), count * 2, tint)


def objective(radius, length, colour=(32, 33, 36), ring=None, words="24–70", reach=0.78):
    """A camera lens that grows out of z = 0."""
    barrel = plastic(colour)
    model = Model().add(
        lathe(
            [(radius * 0.92, 0), (radius * 0.92, length * 0.16), (radius, length * 0.2), (radius, length * 0.32)],
            barrel,
        )
    )
    model.add(ribbed(radius * 1.02, length * 0.30, length * 0.52, (30, 31, 33)))
    model.add(lathe([(radius, length * 0.52), (radius, length * 0.58)], barrel))
    if ring:
        model.add(lathe([(radius * 1.01, length * 0.575), (radius * 1.01, length * 0.60)], polished(ring)))
    model.add(ribbed(radius * 1.02, length * 0.60, length * 0.84, (26, 27, 29), 90))
    model.add(
        lathe(
            [
                (radius, length * 0.84),
                (radius * 1.04, length * 0.88),
                (radius * 1.04, length * 0.98),
                (radius * 1.0, length),
                (radius * 0.94, length),
                (radius * 0.90, length * 0.96),
                (radius * reach, length * 0.93),
            ],
            barrel,
        )
    )
    return model.add(disc(radius * (reach + 0.01), length * 0.93, coated(radius * (reach + 0.01))), side=FRONT)


def wheel(radius, height, colour, ribs=48, top=None):
    """A dial on the upper side, its axis upwards after on_top."""

    def tint(i, k):
        return darker(colour, 0.4) if k == 1 and i % 2 else None

    return Model().add(
        lathe(
            [(radius - 0.4, 0), (radius, 0), (radius, height - 0.6), (radius - 0.6, height), (0, height)],
            anodised(colour),
            ribs * 2,
            tint,
        )
    )


def leather(width, height, colour=(30, 31, 33)):
    return Sheet(width, height, (*colour, 255), pixels=1200).grain(1.1, lighter(colour, 0.22), 90)


def k7(colour):
    """The full-frame camera: hump in the middle, deep grip, three dials."""
    d = 42
    hump = soften(
        [(-69, -49), (69, -49), (69, 24), (60, 28), (22, 28), (16, 47), (-16, 47), (-22, 28), (-62, 28), (-69, 22)], 5
    )
    two_tone = sum(colour) > 400
    model = Model()
    tops = Model()
    for x, r, high in ((42, 10, 9), (-44, 11, 8), (61, 6, 5)):
        tops.add(
            wheel(r, high, (60, 61, 65) if not two_tone else (176, 179, 184)), pose=chain(pitch(90), move(x, 26, -2))
        )
    tops.add(
        Model().add(lathe([(0, 0), (5, 0), (5, 3), (4, 4.5), (0, 4.5)], polished((70, 71, 75)), 40)),
        pose=chain(pitch(90), move(57, 26, 15)),
    )
    model.add(tops)
    model.add(body(polygon(hump), d, plastic(colour) if not two_tone else anodised(colour), 3.4, steps=5))
    skin = leather(132, 62)
    model.add(panel(132, 62, d / 2 + 0.1, skin.cut(6).image, (0, -15), lit=0.6), side=FRONT)
    model.add(
        mark("KAIMORI", 26, (236, 236, 232) if not two_tone else (50, 51, 54)),
        pose=move(0, 36, d / 2 + 0.2),
        side=FRONT,
    )
    model.add(body(rounded(30, 70, 12), 26, matt((32, 33, 36)), 11, steps=8), pose=move(-52, -10, d / 2), side=FRONT)
    model.add(lathe([(33, 0), (33, 3), (30, 5), (24, 5)], polished(STEEL)), pose=move(8, -12, d / 2), side=FRONT)
    model.add(objective(33, 88, ring=(176, 60, 48)), pose=move(8, -12, d / 2 + 3), side=FRONT)
    return [turned(model, 26)]


def k3(colour):
    """The small one: flat top, finder in the corner, short lens."""
    w, h, d = 118, 70, 30
    two_tone = sum(colour) > 400
    model = Model()
    tops = Model()
    for x, r, high in ((20, 9, 6), (41, 8, 5)):
        tops.add(wheel(r, high, (168, 171, 176) if two_tone else (58, 59, 63)), pose=chain(pitch(90), move(x, 34, 0)))
    tops.add(
        Model().add(lathe([(0, 0), (4.6, 0), (4.6, 2), (3.8, 3.4), (0, 3.4)], polished(STEEL), 40)),
        pose=chain(pitch(90), move(-38, 34, 3)),
    )
    model.add(tops)
    model.add(body(rounded(w, h, 12, 12), d, anodised(colour) if two_tone else plastic(colour), 3.6, steps=6))
    model.add(panel(w - 6, 42, d / 2 + 0.1, leather(w - 6, 42).cut(5).image, (0, -7), lit=0.6), side=FRONT)
    window = (
        Sheet(16, 11, pixels=300)
        .box(0, 0, 16, 11, (14, 15, 18), 2.5)
        .box(1.2, 1.2, 13.6, 8.6, (46, 58, 84), 1.8)
        .shine(70)
    )
    model.add(panel(16, 11, d / 2 + 0.2, window.image, (44, 24)), side=FRONT)
    model.add(
        mark("KAIMORI", 20, (40, 41, 44) if two_tone else (226, 226, 222)), pose=move(-6, 25, d / 2 + 0.2), side=FRONT
    )
    model.add(lathe([(26, 0), (26, 3), (24, 4), (20, 4)], polished(STEEL)), pose=move(4, -5, d / 2), side=FRONT)
    model.add(
        objective(25, 30, colour=(36, 37, 40) if not two_tone else (170, 173, 178), ring=(60, 120, 190)),
        pose=move(4, -5, d / 2 + 3),
        side=FRONT,
    )
    return [turned(model, 26)]


def far_60():
    """The superzoom: a deep grip and a lens drawn out in three steps."""
    colour = (36, 37, 40)
    d = 40
    shape = soften([(-64, -46), (64, -46), (64, 18), (54, 24), (30, 24), (22, 44), (-14, 44), (-22, 24), (-64, 22)], 7)
    model = Model()
    model.add(wheel(11, 8, (58, 59, 63)), pose=chain(pitch(90), move(46, 21, 0)))
    model.add(
        Model().add(lathe([(0, 0), (6, 0), (6, 5), (5, 6), (0, 6)], polished((70, 71, 75)), 40)),
        pose=chain(pitch(90), move(-48, 20, 16)),
    )
    model.add(body(polygon(shape), d, plastic(colour), 5, steps=6))
    model.add(body(rounded(36, 74, 15), 40, matt((30, 31, 34)), 15, steps=8), pose=move(-46, -8, d / 2 + 2), side=FRONT)
    model.add(mark("KAIMORI", 22, (230, 230, 226)), pose=move(4, 33, d / 2 + 0.2), side=FRONT)
    barrel = Model().add(lathe([(37, 0), (37, 34)], plastic((40, 41, 44))), ribbed(37.6, 10, 26, (26, 27, 29), 90))
    barrel.add(
        lathe([(37, 34), (35, 36), (33, 36), (33, 62)], plastic((46, 47, 51))),
        lathe(
            [(33, 62), (31, 63), (30, 63), (30, 92), (31, 93), (31, 100), (28, 100), (26, 97)], plastic((40, 41, 44))
        ),
    )
    barrel.add(lathe([(33.2, 44), (33.2, 45.4)], matt((206, 208, 212))))
    barrel.add(disc(26.4, 97, coated(26.4, (60, 120, 110), (130, 80, 120))), side=FRONT)
    model.add(barrel, pose=move(12, -6, d / 2), side=FRONT)
    return [turned(model, 34)]


def edge_4(colour):
    w, h, d = 72, 51, 30
    dark = sum(colour) < 200
    model = Model().add(body(rounded(w, h, 9, 12), d, matt(colour), 3.4, steps=6))
    front = Sheet(w - 8, h - 8, (30, 31, 34), pixels=1000).grain(1.2, (60, 62, 66), 60)
    front.paste(wallpaper("waves", "fjord", 300, 260), 5, 17, 24, 21, 1.5).frame(
        4.4, 16.4, 25.2, 22.2, (14, 15, 17), 0.9, 1.8
    )
    front.text(8, 27, "00:42", 5.2, (255, 255, 255), "lm").dot(9, 21, 1.2, (230, 60, 50)).text(
        5, 8.5, "SKARNIX", 5, (226, 116, 44) if dark else (*colour, 255), "lm"
    )
    model.add(panel(w - 8, h - 8, d / 2 + 0.1, front.cut(6).image, lit=0.3), side=FRONT)
    eye = Model().add(slab(rounded(33, 33, 7, 10), 0, 5, plastic((26, 27, 30)), 1.4, 4, "front"))
    eye.add(
        lathe([(14, 5), (14, 7.4), (13, 8), (11.5, 7)], anodised((90, 92, 96))),
        disc(11.7, 7.05, coated(11.7, (40, 90, 150), (150, 90, 60))),
    )
    for x in (-13.4, 13.4):
        for y in (-13.4, 13.4):
            eye.add(
                disc(
                    1.5,
                    5.1,
                    Sheet(3, 3, pixels=80).dot(1.5, 1.5, 1.5, (150, 152, 156)).box(0.5, 1.2, 2, 0.5, (50, 51, 54)),
                ),
                pose=move(x, y),
            )
    model.add(eye, pose=move(15, 5, d / 2), side=FRONT)
    model.add(
        Model().add(body(rounded(17, 10, 5), 1.8, plastic((206, 54, 44)), 0.7)),
        pose=chain(on_top(h), move(-18, 0, 0)),
        side=FRONT,
    )
    accent = (226, 116, 44) if dark else (30, 31, 34)
    model.add(button(8, 16, 1.2, plastic(accent)), pose=on_right(w), side=RIGHT)
    return [turned(model, -26)]


def orbit():
    colour = (66, 68, 73)
    w, h, d = 46, 128, 30
    model = Model().add(body(rounded(w, h, 14, 12), d, matt(colour), 8, steps=8))
    dome = [(16 * math.cos(math.radians(a)), 4 + 9 * math.sin(math.radians(a))) for a in range(0, 91, 5)]
    for pose in (move(z=d / 2), on_back(d)):
        eye = Model().add(lathe([(18, 0), (18, 2.4), (16, 4)], plastic((24, 25, 28))))
        eye.add(lathe(dome, glossy((16, 18, 26))))
        model.add(eye, pose=chain(move(0, 40), pose), side=FRONT)
    screen = (
        Sheet(24, 34, (10, 11, 13), pixels=500)
        .paste(wallpaper("waves", "coral", 200, 280), 1.4, 1.4, 21.2, 31.2, 2)
        .text(12, 9, "8K", 7, (255, 255, 255), "mm")
        .shine(18)
    )
    model.add(panel(24, 34, d / 2 + 0.1, screen.cut(3).image, (0, -3)), side=FRONT)
    model.add(
        lathe([(7.4, 0), (7.4, 1.4), (6.6, 2), (0, 2)], plastic((206, 54, 44)), 48),
        pose=move(0, -34, d / 2),
        side=FRONT,
    )
    model.add(mark("SKARNIX", 17, (190, 192, 196)), pose=move(0, -52, d / 2), side=FRONT)
    return [turned(model, -26)]


def gelato(colour):
    """The instant camera with a picture coming out."""
    w, h, d = 104, 119, 44
    model = Model()
    photo = Sheet(62, 78, (250, 249, 245), pixels=900).paste(
        wallpaper("hills", "coral" if sum(colour) > 560 else "sun", 540, 540), 5, 5, 52, 52
    )
    model.add(slab(rounded(62, 78, 1), -0.4, 0.4, matt((246, 245, 241)), 0), pose=move(0, h / 2 + 14, -4))
    model.add(panel(62, 78, 0.5, photo.image, lit=0.3), pose=move(0, h / 2 + 14, -4))
    model.add(body(rounded(w, h, 26, 14), d, glossy(colour), 12, steps=9))
    ring = lighter(colour, 0.45)
    model.add(lathe([(38, -3), (38, 4), (35, 7), (31, 7)], glossy(ring)), pose=move(0, -16, d / 2), side=FRONT)
    barrel = Model().add(
        lathe([(30, 4), (30, 20), (28.6, 22), (24, 22), (20, 18)], plastic((44, 45, 49))),
        lathe([(30.3, 13), (30.3, 15)], plastic(colour)),
    )
    barrel.add(disc(20.2, 18, coated(20.2, (110, 80, 160), (60, 140, 150))), side=FRONT)
    model.add(barrel, pose=move(0, -16, d / 2), side=FRONT)
    flash = Sheet(30, 17, pixels=420).box(0, 0, 30, 17, (58, 60, 64), 5).box(1.6, 1.6, 26.8, 13.8, (244, 244, 238), 4)
    for k in range(9):
        flash.box(4 + k * 2.6, 3, 0.6, 11, (206, 206, 200))
    model.add(panel(30, 17, d / 2 + 0.1, flash.image, (-22, 38)), side=FRONT)
    finder = (
        Sheet(17, 17, pixels=260).box(0, 0, 17, 17, (40, 41, 45), 5).box(2, 2, 13, 13, (58, 74, 104), 3.5).shine(80)
    )
    model.add(panel(17, 17, d / 2 + 0.1, finder.image, (14, 38)), side=FRONT)
    model.add(
        lathe([(6.4, 0), (6.4, 2.4), (5.6, 3.2), (0, 3.2)], glossy((250, 214, 90)), 48),
        pose=move(37, 36, d / 2 - 1),
        side=FRONT,
    )
    return [turned(model, 20)]
