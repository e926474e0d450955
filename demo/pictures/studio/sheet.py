"""A flat sheet drawn in millimetres: screens, labels, key tops, leather."""

import math
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFont

from .light import Colour


@lru_cache(64)
def font(pixels: int):
    return ImageFont.load_default(max(4, pixels))


class Sheet:
    """The origin is the top left corner, y runs down. Colours may have a fourth number, their opacity.

    Colour and opacity are kept apart, because Pillow mixes a translucent colour only into a picture without opacity.
    """

    def __init__(self, width: float, height: float, colour=(0, 0, 0, 0), pixels: int = 1600):
        self.width, self.height = width, height
        self.k = pixels / max(width, height)
        self.size = (max(2, round(width * self.k)), max(2, round(height * self.k)))
        self.rgb = Image.new("RGB", self.size, colour[:3])
        self.alpha = Image.new("L", self.size, colour[3] if len(colour) == 4 else 255)
        self.solid = len(colour) == 3 or colour[3] == 255

    @property
    def image(self) -> Image.Image:
        return Image.merge("RGBA", [*self.rgb.split(), self.alpha])

    def _box(self, x, y, w, h):
        return [x * self.k, y * self.k, (x + w) * self.k, (y + h) * self.k]

    def _draw(self, colour, how):
        """Draws into the colours, and into the opacity when the sheet is not solid."""
        how(ImageDraw.Draw(self.rgb, "RGBA"), tuple(colour))
        if not self.solid:
            mask = Image.new("L", self.size, 0)
            how(ImageDraw.Draw(mask), colour[3] if len(colour) == 4 else 255)
            self.alpha = ImageChops.lighter(self.alpha, mask)
        return self

    def _thick(self, width) -> int:
        return max(1, round(width * self.k))

    def box(self, x, y, w, h, colour, radius=0.0):
        box = self._box(x, y, w, h)
        if radius:
            return self._draw(colour, lambda pen, fill: pen.rounded_rectangle(box, radius * self.k, fill=fill))
        return self._draw(colour, lambda pen, fill: pen.rectangle(box, fill=fill))

    def frame(self, x, y, w, h, colour, line, radius=0.0):
        box, width = self._box(x, y, w, h), self._thick(line)
        return self._draw(
            colour, lambda pen, fill: pen.rounded_rectangle(box, radius * self.k, outline=fill, width=width)
        )

    def dot(self, x, y, radius, colour):
        box = self._box(x - radius, y - radius, 2 * radius, 2 * radius)
        return self._draw(colour, lambda pen, fill: pen.ellipse(box, fill=fill))

    def ring(self, x, y, radius, colour, line):
        box, width = self._box(x - radius, y - radius, 2 * radius, 2 * radius), self._thick(line)
        return self._draw(colour, lambda pen, fill: pen.ellipse(box, outline=fill, width=width))

    def arc(self, x, y, radius, start, end, colour, line):
        box, width = self._box(x - radius, y - radius, 2 * radius, 2 * radius), self._thick(line)
        return self._draw(colour, lambda pen, fill: pen.arc(box, start, end, fill=fill, width=width))

    def line(self, points, colour, width):
        flat, thick = [(x * self.k, y * self.k) for x, y in points], self._thick(width)
        return self._draw(colour, lambda pen, fill: pen.line(flat, fill=fill, width=thick, joint="curve"))

    def shape(self, points, colour):
        flat = [(x * self.k, y * self.k) for x, y in points]
        return self._draw(colour, lambda pen, fill: pen.polygon(flat, fill=fill))

    def text(self, x, y, words, size, colour, anchor="la"):
        place, face = (x * self.k, y * self.k), font(round(size * self.k))
        return self._draw(colour, lambda pen, fill: pen.text(place, words, font=face, fill=fill, anchor=anchor))

    def lens(self, x, y, radius, rim=(26, 27, 30), glass=(16, 20, 30)):
        """A small camera lens seen from the front."""
        self.dot(x, y, radius, rim).ring(x, y, radius, (92, 94, 100), radius * 0.06)
        self.dot(x, y, radius * 0.74, (8, 9, 12)).dot(x, y, radius * 0.58, glass)
        self.dot(x, y, radius * 0.36, (34, 44, 78)).dot(x, y, radius * 0.2, (10, 12, 20))
        self.dot(x - radius * 0.24, y - radius * 0.26, radius * 0.13, (196, 206, 236, 210))
        return self.dot(x + radius * 0.2, y + radius * 0.24, radius * 0.07, (120, 92, 160, 190))

    def shine(self, opacity=16, start=0.42, width=0.42):
        """The slanting reflection of the soft box on glass."""
        w, h = self.width, self.height
        overlay = Image.new("L", self.size, 0)
        pen = ImageDraw.Draw(overlay)
        points = [(start * w, 0), ((start + width) * w, 0), ((start + width - 0.5) * w, h), ((start - 0.5) * w, h)]
        pen.polygon([(x * self.k, y * self.k) for x, y in points], fill=opacity)
        return self.veil(overlay, (255, 255, 255))

    def veil(self, strength: Image.Image, colour: Colour):
        """Lays a colour over what is there, as strong as the mask says."""
        self.rgb.paste(colour, (0, 0), strength)
        return self

    def fall(self, top: Colour, bottom: Colour, x=0.0, y=0.0, w=None, h=None):
        """Fills a box with a gradient from top to bottom."""
        left, up, right, down = (round(v) for v in self._box(x, y, w or self.width, h or self.height))
        size = (max(1, right - left), max(1, down - up))
        mask = Image.linear_gradient("L").resize(size, Image.Resampling.BICUBIC)
        self.rgb.paste(Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), mask), (left, up))
        self.alpha.paste(255, (left, up, left + size[0], up + size[1]))
        return self

    def paste(self, other: Image.Image, x, y, w, h, radius=0.0):
        left, top, right, bottom = (round(v) for v in self._box(x, y, w, h))
        piece = other.convert("RGBA").resize((max(1, right - left), max(1, bottom - top)), Image.Resampling.LANCZOS)
        mask = ImageChops.multiply(corners_mask(piece.size, radius * self.k), piece.getchannel("A"))
        self.rgb.paste(piece.convert("RGB"), (left, top), mask)
        self.alpha.paste(255, (left, top), mask)
        return self

    def cut(self, radius: float):
        """Rounds the sheet's own corners."""
        self.alpha = ImageChops.multiply(self.alpha, corners_mask(self.size, radius * self.k))
        return self

    def cut_outline(self, points):
        """Keeps only what is inside an outline given around the sheet's middle with y upwards."""
        mask = Image.new("L", self.size, 0)
        flat = [((self.width / 2 + x) * self.k, (self.height / 2 - y) * self.k) for x, y in points]
        ImageDraw.Draw(mask).polygon(flat, fill=255)
        self.alpha = ImageChops.multiply(self.alpha, mask)
        return self

    def glow(self, x, y, radius, colour: Colour, opacity=160):
        """A soft spot of light."""
        mask = Image.new("L", self.size, 0)
        box = self._box(x - radius, y - radius, 2 * radius, 2 * radius)
        size = (max(2, round(box[2] - box[0])), max(2, round(box[3] - box[1])))
        spot = Image.radial_gradient("L").resize(size, Image.Resampling.BICUBIC)
        mask.paste(spot.point(lambda v: round(max(0, 1 - v / 180) ** 1.6 * opacity)), (round(box[0]), round(box[1])))
        return self.veil(mask, colour)

    def grain(self, step: float, colour, opacity=26):
        """Fine slanting hatching: fabric, leather or rubber."""
        mask = Image.new("L", self.size, 0)
        pen, gap = ImageDraw.Draw(mask), max(2, step * self.k)
        width, height = self.size
        for i in range(math.ceil((width + height) / gap)):
            pen.line([(i * gap, 0), (i * gap - height, height)], fill=opacity, width=max(1, round(gap / 3)))
            pen.line(
                [(width - i * gap, 0), (width - i * gap + height, height)], fill=opacity, width=max(1, round(gap / 3))
            )
        return self.veil(mask, colour)


def corners_mask(size, radius) -> Image.Image:
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rounded_rectangle([0, 0, size[0] - 1, size[1] - 1], radius, fill=255)
    return mask
