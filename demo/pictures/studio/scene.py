"""The camera and the ground: puts models onto a canvas, with shadows, three times as large as needed."""

import math

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .geometry import Point, cross, dot, minus, normal, unit
from .light import SHADOW, Colour, Material, shade
from .solids import Decal, Line, Mesh, Model, Part, part_points

SAMPLES = 3
GROUND_TOP, GROUND_BOTTOM, GROUND_LIGHT = (240, 242, 245), (226, 229, 233), (251, 252, 253)
PAPER = Material((232, 232, 232), gloss=0.0)


class Camera:
    def __init__(self, elevation: float, middle: Point, radius: float, nearness: float = 7.0):
        self.cos, self.sin = math.cos(math.radians(elevation)), math.sin(math.radians(elevation))
        self.middle, self.distance = middle, radius * nearness
        self.position = tuple(m + self.distance * d for m, d in zip(middle, (0, self.sin, self.cos), strict=True))
        self.scale, self.shift = 1.0, (0.0, 0.0)

    def see(self, point: Point) -> Point:
        """Screen x and y (downwards) and the distance."""
        x, y, z = minus(point, self.middle)
        up, near = y * self.cos - z * self.sin, y * self.sin + z * self.cos
        distance = self.distance - near
        k = self.scale * self.distance / distance
        return (x * k + self.shift[0], -up * k + self.shift[1], distance)

    def fit(self, points: list[Point], box: tuple[float, float, float, float]):
        """Scales so that the points fill the box (left, top, right, bottom) as far as possible, in its middle."""
        seen = [self.see(p) for p in points]
        left, right = min(p[0] for p in seen), max(p[0] for p in seen)
        top, bottom = min(p[1] for p in seen), max(p[1] for p in seen)
        self.scale = min((box[2] - box[0]) / (right - left), (box[3] - box[1]) / (bottom - top))
        self.shift = (
            (box[0] + box[2]) / 2 - self.scale * (left + right) / 2,
            (box[1] + box[3]) / 2 - self.scale * (top + bottom) / 2,
        )


class Scene:
    def __init__(self, *models: Model, elevation: float = 14, nearness: float = 7.0):
        self.models = models
        points = [p for model in models for p in model.points()]
        low, high = [min(p[i] for p in points) for i in range(3)], [max(p[i] for p in points) for i in range(3)]
        self.points, self.size = points, math.dist(low, high)
        middle = tuple((a + b) / 2 for a, b in zip(low, high, strict=True))
        self.camera = Camera(elevation, middle, self.size / 2, nearness)

    def render(self, width: int = 1000, height: int = 1000, box=(0.085, 0.10, 0.915, 0.90)) -> Image.Image:
        w, h = width * SAMPLES, height * SAMPLES
        self.camera.fit(self.points, (box[0] * w, box[1] * h, box[2] * w, box[3] * h))
        canvas = ground(width, height)
        self.cast(canvas, SHADOW, 0.030, 0.34, 1.0)
        self.cast(canvas, (0, 1, 0), 0.009, 0.50, 0.07)
        canvas = canvas.resize((w, h), Image.Resampling.BILINEAR)
        for model in self.models:
            self.draw(canvas, model)
        return canvas.resize((width, height), Image.Resampling.BOX)

    def cast(self, canvas: Image.Image, light: Point, blur: float, strength: float, reach: float):
        """Darkens the ground under all that is lower than `reach` of the scene; `blur` is a share of the width."""
        mask = Image.new("L", canvas.size, 0)
        pen = ImageDraw.Draw(mask)
        for face in self.casting(reach * self.size):
            flat = [
                self.camera.see((p[0] - light[0] * p[1] / light[1], 0, p[2] - light[2] * p[1] / light[1])) for p in face
            ]
            pen.polygon([(p[0] / SAMPLES, p[1] / SAMPLES) for p in flat], fill=255)
        mask = mask.filter(ImageFilter.GaussianBlur(canvas.width * blur))
        mask = mask.point(lambda v: round(v * strength))
        canvas.paste((48, 54, 66), (0, 0), mask)

    def casting(self, height: float):
        for model in self.models:
            for part in model.parts:
                if isinstance(part, Mesh) and part.casts:
                    yield from (f for f in part.faces if min(p[1] for p in f) <= height)

    def draw(self, canvas: Image.Image, model: Model):
        for part in sorted(model.parts, key=self.order):
            if isinstance(part, Mesh):
                self.draw_mesh(canvas, part)
            elif isinstance(part, Decal):
                self.draw_decal(canvas, part)
            else:
                self.draw_line(canvas, part)

    def order(self, part: Part) -> int:
        if part.side is None:
            return 0
        towards = minus(self.camera.position, part_points(part)[0])
        return 1 if dot(part.side, towards) > 0 else -1

    def draw_mesh(self, canvas: Image.Image, mesh: Mesh):
        pen = ImageDraw.Draw(canvas)
        visible = []
        for index, face in enumerate(mesh.faces):
            seen = [self.camera.see(p) for p in face]
            if turn(seen) < 0:
                visible.append((-sum(p[2] for p in seen) / len(seen), index, seen))
        for _, index, seen in sorted(visible):
            face = mesh.faces[index]
            material = tinted(mesh, index)
            view = unit(minus(self.camera.position, face[0]))
            pen.polygon([(p[0], p[1]) for p in seen], fill=shade(material, normal(face), view))

    def draw_line(self, canvas: Image.Image, line: Line):
        seen = [self.camera.see(p) for p in line.points]
        width = max(1, round(line.width * self.camera.scale))
        ImageDraw.Draw(canvas).line([(p[0], p[1]) for p in seen], fill=line.colour, width=width, joint="curve")

    def draw_decal(self, canvas: Image.Image, decal: Decal):
        seen = [self.camera.see(p)[:2] for p in decal.corners]
        if turn(seen[::-1]) >= 0:
            return
        left, top = math.floor(min(p[0] for p in seen)), math.floor(min(p[1] for p in seen))
        size = (math.ceil(max(p[0] for p in seen)) - left + 1, math.ceil(max(p[1] for p in seen)) - top + 1)
        image = self.lit(decal).convert("RGBA")
        image = shrunk(image, seen)
        corners = [(0, 0), (image.width, 0), (image.width, image.height), (0, image.height)]
        numbers = perspective([(x - left, y - top) for x, y in seen], corners)
        flat = image.transform(size, Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BICUBIC)
        mask = Image.new("L", size, 0)
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in seen], fill=255)
        canvas.paste(flat.convert("RGB"), (left, top), ImageChops.multiply(mask, flat.getchannel("A")))

    def lit(self, decal: Decal) -> Image.Image:
        """The picture as bright as the light makes its plane; screens (lit 0) shine by themselves."""
        if not decal.lit:
            return decal.image
        a, b, _, d = decal.corners
        facing = unit(cross(minus(d, a), minus(b, a)))
        level = shade(PAPER, facing, unit(minus(self.camera.position, a)))[0] / 218
        factor = 1 + (level - 1) * decal.lit
        bands = decal.image.convert("RGBA").split()
        return Image.merge(
            "RGBA", [*(band.point(lambda v: min(255, round(v * factor))) for band in bands[:3]), bands[3]]
        )


def tinted(mesh: Mesh, index: int) -> Material:
    tint = mesh.tints[index] if mesh.tints and index < len(mesh.tints) else None
    if tint is None:
        return mesh.material
    m = mesh.material
    return Material(tint, m.gloss, m.metal, m.sharp, m.glow)


def turn(points) -> float:
    """Twice the signed area; below zero when the points run anti-clockwise on a screen whose y grows downwards."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], points[0]], strict=True))


def shrunk(image: Image.Image, corners) -> Image.Image:
    """Makes a picture no finer than it will be seen, so that it does not flicker."""
    wide = max(math.dist(corners[0], corners[1]), math.dist(corners[3], corners[2]))
    high = max(math.dist(corners[0], corners[3]), math.dist(corners[1], corners[2]))
    size = (max(1, min(image.width, round(wide))), max(1, min(image.height, round(high))))
    return image if size == image.size else image.resize(size, Image.Resampling.BOX)


def perspective(target: list, source: list) -> list[float]:
    """The eight numbers with which Pillow maps a target pixel to its source."""
    rows = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for i in range(8):
        best = max(range(i, 8), key=lambda k: abs(rows[k][i]))
        rows[i], rows[best] = rows[best], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for k in range(8):
            if k != i:
                rows[k] = [a - rows[k][i] * b for a, b in zip(rows[k], rows[i], strict=True)]
    return [row[8] for row in rows]


def ground(width: int, height: int) -> Image.Image:
    """A seamless light ground with a pool of light in the middle."""
    fall = Image.linear_gradient("L").resize((width, height), Image.Resampling.BICUBIC)
    canvas = Image.composite(plain(GROUND_BOTTOM, width, height), plain(GROUND_TOP, width, height), fall)
    pool = Image.radial_gradient("L").resize((round(width * 1.3), round(height * 1.25)), Image.Resampling.BICUBIC)
    pool = pool.crop(
        (round(width * 0.15), round(height * 0.1), round(width * 0.15) + width, round(height * 0.1) + height)
    )
    return Image.composite(canvas, plain(GROUND_LIGHT, width, height), pool.point(lambda v: min(255, round(v * 1.15))))


def plain(colour: Colour, width: int, height: int) -> Image.Image:
    return Image.new("RGB", (width, height), colour)
