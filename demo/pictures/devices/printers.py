"""Printers and scanners."""

from studio.screens import wallpaper
from studio.sheet import Sheet

from .parts import (
    FRONT,
    Model,
    body,
    darker,
    lighter,
    matt,
    move,
    on_top,
    panel,
    pitch,
    plastic,
    rounded,
    slab,
    yaw,
)  # fmt: skip

PAPER = (250, 250, 248)


def sheet_of_paper(width, depth, lines=True):
    """A printed page, lying."""
    s = Sheet(width, depth, (*PAPER, 255), pixels=900)
    if lines:
        s.box(width * 0.1, depth * 0.08, width * 0.34, depth * 0.03, (70, 90, 130))
        for k in range(12):
            s.box(
                width * 0.1,
                depth * (0.18 + 0.05 * k),
                width * (0.8 if k % 4 != 3 else 0.5),
                depth * 0.012,
                (150, 154, 162),
            )
    return Model().add(
        slab(rounded(width, depth, 0.5, 2), -0.5, 0.5, matt(PAPER), 0), panel(width, depth, 0.6, s.image, lit=0.3)
    )


def well(colour):
    """The ink tank printer: four tanks show their level at the front."""
    w, h, d = 398, 172, 347
    light = sum(colour) > 400
    model = Model().add(body(rounded(w, h, 16, 10), d, plastic(colour), 9, steps=6))
    dark = darker(colour, 0.14) if light else lighter(colour, 0.1)
    front = Sheet(w - 30, h - 34, (0, 0, 0, 0), pixels=1800)
    front.box(12, 40, 232, 62, (26, 27, 30, 255), 5).box(18, 78, 220, 18, (44, 45, 49, 255), 3)
    front.box(262, 14, 98, 100, (*dark, 255), 8)
    for k, ink in enumerate(((30, 31, 34), (44, 150, 206), (214, 62, 122), (244, 206, 66))):
        x = 272 + 21 * k
        front.box(x, 26, 16, 76, (214, 218, 222, 255), 4).box(
            x, 48 + 9 * ((k * 2) % 3), 16, 54 - 9 * ((k * 2) % 3), (*ink, 255), 4
        )
        front.box(x, 26, 16, 76, (255, 255, 255, 40), 4).box(x + 2.4, 30, 2.4, 66, (255, 255, 255, 90), 1.2)
    front.text(18, 22, "papyrel", 14, (*(darker(colour, 0.55) if light else lighter(colour, 0.5)), 255), "lm")
    model.add(panel(w - 30, h - 34, d / 2 + 0.1, front.image, (0, -2)), side=FRONT)
    top = Sheet(w - 24, d - 24, (0, 0, 0, 0), pixels=1500)
    top.frame(10, 8, w - 44, d - 96, (*darker(colour, 0.25), 255), 1.4, 8).box(
        w / 2 - 40, d - 92, 60, 5, (*darker(colour, 0.3), 255), 2.5
    )
    top.box(12, d - 74, w - 48, 40, (28, 29, 32, 255), 8).box(24, d - 68, 78, 28, (56, 96, 138, 255), 3).text(
        63, d - 54, "Ready", 11, (236, 242, 250, 255), "mm"
    )
    for k in range(4):
        top.dot(140 + 30 * k, d - 54, 8, (58, 60, 64, 255)).ring(140 + 30 * k, d - 54, 3, (220, 222, 226, 255), 1)
    top.dot(330, d - 54, 10, (92, 176, 120, 255))
    model.add(panel(w - 24, d - 24, 0.1, top.image, lit=0.4), pose=on_top(h), side=FRONT)
    page = sheet_of_paper(200, 130).posed(pitch(84), move(-62, -54, d / 2 + 50))
    return [Model().add(model, page).posed(yaw(-28)).grounded()]


def clerk():
    """The small laser: paper out on top, tray below."""
    colour = (238, 238, 235)
    w, h, d = 356, 183, 360
    model = Model().add(body(rounded(w, h, 22, 10), d, plastic(colour), 12, steps=7))
    front = Sheet(w - 30, h - 30, (0, 0, 0, 0), pixels=1500)
    front.box(0, 96, w - 30, 52, (66, 68, 73, 255), 6).box((w - 30) / 2 - 45, 116, 90, 12, (36, 37, 40, 255), 6).text(
        12, 30, "papyrel", 15, (80, 82, 88, 255), "lm"
    )
    front.line([(0, 62), (w - 30, 62)], (196, 196, 193, 255), 1.2)
    model.add(panel(w - 30, h - 30, d / 2 + 0.1, front.image, (0, -4), lit=0.4), side=FRONT)
    top = Sheet(w - 40, d - 40, (0, 0, 0, 0), pixels=1400)
    top.box(36, 30, w - 150, d - 110, (52, 54, 58, 255), 10).fall((86, 88, 93), (44, 45, 49), 42, 36, w - 162, d - 122)
    top.dot(w - 78, d - 76, 11, (210, 211, 209, 255)).ring(w - 78, d - 76, 5, (86, 170, 116, 255), 1.6).dot(
        w - 78, d - 106, 4, (92, 176, 120, 255)
    )
    model.add(panel(w - 40, d - 40, 0.1, top.image, lit=0.5), pose=on_top(h), side=FRONT)
    page = sheet_of_paper(180, 220).posed(pitch(80), move(-24, h / 2 + 16, -10))
    return [Model().add(model, page).posed(yaw(-30)).grounded()]


def bureau():
    """The office machine: feeder, scanner, display, two paper trays."""
    colour, grey = (238, 238, 236), (70, 72, 77)
    w, d = 428, 420
    base = Model().add(body(rounded(w, 250, 12, 8), d, plastic(colour), 8, steps=5))
    front = Sheet(w - 16, 236, (0, 0, 0, 0), pixels=1800)
    for y in (118, 178):
        front.box(4, y, w - 24, 54, (*darker(colour, 0.06), 255), 5).box(
            w / 2 - 58, y + 20, 100, 12, (92, 94, 99, 255), 6
        )
    front.box(4, 8, w - 24, 104, (*darker(colour, 0.03), 255), 5).text(20, 60, "papyrel", 20, (80, 82, 88, 255), "lm")
    base.add(panel(w - 16, 236, d / 2 + 0.1, front.image, lit=0.4), side=FRONT)
    gap = Model().add(body(rounded(w - 30, 46, 4), d - 40, matt((44, 45, 49)), 2)).posed(move(0, 146, -16))
    page = sheet_of_paper(210, 200).posed(pitch(86), move(-30, 132, 50))
    scan = Model().add(body(rounded(w, 58, 8, 8), d - 10, plastic(colour), 6, steps=5)).posed(move(0, 196, -4))
    feeder = Model().add(body(rounded(w - 20, 52, 20, 8), d - 90, plastic(grey), 10, steps=6)).posed(move(0, 248, -30))
    tray = (
        Model()
        .add(body(rounded(230, 170, 8), 5, plastic(lighter(grey, 0.1)), 2))
        .posed(pitch(62), move(-20, 300, -110))
    )
    stack = sheet_of_paper(206, 150, False).posed(pitch(62), move(-20, 306, -104))
    touch = Model().add(body(rounded(124, 78, 7), 10, plastic((34, 35, 38)), 3))
    screen = Sheet(110, 64, pixels=900).fall((28, 62, 98), (46, 104, 146))
    for k, words in enumerate(("Copy", "Scan", "Print", "Fax")):
        screen.box(7 + 25 * k, 18, 21, 26, (250, 250, 252, 235), 4).text(
            17.5 + 25 * k, 31, words, 7, (40, 60, 84), "mm"
        )
    screen.text(6, 9, "12:30", 7, (255, 255, 255), "lm")
    touch.add(panel(110, 64, 5.1, screen.shine(14).image), side=FRONT)
    touch = touch.posed(pitch(38), move(128, 190, d / 2 + 16))
    return [Model().add(base, gap, page, scan, feeder, tray, stack, touch).posed(yaw(-28)).grounded()]


def postcard(colour):
    """The photo printer with a picture half out."""
    w, h, d = 186, 58, 132
    model = Model().add(body(rounded(w, h, 16, 10), d, matt(colour), 7, steps=6))
    front = Sheet(w - 30, h - 18, (0, 0, 0, 0), pixels=1300).box(14, 20, w - 58, 12, (24, 25, 28, 255), 4)
    front.text(
        w - 40, 9, "papyrel", 8, (*(darker(colour, 0.5) if sum(colour) > 400 else lighter(colour, 0.5)), 255), "rm"
    )
    model.add(panel(w - 30, h - 18, d / 2 + 0.1, front.image), side=FRONT)
    photo = Sheet(148, 100, (250, 250, 248), pixels=1200).paste(
        wallpaper("hills", "coral" if sum(colour) > 400 else "fjord", 800, 540), 4, 4, 140, 92
    )
    out = (
        Model()
        .add(slab(rounded(148, 100, 1, 2), -0.4, 0.4, matt(PAPER), 0), panel(148, 100, 0.5, photo.image, lit=0.3))
        .posed(pitch(86), move(-6, -9, d / 2 + 40))
    )
    top = Sheet(w - 30, d - 30, (0, 0, 0, 0), pixels=1000)
    top.dot(w - 56, 26, 9, (*lighter(colour, 0.3), 255)).ring(w - 56, 26, 4, (90, 170, 120, 255), 1.4).frame(
        6, 6, w - 88, d - 42, (*darker(colour, 0.16), 255), 0.9, 8
    )
    model.add(panel(w - 30, d - 30, 0.1, top.image, lit=0.3), pose=on_top(h), side=FRONT)
    return [Model().add(model, out).posed(yaw(-26)).grounded()]


def docket(colour):
    """The document scanner: paper stands in it, the flap lies open."""
    w, h, d = 292, 128, 120
    light = sum(colour) > 400
    tray = (
        Model()
        .add(body(rounded(240, 150, 8), 5, plastic(darker(colour, 0.08) if light else lighter(colour, 0.12)), 2))
        .posed(pitch(24), move(0, 128, -58))
    )
    papers = Model()
    for k in range(3):
        papers.add(sheet_of_paper(210, 190).posed(pitch(24), move(-2 + k, 132 + 3 * k, -50 + 4 * k)))
    shape = body(rounded(w, h, 20, 10), d, plastic(colour), 16, steps=8)
    model = Model().add(shape)
    front = Sheet(w - 50, h - 46, (0, 0, 0, 0), pixels=1400)
    ink = darker(colour, 0.5) if light else lighter(colour, 0.55)
    front.box(0, 46, w - 50, 9, (14, 15, 17, 255), 4).text(6, 18, "papyrel", 13, (*ink, 255), "lm")
    front.box(w - 128, 6, 46, 24, (24, 40, 62, 255), 4).text(w - 105, 18, "A4, PDF", 8, (210, 228, 246, 255), "mm").dot(
        w - 66, 18, 9, (70, 150, 210, 255)
    ).ring(w - 66, 18, 4, (255, 255, 255, 255), 1.2)
    model.add(panel(w - 50, h - 46, d / 2 + 0.1, front.image, (0, 2)), side=FRONT)
    flap = (
        Model()
        .add(body(rounded(250, 96, 8), 6, plastic(darker(colour, 0.1) if light else lighter(colour, 0.06)), 2))
        .posed(pitch(82), move(0, -h / 2 + 10, d / 2 + 46))
    )
    return [Model().add(tray, papers, model, flap).posed(yaw(-26)).grounded()]


def lightbox():
    """The flatbed with open lid and a frame of slides on the glass."""
    colour = (72, 74, 79)
    w, d, h = 274, 420, 62
    base = Model().add(body(rounded(w, h, 8, 8), d, plastic(colour), 5, steps=5))
    top = Sheet(w - 16, d - 16, (*darker(colour, 0.25), 255), pixels=1500)
    top.box(16, 16, w - 48, d - 80, (206, 222, 226, 255), 3).shine(40, 0.5, 0.3)
    top.box(34, 40, 150, 200, (30, 31, 34, 255), 4)
    for k in range(4):
        x, y = 46 + 70 * (k % 2), 54 + 94 * (k // 2)
        top.box(x, y, 58, 76, (246, 244, 238, 255), 4).paste(
            wallpaper(("hills", "waves", "arcs", "hills")[k], ("coral", "ice", "sun", "forest")[k], 240, 160),
            x + 8,
            y + 22,
            42,
            30,
        )
    top.text(20, d - 42, "papyrel", 14, (196, 198, 202, 255), "lm")
    for k in range(3):
        top.dot(w - 90 + 24 * k, d - 42, 7, (100, 102, 108, 255)).ring(
            w - 90 + 24 * k, d - 42, 3, (206, 208, 212, 255), 0.9
        )
    base.add(panel(w - 16, d - 16, 0.1, top.cut(5).image), pose=on_top(h), side=FRONT)
    lid = Model().add(body(rounded(w, d - 30, 8, 8), 30, plastic(colour), 5, steps=5))
    inner = (
        Sheet(w - 16, d - 46, (232, 233, 233, 255), pixels=1000)
        .box(84, 30, 90, d - 130, (250, 250, 246, 255), 4)
        .frame(84, 30, 90, d - 130, (190, 192, 194, 255), 1.4, 4)
    )
    lid.add(panel(w - 16, d - 46, 15.1, inner.cut(5).image, lit=0.5), side=FRONT)
    lid = lid.posed(move(0, (d - 30) / 2, 0), pitch(14), move(0, h / 2 + 6, -d / 2 + 18))
    return [Model().add(lid, base).posed(yaw(-28)).grounded()]
