"""What is on the screens: wallpapers and simple interfaces, each different."""

import math

from PIL import Image, ImageDraw, ImageFilter

from .light import colour_of, lighter, mix
from .sheet import Sheet, font

PALETTES = {
    "fjord": ("#12263f", "#1f5673", "#5aa9b9", "#f3d9b1", "#f08a5d"),
    "forest": ("#0f2a22", "#1f5a45", "#5f9c6d", "#d9e3b0", "#f2c14e"),
    "dusk": ("#1b1b3a", "#53356b", "#a34a79", "#ee8d6b", "#fbd38d"),
    "ice": ("#16324f", "#3c7ea8", "#8fc4dd", "#dceef5", "#ffffff"),
    "sand": ("#5b3b2a", "#a9714b", "#d9a679", "#efd9b8", "#fbf3e4"),
    "coral": ("#3a1c4a", "#b23a68", "#f2695c", "#ffa987", "#ffe3c9"),
    "mint": ("#0d3b3e", "#1f7a73", "#5cc1a5", "#b8e6c9", "#f4f9e9"),
    "night": ("#07090f", "#101a33", "#23396b", "#5b7cc2", "#c3d4f7"),
    "ember": ("#1a0b0b", "#551616", "#a82f1c", "#e8702a", "#ffc857"),
    "violet": ("#150f2e", "#3a2478", "#6f4bc4", "#b693f0", "#f0e2ff"),
    "stone": ("#23262b", "#4a515b", "#89939f", "#c5ccd3", "#f2f4f6"),
    "sun": ("#7a2e0e", "#d9641e", "#f6a02d", "#fcd36a", "#fff4d0"),
}


def palette(name: str):
    return [colour_of(text) for text in PALETTES[name]]


def gradient(top, bottom, width, height) -> Image.Image:
    mask = Image.linear_gradient("L").resize((width, height), Image.Resampling.BICUBIC)
    return Image.composite(Image.new("RGB", (width, height), bottom), Image.new("RGB", (width, height), top), mask)


def wallpaper(style: str, colours: str, width: int, height: int) -> Image.Image:
    tones = palette(colours)
    return {"hills": hills, "waves": waves, "orbs": orbs, "arcs": arcs, "bands": bands}[style](tones, width, height)


def hills(tones, w, h):
    image = gradient(tones[3], tones[4], w, h)
    pen = ImageDraw.Draw(image)
    pen.ellipse(
        [w * 0.58, h * 0.16, w * 0.58 + 0.2 * min(w, h), h * 0.16 + 0.2 * min(w, h)], fill=lighter(tones[4], 0.6)
    )
    for layer in range(4):
        base = h * (0.42 + 0.15 * layer)
        points = [(x, base + h * 0.09 * ridge(x / w, layer)) for x in range(0, w + 8, 8)]
        pen.polygon([*points, (w, h), (0, h)], fill=mix(tones[3], tones[0], 0.25 + 0.25 * layer))
    return image


def ridge(x, layer):
    return math.sin(4.1 * x + 1.7 * layer) + 0.45 * math.sin(11 * x + 2.3 * layer) + 0.2 * math.sin(27 * x + layer)


def waves(tones, w, h):
    image = gradient(tones[0], tones[1], w, h)
    for layer in range(7):
        veil = Image.new("L", (w, h), 0)
        middle = h * (0.16 + 0.125 * layer)
        points = [
            (x, middle + h * 0.10 * math.sin(3.3 * x / w + 0.75 * layer) + 0.16 * h * (x / w - 0.5))
            for x in range(0, w + 8, 8)
        ]
        ImageDraw.Draw(veil).polygon([*points, (w, h), (0, h)], fill=150)
        tone = mix(tones[min(4, layer // 2 + 1)], tones[min(4, layer // 2 + 2)], (layer % 2) / 2)
        image.paste(tone, (0, 0), veil.filter(ImageFilter.GaussianBlur(2 + layer)))
    return image


def orbs(tones, w, h):
    image = gradient(tones[1], tones[0], w, h)
    spots = (
        (0.2, 0.25, 0.5, 2),
        (0.85, 0.35, 0.42, 3),
        (0.45, 0.72, 0.6, 2),
        (0.9, 0.92, 0.4, 4),
        (0.08, 0.85, 0.3, 3),
    )
    for x, y, size, tone in spots:
        r = size * max(w, h) * 0.55
        veil = Image.new("L", (w, h), 0)
        ImageDraw.Draw(veil).ellipse([x * w - r, y * h - r, x * w + r, y * h + r], fill=190)
        image.paste(tones[tone], (0, 0), veil.filter(ImageFilter.GaussianBlur(r * 0.42)))
    return image


def arcs(tones, w, h):
    image = gradient(tones[0], tones[1], w, h)
    pen = ImageDraw.Draw(image)
    reach = math.hypot(w, h) * 0.9
    for k in range(9):
        r = reach * (1 - k / 9.5)
        pen.ellipse(
            [w * 0.95 - r, h * 1.02 - r, w * 0.95 + r, h * 1.02 + r],
            fill=mix(tones[min(4, k // 2)], tones[min(4, k // 2 + 1)], 0.5 * (k % 2) + 0.25),
        )
    return image.filter(ImageFilter.GaussianBlur(1.2))


def bands(tones, w, h):
    image = gradient(tones[0], tones[1], w, h)
    pen = ImageDraw.Draw(image)
    for k in range(8):
        left = w * (-0.5 + 0.23 * k)
        pen.polygon(
            [(left, h), (left + 0.16 * w, h), (left + 0.16 * w + 0.55 * h, 0), (left + 0.55 * h, 0)],
            fill=mix(tones[1], tones[4], k / 8),
        )
    return image.filter(ImageFilter.GaussianBlur(1.5))


def clock_face(style: str, colours: str, width: float, height: float, time="9:41", day="Thursday 12 March") -> Sheet:
    """A phone's or tablet's lock screen."""
    sheet = Sheet(width, height, pixels=1300)
    sheet.paste(wallpaper(style, colours, *[round(v / 2) for v in sheet.size]), 0, 0, width, height)
    unit = min(width, height)
    sheet.text(width / 2, height * 0.13, time, unit * 0.25, (255, 255, 255, 245), "mm")
    sheet.text(width / 2, height * 0.13 + unit * 0.18, day, unit * 0.058, (255, 255, 255, 225), "mm")
    return sheet


def home_screen(style: str, colours: str, width: float, height: float, columns: int = 4, rows: int = 5) -> Sheet:
    """Rows of app tiles over a wallpaper, with a widget at the top."""
    sheet = Sheet(width, height, pixels=1300)
    sheet.paste(wallpaper(style, colours, *[round(v / 2) for v in sheet.size]), 0, 0, width, height)
    unit, tones = min(width, height), palette(colours)
    gap = width / columns
    side = min(gap * 0.62, unit * 0.15)
    top = height * 0.05 + unit * 0.04
    sheet.box(gap * 0.19, top, width - gap * 0.38, unit * 0.25, (255, 255, 255, 205), unit * 0.05)
    sheet.text(gap * 0.42, top + unit * 0.04, "12:30", unit * 0.11, (30, 34, 42, 255))
    sheet.text(width - gap * 0.42, top + unit * 0.055, "18 °C", unit * 0.065, (30, 34, 42, 255), "ra")
    sheet.text(gap * 0.42, top + unit * 0.175, "Light clouds, dry until evening", unit * 0.04, (70, 76, 88, 255))
    first = top + unit * 0.32
    tiles = [tones[3], tones[4], lighter(tones[2], 0.35), tones[2], (250, 250, 250), lighter(tones[1], 0.3)]
    for row in range(rows):
        y = first + row * ((height - first - unit * 0.03) / rows)
        for column in range(columns):
            if row == rows - 2 and column > 1:
                continue
            x = gap * (column + 0.5) - side / 2
            tile(sheet, x, y, side, tiles[(row * 3 + column * 5) % 6], row * columns + column)
    return sheet


def tile(sheet: Sheet, x, y, side, colour, number):
    """One app: a rounded square with one of six simple signs."""
    ink = (28, 32, 40, 235) if sum(colour) > 420 else (255, 255, 255, 240)
    sheet.box(x, y, side, side, (*colour, 255), side * 0.26)
    cx, cy, r = x + side / 2, y + side / 2, side * 0.26
    sign = number % 6
    if sign == 0:
        sheet.ring(cx, cy, r, ink, side * 0.07)
    elif sign == 1:
        sheet.box(cx - r, cy - r * 0.7, 2 * r, r * 1.4, ink, side * 0.06)
    elif sign == 2:
        sheet.shape([(cx - r * 0.7, cy - r), (cx + r, cy), (cx - r * 0.7, cy + r)], ink)
    elif sign == 3:
        for k in range(3):
            sheet.box(cx - r, cy - r + k * r * 0.8, 2 * r, r * 0.36, ink, side * 0.03)
    elif sign == 4:
        sheet.dot(cx, cy, r * 0.55, ink).ring(cx, cy, r * 1.05, ink, side * 0.05)
    else:
        sheet.shape([(cx - r, cy + r * 0.8), (cx, cy - r), (cx + r, cy + r * 0.8)], ink)


STORY = (
    "The boat had been lying at the quay since morning, and nobody knew whose it was. Marta counted the ropes, then "
    "the gulls, then the ropes again. At ten the fog went up the valley like a curtain, and there stood the old man "
    "with the ladder, as if he had been there all the time. You will want tea, he said. She did not want tea. She "
    "wanted to know how the light could have burned all night when the key hung here, on her own hook, beside the "
    "almanac. He put down the ladder with great care. Keys, he said, are for people who come through doors. Then he "
    "laughed, and the dog, who never laughed, lay down upon his boots. In the afternoon the post came across, wet "
    "and in good spirits, with two letters and a tin. One letter was for the lamp. It said so on the envelope. "
)


def typeset(text: str, face, width: float) -> list[str]:
    """Breaks a text into lines no wider than `width` pixels."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if face.getlength(longer) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]


def page(width: float, height: float, heading: str, lines: int = 20, ink=(44, 44, 46), paper=(233, 231, 224)) -> Sheet:
    """A page of a story as on e-paper."""
    sheet = Sheet(width, height, paper, pixels=1500)
    step = height * 0.80 / lines
    sheet.text(width / 2, height * 0.065, heading, width * 0.062, ink, "mm")
    sheet.line([(width * 0.42, height * 0.105), (width * 0.58, height * 0.105)], ink, width * 0.004)
    rows = typeset(STORY * 3, font(round(step * 0.66 * sheet.k)), width * 0.84 * sheet.k)
    for row, line in enumerate(rows[:lines]):
        sheet.text(width * 0.08, height * 0.135 + row * step, line, step * 0.66, ink)
    return sheet.text(width / 2, height * 0.968, "214", width * 0.036, ink, "mm")


def words(sheet: Sheet, x, y, right, thick, ink, seed):
    """A line of words as small bars; at the size of a product picture that reads as print."""
    k = seed * 5
    while True:
        length = thick * (2.2 + (k * 7 % 9) * 0.85)
        if x + length > right:
            return
        sheet.box(x, y, length, thick, ink, thick * 0.4)
        x += length + thick * 0.95
        k += 3


def desktop(style: str, colours: str, width: float, height: float, app: str) -> Sheet:
    """A computer's screen: wallpaper, bar and one application."""
    sheet = Sheet(width, height, pixels=1800)
    sheet.paste(wallpaper(style, colours, *[round(v / 2) for v in sheet.size]), 0, 0, width, height)
    if app != "none":
        bar(sheet, palette(colours))
        {"text": letter, "table": table, "code": code, "photo": photo, "cut": cut, "game": game, "plan": plan}[app](
            sheet, colours
        )
    return sheet


def bar(sheet: Sheet, tones):
    w, h = sheet.width, sheet.height
    sheet.box(0, 0, w, h * 0.035, (18, 20, 26, 170))
    sheet.text(w * 0.985, h * 0.0175, "12:30", h * 0.022, (255, 255, 255, 235), "rm")
    side = h * 0.052
    sheet.box(w / 2 - side * 4.2, h * 0.925, side * 8.4, side * 1.24, (250, 250, 252, 150), side * 0.3)
    for k in range(6):
        tile(
            sheet,
            w / 2 - side * 3.9 + k * side * 1.34,
            h * 0.925 + side * 0.12,
            side,
            (tones[3], tones[2], tones[4], tones[1], (250, 250, 250), tones[3])[k],
            k,
        )


def window(sheet: Sheet, x, y, w, h, colour=(252, 252, 253), head=(236, 238, 241)):
    unit = sheet.height
    sheet.box(x + unit * 0.008, y + unit * 0.014, w, h, (10, 14, 24, 60), unit * 0.016)
    sheet.box(x, y, w, h, colour, unit * 0.014).box(x, y, w, unit * 0.045, head, unit * 0.014)
    sheet.box(x, y + unit * 0.025, w, unit * 0.022, head)
    for k, tone in enumerate(((214, 98, 88), (224, 178, 84), (110, 176, 112))):
        sheet.dot(x + unit * (0.022 + 0.024 * k), y + unit * 0.0225, unit * 0.0075, tone)


def letter(sheet: Sheet, colours: str):
    w, h = sheet.width, sheet.height
    window(sheet, w * 0.2, h * 0.1, w * 0.6, h * 0.78)
    sheet.text(w * 0.26, h * 0.19, "Notes on the northern light", h * 0.04, (38, 42, 50))
    for row, line in enumerate(typeset(STORY * 2, font(round(h * 0.022 * sheet.k)), w * 0.48 * sheet.k)[:17]):
        sheet.text(w * 0.26, h * (0.265 + 0.034 * row), line, h * 0.022, (82, 88, 98))


def table(sheet: Sheet, colours: str):
    w, h, tones = sheet.width, sheet.height, palette(colours)
    window(sheet, w * 0.06, h * 0.08, w * 0.88, h * 0.82)
    left, top, right = w * 0.08, h * 0.15, w * 0.6
    for row in range(19):
        y = top + row * h * 0.037
        sheet.box(left, y, right - left, h * 0.037, (240, 243, 247) if row % 2 else (252, 252, 253))
        for column in range(6):
            x = left + (right - left) * (0.02 + column / 6)
            length = (right - left) / 6 * (0.35 + 0.12 * ((row * 5 + column * 3) % 4))
            sheet.box(x, y + h * 0.013, length, h * 0.011, tones[1] if row == 0 else (150, 156, 166), h * 0.004)
    for k in range(7):
        tall = h * (0.06 + 0.05 * ((k * 4) % 5))
        sheet.box(w * (0.64 + 0.038 * k), h * 0.46 - tall, w * 0.026, tall, tones[2] if k % 2 else tones[1], h * 0.004)
    sheet.line([(w * 0.63, h * 0.46), (w * 0.91, h * 0.46)], (190, 194, 200), h * 0.002)
    cx, cy, r = w * 0.77, h * 0.67, h * 0.13
    for start, end, tone in ((0, 150, tones[1]), (150, 250, tones[2]), (250, 320, tones[3]), (320, 360, tones[4])):
        sheet.arc(cx, cy, r, start, end, tone, h * 0.055)


def code(sheet: Sheet, colours: str):
    w, h, tones = sheet.width, sheet.height, palette(colours)
    window(sheet, w * 0.05, h * 0.075, w * 0.9, h * 0.83, (28, 31, 38), (42, 46, 55))
    sheet.box(w * 0.05, h * 0.122, w * 0.17, h * 0.77, (35, 38, 46))
    for row in range(15):
        sheet.box(
            w * (0.065 + 0.012 * (row % 3)),
            h * (0.15 + 0.04 * row),
            w * (0.05 + 0.014 * (row * 5 % 5)),
            h * 0.012,
            (112, 120, 134),
            h * 0.004,
        )
    inks = [lighter(tone, 0.25) for tone in tones[2:]] + [(150, 158, 172)]
    for row in range(21):
        x = w * (0.25 + 0.022 * ((row * 7) % 4))
        for part in range(1 + (row * 3) % 4):
            length = w * (0.03 + 0.018 * ((row * 5 + part * 3) % 5))
            sheet.box(x, h * (0.15 + 0.0335 * row), length, h * 0.012, inks[(row + part * 2) % 4], h * 0.004)
            x += length + w * 0.012


def photo(sheet: Sheet, colours: str):
    w, h = sheet.width, sheet.height
    sheet.box(0, 0, w, h, (32, 33, 36))
    picture = wallpaper("hills", colours, 900, 600)
    sheet.paste(picture, w * 0.03, h * 0.07, w * 0.68, h * 0.72)
    for k in range(7):
        sheet.paste(
            wallpaper(("waves", "hills", "orbs", "arcs")[k % 4], list(PALETTES)[(k * 5) % 12], 180, 120),
            w * (0.03 + 0.098 * k),
            h * 0.83,
            w * 0.088,
            h * 0.12,
        )
    for row in range(9):
        y, share = h * (0.30 + 0.07 * row), 0.25 + 0.08 * ((row * 5) % 7)
        sheet.box(w * 0.75, y, w * 0.21, h * 0.006, (86, 88, 94), h * 0.003).dot(
            w * (0.75 + 0.21 * share), y + h * 0.003, h * 0.011, (214, 216, 220)
        )
        sheet.box(w * 0.75, y - h * 0.028, w * 0.07, h * 0.01, (140, 143, 150), h * 0.004)
    curve = [(w * (0.75 + 0.21 * t / 30), h * (0.23 - 0.14 * smoothed(t / 30))) for t in range(31)]
    sheet.box(w * 0.75, h * 0.07, w * 0.21, h * 0.17, (44, 46, 50)).line(curve, (220, 222, 226), h * 0.004)


def smoothed(t):
    return t * t * (3 - 2 * t)


def cut(sheet: Sheet, colours: str):
    """A film being cut: preview above, tracks below."""
    w, h, tones = sheet.width, sheet.height, palette(colours)
    sheet.box(0, 0, w, h, (26, 28, 33))
    sheet.paste(wallpaper("hills", colours, 800, 450), w * 0.36, h * 0.05, w * 0.40, h * 0.5)
    sheet.box(w * 0.02, h * 0.05, w * 0.32, h * 0.5, (38, 41, 48), h * 0.01).box(
        w * 0.78, h * 0.05, w * 0.2, h * 0.5, (38, 41, 48), h * 0.01
    )
    for k in range(6):
        sheet.paste(
            wallpaper(("waves", "orbs", "arcs")[k % 3], list(PALETTES)[(k * 7) % 12], 160, 90),
            w * (0.035 + 0.1 * (k % 3)),
            h * (0.09 + 0.2 * (k // 3)),
            w * 0.09,
            h * 0.15,
        )
    for row in range(5):
        x = w * 0.02
        for k in range(9):
            length = w * (0.05 + 0.025 * ((row * 4 + k * 5) % 5))
            sheet.box(
                x,
                h * (0.6 + 0.075 * row),
                min(length, w * 0.98 - x),
                h * 0.06,
                mix(tones[1 + (row + k) % 3], (60, 60, 70), 0.25),
                h * 0.008,
            )
            x += length + w * 0.004 + (w * 0.03 if (k + row) % 4 == 3 else 0)
            if x > w * 0.95:
                break
    sheet.line([(w * 0.47, h * 0.575), (w * 0.47, h * 0.98)], (255, 255, 255), h * 0.004)


def game(sheet: Sheet, colours: str):
    """A road into the evening, seen in a racing game."""
    w, h, tones = sheet.width, sheet.height, palette(colours)
    sheet.paste(hills(tones, 900, 560), 0, -h * 0.05, w, h)
    sheet.shape([(w * 0.49, h * 0.56), (w * 0.51, h * 0.56), (w * 1.05, h), (-w * 0.05, h)], (34, 35, 44))
    for k in range(6):
        a, b = 0.565 + 0.44 * (k / 6) ** 2, 0.565 + 0.44 * ((k + 0.5) / 6) ** 2
        sheet.shape(
            [
                (w * (0.5 - 0.012 * (a - 0.55)), h * a),
                (w * (0.5 + 0.012 * (a - 0.55)), h * a),
                (w * (0.5 + 0.03 * (b - 0.5)), h * b),
                (w * (0.5 - 0.03 * (b - 0.5)), h * b),
            ],
            (240, 236, 220),
        )
    for side in (-1, 1):
        sheet.shape(
            [
                (w * (0.5 + side * 0.01), h * 0.56),
                (w * (0.5 + side * 0.013), h * 0.56),
                (w * (0.5 + side * 0.55), h),
                (w * (0.5 + side * 0.5), h),
            ],
            tones[3],
        )
    sheet.arc(w * 0.88, h * 0.82, h * 0.12, 140, 400, (255, 255, 255, 90), h * 0.014)
    sheet.arc(w * 0.88, h * 0.82, h * 0.12, 140, 320, (*tones[4], 255), h * 0.014)
    sheet.text(w * 0.88, h * 0.82, "214", h * 0.075, (255, 255, 255, 245), "mm").text(
        w * 0.04, h * 0.07, "Lap 2 / 5", h * 0.042, (255, 255, 255, 235)
    )


def plan(sheet: Sheet, colours: str):
    """A week's calendar."""
    w, h, tones = sheet.width, sheet.height, palette(colours)
    window(sheet, w * 0.08, h * 0.09, w * 0.84, h * 0.79)
    for day in range(5):
        x = w * (0.1 + 0.162 * day)
        sheet.text(x + w * 0.072, h * 0.17, ("Mon", "Tue", "Wed", "Thu", "Fri")[day], h * 0.026, (80, 86, 96), "mm")
        for k in range(3):
            top = h * (0.21 + 0.2 * k + 0.03 * ((day * 3 + k) % 4))
            tone = lighter(tones[1 + (day + k) % 3], 0.3)
            sheet.box(x, top, w * 0.145, h * (0.08 + 0.04 * ((day + k) % 3)), (*tone, 255), h * 0.01)
            words(sheet, x + w * 0.01, top + h * 0.02, x + w * 0.13, h * 0.011, (255, 255, 255), day + k)
