"""Parts that make up a device: faces in space, pictures stuck on planes, and thin lines."""

import math
from dataclasses import dataclass, field
from itertools import pairwise

from PIL import Image

from .geometry import Flat, Outline, Point, Pose, bow, chain, cross, unit
from .light import Colour, Material


@dataclass
class Mesh:
    """Faces (points anti-clockwise seen from outside). `tints` overrides the material's colour face by face."""

    faces: list[list[Point]]
    material: Material
    side: Point | None = None
    tints: list[Colour | None] | None = None
    casts: bool = True

    def posed(self, pose: Pose) -> "Mesh":
        faces = [[pose(p) for p in face] for face in self.faces]
        return Mesh(faces, self.material, self.side and pose.turn(self.side), self.tints, self.casts)


@dataclass
class Decal:
    """A picture on a plane, given by its corners top left, top right, bottom right, bottom left."""

    corners: list[Point]
    image: Image.Image
    side: Point | None = None
    lit: float = 0.0
    casts: bool = False

    def posed(self, pose: Pose) -> "Decal":
        return Decal(
            [pose(p) for p in self.corners], self.image, self.side and pose.turn(self.side), self.lit, self.casts
        )


@dataclass
class Line:
    points: list[Point]
    colour: Colour
    width: float
    side: Point | None = None
    casts: bool = False

    def posed(self, pose: Pose) -> "Line":
        return Line([pose(p) for p in self.points], self.colour, self.width, self.side and pose.turn(self.side))


Part = Mesh | Decal | Line


@dataclass
class Model:
    """Parts in the order in which they are drawn. A part with a `side` is drawn first when that side is turned away."""

    parts: list[Part] = field(default_factory=list)

    def add(self, *parts: "Part | Model", pose: Pose | None = None, side: Point | None = None) -> "Model":
        for part in parts:
            for one in part.parts if isinstance(part, Model) else [part]:
                if side and one.side is None:
                    one.side = side
                self.parts.append(one.posed(pose) if pose else one)
        return self

    def posed(self, *poses: Pose) -> "Model":
        pose = chain(*poses)
        return Model([part.posed(pose) for part in self.parts])

    def points(self) -> list[Point]:
        return [p for part in self.parts for p in part_points(part)]

    def lowest(self) -> float:
        return min(p[1] for p in self.points())

    def grounded(self) -> "Model":
        return self.posed(Pose(shift=(0, -self.lowest(), 0)))


def part_points(part: Part) -> list[Point]:
    if isinstance(part, Mesh):
        return [p for face in part.faces for p in face]
    return part.corners if isinstance(part, Decal) else part.points


def rings_to_faces(rings: list[list[Point]], closed: bool = True) -> list[list[Point]]:
    faces = []
    for low, high in pairwise(rings):
        count = len(low)
        for i in range(count if closed else count - 1):
            j = (i + 1) % count
            faces.append([low[i], low[j], high[j], high[i]])
    return faces


def slab(
    outline: Outline,
    back: float,
    front: float,
    material: Material,
    bevel: float = 0,
    steps: int = 4,
    caps: str = "both",
    back_bevel: float | None = None,
) -> Mesh:
    """A flat body between two depths whose edges are rounded by `bevel`."""
    back_bevel = bevel if back_bevel is None else back_bevel
    rings = [*bevelled(outline, back, back_bevel, steps, -1), *bevelled(outline, front, bevel, steps, 1)]
    faces = rings_to_faces(rings)
    if caps in ("both", "front"):
        faces.append(rings[-1])
    if caps in ("both", "back"):
        faces.append(rings[0][::-1])
    return Mesh(faces, material)


def bevelled(outline: Outline, depth: float, bevel: float, steps: int, sign: int) -> list[list[Point]]:
    if not bevel:
        return [[(x, y, depth) for x, y in outline()]]
    rings = []
    for k in range(steps + 1):
        angle = math.pi / 2 * k / steps
        z = depth - sign * bevel * (1 - math.sin(angle))
        rings.append([(x, y, z) for x, y in outline(bevel * (1 - math.cos(angle)))])
    return rings if sign > 0 else rings[::-1]


def lathe(profile: list[Flat], material: Material, steps: int = 168, tint=None) -> Mesh:
    """A turned body around the z axis; the profile is (radius, z) from the back to the front."""
    angles = [2 * math.pi * i / steps for i in range(steps)]
    rings = [[(r * math.cos(a), r * math.sin(a), z) for a in angles] for r, z in profile]
    faces = rings_to_faces(rings)
    tints = [tint(i % steps, i // steps) for i in range(len(faces))] if tint else None
    return Mesh(faces, material, tints=tints)


def arc(radius: float, start: float, end: float, middle: Flat = (0, 0), steps: int = 12) -> list[Flat]:
    """Points of a profile along an arc, in degrees."""
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(middle[0] + radius * math.cos(a), middle[1] + radius * math.sin(a)) for a in angles]


def sweep(
    path: list[Point], section: list[Flat], material: Material, across: Point, closed: bool = False, tint=None
) -> Mesh:
    """A section drawn along a path that lies in a plane; `across` is the normal of that plane."""
    rings = []
    count = len(path)
    for i, here in enumerate(path):
        before = path[i - 1] if closed or i else here
        after = path[(i + 1) % count] if closed or i < count - 1 else here
        along = unit([a - b for a, b in zip(after, before, strict=True)])
        out = cross(across, along)
        rings.append([tuple(h + o * a + c * b for h, o, c in zip(here, out, across, strict=True)) for a, b in section])
    faces = rings_to_faces([*rings, rings[0]] if closed else rings)
    tints = [tint(i // len(section)) for i in range(len(faces))] if tint else None
    if not closed:
        faces += [rings[-1], rings[0][::-1]]
        tints = tints and [*tints, None, None]
    return Mesh(faces, material, tints=tints)


def surface(point, columns: int, rows: int, material: Material, around: bool = True, tint=None) -> Mesh:
    """A surface given by `point(u, v)` with both from 0 to 1; u runs anti-clockwise seen from where v grows to.

    `tint(u, v)` may give single faces a colour of their own.
    """
    rings = [[point(i / columns, k / rows) for i in range(columns + (not around))] for k in range(rows + 1)]
    faces = rings_to_faces(rings, closed=around)
    tints = [tint(i % columns / columns, i // columns / rows) for i in range(len(faces))] if tint else None
    return Mesh(faces, material, tints=tints)


def ellipsoid(
    width: float,
    height: float,
    depth: float,
    material: Material,
    power: float = 2.0,
    low: float = -90,
    high: float = 90,
    columns: int = 220,
    rows: int = 96,
) -> Mesh:
    """A ball, egg or pebble around the origin; `power` over 2 makes it boxier. `low` and `high` cut it by latitude."""

    def point(u, v):
        latitude = math.radians(low + (high - low) * v)
        longitude = 2 * math.pi * u
        ring, z = bow(math.cos(latitude), power), bow(math.sin(latitude), power)
        x, y = bow(math.cos(longitude), power), bow(math.sin(longitude), power)
        return (width / 2 * ring * x, height / 2 * ring * y, depth / 2 * z)

    return surface(point, columns, rows, material)


def panel(
    width: float, height: float, depth: float, image: Image.Image, middle: Flat = (0, 0), lit: float = 0.0
) -> Decal:
    """A picture on a plane that faces the camera."""
    x, y = middle
    w, h = width / 2, height / 2
    return Decal(
        [(x - w, y + h, depth), (x + w, y + h, depth), (x + w, y - h, depth), (x - w, y - h, depth)], image, lit=lit
    )
