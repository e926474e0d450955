"""Small parts that many devices share."""

from studio.geometry import Outline, Pose, chain, circle, move, pitch, rounded, yaw
from studio.light import Colour, Material, anodised, darker, glossy, lighter, matt, mix, plastic, polished
from studio.sheet import Sheet
from studio.solids import Decal, Mesh, Model, arc, lathe, panel, slab, sweep

BLACK = (24, 25, 28)
RUBBER = (38, 39, 43)
STEEL = (196, 199, 204)
FRONT, BACK = (0, 0, 1), (0, 0, -1)
LEFT, RIGHT, TOP = (-1, 0, 0), (1, 0, 0), (0, 1, 0)

__all__ = [
    "BACK", "BLACK", "FRONT", "LEFT", "RIGHT", "RUBBER", "STEEL", "TOP", "Colour", "Decal", "Material", "Mesh", "Model",
    "Outline", "Pose", "Sheet", "anodised", "arc", "body", "button", "chain", "circle", "darker", "disc", "face",
    "finish", "foot", "glossy", "lathe", "lens", "lighter", "lying", "matt", "mix", "move", "on_back", "on_left",
    "on_right", "on_top", "panel", "pitch", "plastic", "polished", "port", "rounded", "slab", "sweep", "turned", "yaw",
]  # fmt: skip


def body(outline: Outline, depth: float, material: Material, bevel: float = 1.0, **more) -> Mesh:
    """A slab around the origin."""
    return slab(outline, -depth / 2, depth / 2, material, bevel, **more)


def on_back(depth: float) -> Pose:
    """Moves what was built facing the camera onto the back of a body of that depth."""
    return chain(move(z=depth / 2), yaw(180))


def on_right(width: float) -> Pose:
    return chain(move(z=width / 2), yaw(90))


def on_left(width: float) -> Pose:
    return chain(move(z=width / 2), yaw(-90))


def on_top(height: float) -> Pose:
    """Moves what was built facing the camera onto the top, its own top pointing backwards."""
    return chain(move(z=height / 2), pitch(90))


def lying(model: Model) -> Model:
    return model.posed(pitch(90)).grounded()


def turned(model: Model, degrees: float, x: float = 0, z: float = 0, lean: float = 0) -> Model:
    """Leans, turns and puts a model onto the ground."""
    return model.posed(pitch(lean), yaw(degrees)).grounded().posed(move(x, 0, z))


def finish(colour: Colour) -> tuple[Colour, Colour]:
    """Top and bottom tone of a large flat back, so that it does not look like paper."""
    return lighter(colour, 0.16), darker(colour, 0.10)


def face(outline: Outline, depth: float, colour: Colour, lit: float = 0.5) -> Decal:
    """A flat cap with a soft gradient."""
    sheet = Sheet(outline.width, outline.height, pixels=700).fall(*finish(colour)).cut_outline(outline())
    return panel(outline.width, outline.height, depth, sheet.image, lit=lit)


def disc(radius: float, depth: float, sheet: Sheet, lit: float = 0.0) -> Decal:
    return panel(2 * radius, 2 * radius, depth, sheet.cut(radius).image, lit=lit)


def lens(radius: float, height: float, material: Material, glass=(16, 20, 30)) -> Model:
    """A small lens that stands out from z = 0."""
    rim = lathe([(radius, 0), (radius, height * 0.7), (radius * 0.93, height), (radius * 0.84, height)], material, 64)
    sheet = Sheet(2 * radius, 2 * radius, pixels=420).lens(radius, radius, radius, glass=glass)
    return Model().add(rim, disc(radius * 0.86, height, cropped(sheet, 0.86)))


def cropped(sheet: Sheet, share: float) -> Sheet:
    """The middle of a square sheet."""
    side = sheet.size[0]
    edge = round(side * (1 - share) / 2)
    result = Sheet(sheet.width * share, sheet.width * share, pixels=side - 2 * edge)
    return result.paste(sheet.image.crop((edge, edge, side - edge, side - edge)), 0, 0, result.width, result.height)


def button(width: float, height: float, raised: float, material: Material) -> Mesh:
    return slab(rounded(width, height, min(width, height) / 2), -0.5, raised, material, min(raised, 0.4), 3, "front")


def port(width: float, height: float, colour: Colour = (20, 20, 23), radius: float | None = None) -> Decal:
    """A socket: a dark hole with a light lower lip."""
    round_by = min(width, height) / 2 if radius is None else radius
    sheet = Sheet(width, height, pixels=240).box(0, 0, width, height, (*lighter(colour, 0.35), 255), round_by)
    sheet.box(width * 0.04, 0, width * 0.92, height * 0.9, colour, round_by)
    return panel(width, height, 0.05, sheet.image)


def foot(width: float, depth: float, height: float, material: Material, radius: float) -> Model:
    """A flat plate on the ground."""
    return lying(Model().add(body(rounded(width, depth, radius), height, material, min(height * 0.4, 2))))
