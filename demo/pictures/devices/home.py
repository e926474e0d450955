"""Smart home devices."""

import math

from studio.light import Material
from studio.screens import palette, tile, wallpaper
from studio.solids import ellipsoid

from .parts import (
    FRONT,
    STEEL,
    Model,
    Sheet,
    anodised,
    body,
    chain,
    darker,
    disc,
    glossy,
    lathe,
    lighter,
    matt,
    mix,
    move,
    on_right,
    panel,
    pitch,
    plastic,
    polished,
    rounded,
    turned,
    yaw,
)  # fmt: skip
from .phones import mark


def upright(part):
    """Stands a turned body on the ground, its axis upwards."""
    return Model().add(part).posed(pitch(90)).grounded()


def murmur(colour, x=0, z=0):
    """A cylinder in knitted cloth with a light ring and a slide on top."""
    r, h = 51, 148
    light, dark = lighter(colour, 0.10), darker(colour, 0.14)

    def knit(i, k):
        return light if (i + k * (1 if k % 2 else -1) * 0 + k) % 2 else dark

    rows = 64
    side = [
        (
            r
            - 3
            + 3
            * min(
                1, math.sin(math.pi * min(k, rows - k) / rows * 3.2 if min(k, rows - k) / rows < 0.156 else math.pi / 2)
            ),
            4 + (h - 14) * k / rows,
        )
        for k in range(rows + 1)
    ]
    cloth = lathe(side, matt(colour), 180, knit)
    base = lathe([(0, 0), (r - 6, 0), (r - 4, 4), (side[0][0], 4)], plastic(darker(colour, 0.5)), 120)
    top = lathe(
        [(side[-1][0], h - 10), (r - 2.5, h - 7), (r - 5, h - 4), (r - 9, h - 3.4), (0, h - 3.4)],
        plastic(darker(colour, 0.42)),
        120,
    )
    model = Model().add(base, cloth, top)
    lid = Sheet(80, 80, (*darker(colour, 0.42), 0), pixels=700)
    lid.ring(40, 40, 33, (120, 206, 226, 255), 2.2).box(32, 19, 16, 6.4, (*darker(colour, 0.7), 255), 3.2).dot(
        44.5, 22.2, 2.4, (236, 238, 240, 255)
    )
    lid.box(37, 39.2, 6, 1.6, (236, 238, 240, 255)).box(38 + 1.2, 54, 1.6, 6, (236, 238, 240, 255)).box(
        37, 56.2, 6, 1.6, (236, 238, 240, 255)
    )
    model.add(panel(80, 80, h - 3.3, lid.image))
    return model.posed(pitch(90)).grounded().posed(move(x, 0, z))


def pane(colour):
    """The smart display on its cloth foot."""
    w, h = 248, 162
    screen = Sheet(w - 22, h - 22, pixels=1500)
    screen.paste(wallpaper("hills", "forest", 900, 560), 0, 0, w - 22, h - 22)
    screen.text(12, 12, "12:30", 34, (255, 255, 255)).text(13, 50, "Thursday 12 March, 18 °C", 9, (255, 255, 255))
    for k, words in enumerate(("Bus 14 in 6 min", "Washing done", "Living room 21°")):
        screen.box(12 + 70 * k, 100, 64, 28, (255, 255, 255, 215), 6)
        tile(screen, 16 + 70 * k, 106, 16, palette("forest")[1 + k], k)
        screen.text(36 + 70 * k, 114, words, 4.9, (40, 44, 50), "lm")
    head = Model().add(body(rounded(w, h, 13, 12), 12, plastic(colour), 3, steps=5))
    front = Sheet(w - 6, h - 6, (14, 15, 17) if sum(colour) < 500 else (*lighter(colour, 0.3), 255), pixels=1600)
    front.paste(screen.image, 8, 8, w - 22, h - 22, 3).dot(w / 2 - 3, 4.2, 1.5, (40, 44, 60)).shine(10)
    head.add(panel(w - 6, h - 6, 6.1, front.cut(11).image), side=FRONT)
    cloth = ellipsoid(190, 64, 118, matt(mix(darker(colour, 0.3), (120, 122, 128), 0.4)), 3.0, columns=120, rows=50)
    base = Model().add(cloth).grounded().posed(move(0, 0, -14))
    return [Model().add(base, head.posed(pitch(16), move(0, h / 2 + 24, 10))).posed(yaw(-22)).grounded()]


def porch(colour):
    w, h, d = 48, 142, 22
    model = Model().add(body(rounded(w, h, 22, 14), d, anodised(colour), 3.4, steps=6))
    front = Sheet(w - 7, h - 7, (16, 17, 19), pixels=1300)
    middle = (w - 7) / 2
    front.lens(middle, 22, 14).text(middle, 60, "homrik", 6.4, (170, 173, 178), "mm").dot(
        middle, 44, 1.1, (220, 70, 60)
    )
    for k in range(5):
        front.dot(middle - 8 + 4 * k, 74, 0.8, (70, 72, 78))
    front.shine(16)
    model.add(panel(w - 7, h - 7, d / 2 + 0.05, front.cut(18).image), side=FRONT)
    ring = Model().add(lathe([(15.5, 0), (15.5, 1.4), (14, 2), (0, 2)], plastic((232, 233, 235)), 90))
    ring.add(
        disc(
            14,
            2.05,
            Sheet(28, 28, (40, 41, 45), pixels=400)
            .ring(14, 14, 13.4, (120, 206, 226), 1.6)
            .ring(14, 14, 5, (210, 212, 216), 0.8),
        )
    )
    model.add(ring, pose=move(0, -42, d / 2), side=FRONT)
    return [turned(model, -26)]


def lookout(colour, x=0, z=0, degrees=-22):
    """A ball in a cup that can turn its eye away."""
    base = lathe(
        [
            (0, 0),
            (34, 0),
            (36, 2),
            (36, 10),
            *[(36 - 9 * k / 8 - 1.4 * math.sin(math.pi * k / 8), 10 + 24 * k / 8) for k in range(1, 9)],
            (24, 33),
            (18, 28),
            (0, 26),
        ],
        plastic(colour),
        120,
    ).posed(pitch(90))
    ball = Model().add(ellipsoid(72, 72, 72, plastic(colour)).posed(pitch(0)))
    eye = Model().add(
        lathe([(24, 27), (24, 30), (22, 31), (19, 29.6)], plastic((30, 31, 34)), 90), disc(19.4, 29.7, glass_eye(19.4))
    )
    ball.add(eye, side=FRONT)
    return (
        Model()
        .add(base, ball.posed(pitch(8), move(0, 62, 0)), mark_on(colour))
        .posed(yaw(degrees), move(x, 0, z))
        .grounded()
    )


def mark_on(colour):
    return mark("homrik", 15, darker(colour, 0.4)).posed(move(0, 7, 36.2))


def glass_eye(radius):
    s = Sheet(2 * radius, 2 * radius, (14, 15, 18), pixels=500)
    for k in range(12):
        a = math.radians(30 * k)
        s.dot(radius + radius * 0.8 * math.cos(a), radius + radius * 0.8 * math.sin(a), radius * 0.055, (58, 30, 34))
    return s.lens(radius, radius, radius * 0.6)


def halo(x=0, z=0):
    """The bulb, lit, standing on its thread."""
    thread = []
    for k in range(6):
        thread += [(12.2, 8 + 4 * k), (13.2, 10 + 4 * k), (12.2, 12 + 4 * k)]
    socket = lathe([(0, 0), (4, 0), (5, 3), (11, 7), *thread], polished((190, 193, 198)), 90)
    collar = lathe([(13.4, 31), (15, 33), (19, 44), (23, 54)], plastic((240, 240, 238)), 90)
    heads = [(31 * math.sin(math.radians(a)), 83 - 31 * math.cos(math.radians(a))) for a in range(50, 181, 5)]
    glowing = Material((255, 238, 200), gloss=0.15, sharp=40, glow=0.82)

    def warm(i, k):
        t = abs(heads[min(k, len(heads) - 1)][1] - 84) / 31
        return mix((255, 250, 236), (255, 222, 160), min(1, t))

    model = Model().add(socket, collar, lathe([(23, 54), *heads], glowing, 120, warm))
    return model.posed(pitch(90)).grounded().posed(move(x, 0, z))


def halo_box():
    """The bulb beside its carton."""
    front = Sheet(70, 128, (250, 247, 240), pixels=900)
    front.glow(35, 48, 44, (255, 206, 120), 230).dot(35, 46, 15, (255, 244, 214)).box(
        29, 58, 12, 15, (200, 202, 206), 2
    )
    front.text(35, 90, "Halo", 15, (70, 52, 36), "mm").text(35, 103, "E27, 1,050 lm", 6, (120, 100, 82), "mm").text(
        35, 119, "emberlin", 7.4, (196, 92, 44), "mm"
    )
    side = Sheet(70, 128, (224, 120, 60), pixels=600).text(35, 64, "1,800–6,500 K", 7, (255, 246, 232), "mm")
    box = Model().add(body(rounded(70, 128, 0.6, 2), 70, matt((246, 242, 234)), 0))
    box.add(panel(70, 128, 35.1, front.image, lit=0.6), side=FRONT)
    box.add(panel(70, 128, 0.1, side.image, lit=0.6), pose=on_right(70), side=FRONT)
    return [turned(box, -24, x=-34, z=-34), halo(36, 32)]


def ember(colour):
    """The round thermostat on its wall plate, leaning on its stand."""
    plate = Model().add(body(rounded(112, 112, 14, 12), 6, plastic((244, 243, 240)), 2))
    turn_ring = lathe(
        [(43, 0), (43, 18), (41, 21), (37, 21.6)], polished(colour) if sum(colour) < 650 else glossy(colour), 140
    )
    front = Sheet(74, 74, (12, 13, 15), pixels=1000)
    for k in range(46):
        a = math.radians(135 + k * 6)
        tone = mix((80, 150, 220), (240, 120, 60), k / 45) if k < 30 else (58, 60, 66)
        front.line(
            [(37 + 30 * math.cos(a), 37 + 30 * math.sin(a)), (37 + 33.5 * math.cos(a), 37 + 33.5 * math.sin(a))],
            tone,
            0.8,
        )
    front.text(37, 34, "21", 23, (250, 250, 252), "mm").text(52, 27, "°", 10, (250, 250, 252), "mm").text(
        37, 51, "warm at 17:10", 4.6, (170, 173, 180), "mm"
    ).shine(16)
    model = plate.add(turn_ring, disc(37.2, 21.65, front))
    return [turned(model, -24, lean=8)]


def tap(x=0, z=0, degrees=-30):
    """The plug, its round socket towards the viewer."""
    colour = (242, 242, 239)
    model = Model()
    model.add(body(rounded(50, 64, 22, 14), 30, glossy(colour), 4, steps=6))
    model.add(
        panel(
            41,
            41,
            15.1,
            Sheet(41, 41, (226, 226, 222), pixels=500).glow(12, 10, 34, (170, 170, 168), 150).cut(20.5).image,
        ),
        side=FRONT,
    )
    holes = (
        Sheet(34, 34, (0, 0, 0, 0), pixels=500)
        .dot(8.5, 17, 2.6, (40, 40, 42, 255))
        .dot(25.5, 17, 2.6, (40, 40, 42, 255))
        .box(15.6, 0.6, 2.8, 4, (186, 188, 192, 255))
        .box(15.6, 29.4, 2.8, 4, (186, 188, 192, 255))
    )
    model.add(
        lathe([(21, 15), (21, 16.4), (20, 17), (19.2, 16.4), (19.2, 15.2)], glossy(colour), 90),
        panel(34, 34, 15.2, holes.image),
        side=FRONT,
    )
    pins = Model()
    for px in (-9.5, 9.5):
        pins.add(lathe([(2.4, 0), (2.4, 16), (1.8, 19), (0, 19)], polished(STEEL), 30), pose=move(px, 0))
    model.add(pins, pose=chain(move(z=15), yaw(180)), side=FRONT)
    model.add(
        panel(
            9,
            4,
            0.1,
            Sheet(9, 4, pixels=120).box(0, 0, 9, 4, (206, 206, 203), 2).dot(4.5, 2, 0.8, (240, 130, 60)).image,
        ),
        pose=chain(on_right(50), move(y=6)),
        side=FRONT,
    )
    return turned(model, degrees, x, z)


def taps():
    """Seen from the socket's side and from the pins' side."""
    return [tap(-30, -34, 148), tap(22, 14, -26)]
