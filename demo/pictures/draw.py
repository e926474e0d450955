"""Draws the demo shop's pictures: what is missing or was drawn otherwise, with --all everything, or the named ones.

Run by maintainers when a device is added or changed ("make pictures"); the shop itself never needs it. Needs Pillow
and, for its bar, rich. Each picture is written as soon as it is drawn, so what was broken off goes on where it was.
"""

import argparse
import json
import sys
from hashlib import sha256
from io import BytesIO
from multiprocessing import Pool
from pathlib import Path
from types import CodeType, ModuleType

import shots
from PIL import Image
from rich.progress import track
from shots import OTHERS, SHOTS
from studio.light import colour_of
from studio.scene import Scene

HERE = Path(__file__).parent
CATALOG = HERE.parent / "catalog"
LARGEST = 45 * 1024
DRAWN = HERE / "drawn.json"  # what each picture was drawn by


def swatches() -> dict[tuple[str, str], str]:
    """Colours by product type and value, as the shop shows them."""
    types = json.loads((CATALOG / "types.json").read_text(encoding="utf-8"))
    return {
        (one["key"], choice["value"]): choice["swatch"]
        for one in types
        for field in one["fields"]
        if field["key"] == "colour"
        for choice in field["choices"]
    }


def wanted() -> dict[str, tuple[str, str, str] | None]:
    """Every picture by name, with slug, colour name and swatch where it is a product in one of its colours."""
    known, result = swatches(), dict.fromkeys(OTHERS)
    for path in sorted((CATALOG / "products").glob("*.json")):
        for product in json.loads(path.read_text(encoding="utf-8")):
            for image in product["images"]:
                name = image["file"].removesuffix(".webp")
                if name not in OTHERS:
                    colour = image.get("variant_options", product["variants"][0]["options"])["colour"]
                    result[name] = (product["slug"], colour, known[product["type"], colour])
    return result


def picture(name: str, product: tuple[str, str, str] | None) -> Image.Image:
    if product is None:
        return OTHERS[name]()
    slug, colour, swatch = product
    elevation, build = SHOTS[slug]
    return Scene(*build(colour, colour_of(swatch)), elevation=elevation).render()


def mark(name: str, product: tuple[str, str, str] | None) -> str:
    """What a picture is drawn by: its shot, its colour, and the modules that build and light it."""
    build = OTHERS[name] if product is None else SHOTS[product[0]][1]
    facts = [repr(product), "" if product is None else str(SHOTS[product[0]][0]), *told(build)]
    files = sorted((HERE / "studio").glob("*.py")) + sorted({Path(str(one.__file__)) for one in modules(build)})
    texts = [path.read_text(encoding="utf-8") for path in files]
    return sha256("\n".join([*facts, *texts]).encode()).hexdigest()[:16]


def told(build) -> list[str]:
    """A function of shots.py by what it says, wherever it stands, with what it closes over."""
    inner = [cell.cell_contents for cell in build.__closure__ or ()]
    return [*said(build.__code__), *(line for value in inner for line in closed_over(value))]


def closed_over(value) -> list[str]:
    if callable(value):
        return told(value)
    if isinstance(value, tuple | list):
        return [line for one in value for line in closed_over(one)]
    return [repr(value)]


def said(code: CodeType) -> list[str]:
    inner = [line for one in code.co_consts if isinstance(one, CodeType) for line in said(one)]
    plain = [repr(one) for one in code.co_consts if not isinstance(one, CodeType)]
    return [*code.co_names, *plain, *inner]


def modules(build) -> set[ModuleType]:
    """The modules of devices/ that a shot names, and those that they build upon."""
    words = " ".join(told(build))
    found = {one for name, one in vars(shots).items() if isinstance(one, ModuleType) and name in words.split()}
    waiting = list(found)
    while waiting:
        homes = {getattr(one, "__module__", "") for one in vars(waiting.pop()).values()}
        more = {sys.modules[home] for home in homes if str(home).startswith("devices.")} - found
        found |= more
        waiting += more
    return found


def marks() -> dict[str, str]:
    return json.loads(DRAWN.read_text(encoding="utf-8")) if DRAWN.exists() else {}


def keep(known: dict[str, str]) -> None:
    DRAWN.write_text(json.dumps(dict(sorted(known.items())), indent=1) + "\n", encoding="utf-8")


def packed(image: Image.Image) -> bytes:
    """As good as fits: the quality is lowered until the file is small enough."""
    for quality in range(82, 27, -6):
        out = BytesIO()
        image.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= LARGEST:
            break
    return out.getvalue()


def draw(item) -> str:
    name, product = item
    (HERE / f"{name}.webp").write_bytes(packed(picture(name, product)))
    return name


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="pictures without their ending")
    parser.add_argument("--all", action="store_true", help="draw again what is there")
    parser.add_argument("--processes", type=int, default=None, help="how many at once")
    options = parser.parse_args()
    pictures, known = wanted(), marks()
    now = {name: mark(name, product) for name, product in pictures.items()}
    stale = [name for name in pictures if known.get(name) != now[name] or not (HERE / f"{name}.webp").exists()]
    names = options.names or (list(pictures) if options.all else stale)
    with Pool(options.processes) as pool:
        drawn = pool.imap_unordered(draw, [(name, pictures[name]) for name in names])
        for name in track(drawn, description="Drawing", total=len(names)):
            keep(known := known | {name: now[name]})


if __name__ == "__main__":
    main()
