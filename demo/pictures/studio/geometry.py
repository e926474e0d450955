"""Points, turns and outlines. x is right, y is up, z comes towards the camera; everything is in millimetres."""

import math

Point = tuple[float, float, float]
Flat = tuple[float, float]


class Pose:
    """A turn followed by a shift."""

    def __init__(self, rows=((1, 0, 0), (0, 1, 0), (0, 0, 1)), shift=(0.0, 0.0, 0.0)):
        self.rows, self.shift = rows, shift

    def turn(self, point: Point) -> Point:
        x, y, z = point
        return tuple(a * x + b * y + c * z for a, b, c in self.rows)

    def __call__(self, point: Point) -> Point:
        return tuple(a + b for a, b in zip(self.turn(point), self.shift, strict=True))

    def then(self, other: "Pose") -> "Pose":
        columns = list(zip(*self.rows, strict=True))
        rows = tuple(
            tuple(sum(a * b for a, b in zip(row, column, strict=True)) for column in columns) for row in other.rows
        )
        return Pose(rows, other(self.shift))


def move(x: float = 0, y: float = 0, z: float = 0) -> Pose:
    return Pose(shift=(x, y, z))


def yaw(degrees: float) -> Pose:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return Pose(((c, 0, s), (0, 1, 0), (-s, 0, c)))


def pitch(degrees: float) -> Pose:
    """Positive values lean the top away from the camera; 90 lays a device on its back."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return Pose(((1, 0, 0), (0, c, s), (0, -s, c)))


def roll(degrees: float) -> Pose:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return Pose(((c, -s, 0), (s, c, 0), (0, 0, 1)))


def chain(*poses: Pose) -> Pose:
    """The first pose is applied first."""
    result = Pose()
    for pose in poses:
        result = result.then(pose)
    return result


def minus(a: Point, b: Point) -> Point:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def cross(a: Point, b: Point) -> Point:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def dot(a: Point, b: Point) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def unit(a: Point) -> Point:
    length = math.sqrt(dot(a, a)) or 1.0
    return (a[0] / length, a[1] / length, a[2] / length)


def normal(points: list[Point]) -> Point:
    """The normal of a face whose points run anti-clockwise; safe for four-cornered faces with a doubled corner."""
    if len(points) == 4:
        return unit(cross(minus(points[2], points[0]), minus(points[3], points[1])))
    third = len(points) // 3
    return unit(cross(minus(points[third], points[0]), minus(points[2 * third], points[0])))


class Outline:
    """A closed flat line that runs anti-clockwise and can be drawn smaller by an inset."""

    def __init__(self, width: float, height: float, draw):
        self.width, self.height, self.draw = width, height, draw

    def __call__(self, inset: float = 0) -> list[Flat]:
        return self.draw(inset)


def rounded(width: float, height: float, radius: float, steps: int = 10) -> Outline:
    def draw(inset):
        w, h = width / 2 - inset, height / 2 - inset
        r = min(max(radius - inset, 0.01), w, h)
        corners = ((w - r, h - r, 0), (r - w, h - r, 90), (r - w, r - h, 180), (w - r, r - h, 270))
        return [
            (
                x + r * math.cos(math.radians(start + 90 * i / steps)),
                y + r * math.sin(math.radians(start + 90 * i / steps)),
            )
            for x, y, start in corners
            for i in range(steps + 1)
        ]

    return Outline(width, height, draw)


def circle(radius: float, steps: int = 96) -> Outline:
    def draw(inset):
        r = radius - inset
        return [(r * math.cos(2 * math.pi * i / steps), r * math.sin(2 * math.pi * i / steps)) for i in range(steps)]

    return Outline(2 * radius, 2 * radius, draw)


def squircle(width: float, height: float, power: float = 3.0, steps: int = 96) -> Outline:
    def draw(inset):
        w, h = width / 2 - inset, height / 2 - inset
        angles = [2 * math.pi * i / steps for i in range(steps)]
        return [(w * bow(math.cos(a), power), h * bow(math.sin(a), power)) for a in angles]

    return Outline(width, height, draw)


def polygon(points: list[Flat]) -> Outline:
    """Any shape; the inset draws it towards its middle, which is near enough for small bevels."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    middle = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    half = max(max(xs) - min(xs), max(ys) - min(ys)) / 2

    def draw(inset):
        k = 1 - inset / half
        return [(middle[0] + (x - middle[0]) * k, middle[1] + (y - middle[1]) * k) for x, y in points]

    return Outline(2 * max(map(abs, xs)), 2 * max(map(abs, ys)), draw)


def soften(points: list[Flat], radius: float, steps: int = 6) -> list[Flat]:
    """Rounds the corners of a polygon."""
    result = []
    for i, corner in enumerate(points):
        before, after = points[i - 1], points[(i + 1) % len(points)]
        start, end = towards(corner, before, radius), towards(corner, after, radius)
        for k in range(steps + 1):
            t = k / steps
            result.append(
                tuple(
                    (1 - t) ** 2 * s + 2 * t * (1 - t) * c + t * t * e
                    for s, c, e in zip(start, corner, end, strict=True)
                )
            )
    return result


def towards(start: Flat, end: Flat, distance: float) -> Flat:
    length = math.dist(start, end)
    share = min(distance / length, 0.5) if length else 0
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def bow(value: float, power: float) -> float:
    return math.copysign(abs(value) ** (2 / power), value)
