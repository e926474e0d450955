"""Draws the demo shop's pictures: what is missing, with --all everything, or the named ones.

Run by maintainers when a device is added or changed; the shop itself never needs it. Needs Pillow only.
"""

import argparse
import json
from io import BytesIO
from multiprocessing import Pool
from pathlib import Path

from PIL import Image
from shots import OTHERS, SHOTS
from studio.light import colour_of
from studio.scene import Scene

HERE = Path(__file__).parent
CATALOG = HERE.parent / "catalog"
LARGEST = 45 * 1024


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
    data = packed(picture(name, product))
    (HERE / f"{name}.webp").write_bytes(data)
    return f"{name}  {len(data) / 1024:.0f} KB"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="pictures without their ending")
    parser.add_argument("--all", action="store_true", help="draw again what is there")
    options = parser.parse_args()
    pictures = wanted()
    names = options.names or [name for name in pictures if options.all or not (HERE / f"{name}.webp").exists()]
    with Pool() as pool:
        for number, line in enumerate(pool.imap_unordered(draw, [(name, pictures[name]) for name in names]), 1):
            print(f"{number}/{len(names)}  {line}", flush=True)


if __name__ == "__main__":
    main()
