"""Pictures: checked and re-encoded at upload, in several widths for pages.

What is stored is never what was sent: the picture is decoded and written anew as WebP, without metadata, under a
random name, so nothing active or private of the upload is left.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps

from catalog.exceptions import ImageError
from catalog.models import Image, SpecValue, Variant

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
SIDE_MAX = 1600
WIDTHS = (320, 480, 640, 960, 1280)
SRC_WIDTH = 640  # for browsers that choose no width themselves
QUALITY = 82
SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True)
class Srcset:
    """What an <img> needs; `srcset` is empty until the smaller widths are made."""

    src: str
    srcset: str
    width: int
    height: int
    alt: str


# Taking in ----------------------------------------------------------------------------------------------------


def store_upload(file: File) -> ContentFile:
    """The uploaded picture as a clean WebP file to be saved. Raises ImageError with words for the uploader."""
    if file.size > settings.IMAGE_MAX_BYTES:
        megabytes = settings.IMAGE_MAX_BYTES // (1024 * 1024)
        raise ImageError(_("The picture is larger than %(megabytes)d MB.") % {"megabytes": megabytes})
    picture = _opened(file)
    if picture.width * picture.height > settings.IMAGE_MAX_PIXELS:
        raise _too_many_pixels()
    try:
        return ContentFile(_encoded(_upright(picture)), name=f"{secrets.token_hex(12)}.webp")
    except Exception as error:  # the decoders of broken files fail in ways that no list names in full
        raise ImageError(_("The picture is damaged and cannot be read.")) from error


def _opened(file: File) -> Pillow.Image:
    """The picture by its content, whatever its name says; nothing is decoded yet."""
    file.seek(0)
    try:
        return Pillow.open(file, formats=FORMATS)
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Exception as error:
        raise ImageError(_("This is no picture of a kind that is taken: JPEG, PNG, WebP or AVIF.")) from error


def _too_many_pixels() -> ImageError:
    millions = settings.IMAGE_MAX_PIXELS // 1_000_000
    return ImageError(_("The picture has more than %(millions)d million pixels.") % {"millions": millions})


def _upright(picture: Pillow.Image) -> Pillow.Image:
    """Decoded, scaled down, turned as its camera said, in sRGB with or without transparency."""
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256).convert("L")
    elif picture.mode == "P":
        picture = picture.convert("RGBA")  # a palette cannot be scaled smoothly
    picture.thumbnail((SIDE_MAX, SIDE_MAX), reducing_gap=2.0)
    return _in_srgb(ImageOps.exif_transpose(picture))


def _in_srgb(picture: Pillow.Image) -> Pillow.Image:
    """Phones photograph in wider colours; dropping their profile unconverted would dull them."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "RGBA", "CMYK"):
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        try:
            picture = ImageCms.profileToProfile(picture, BytesIO(profile), SRGB, outputMode=mode) or picture
        except (ImageCms.PyCMSError, OSError):
            pass  # an unreadable profile: take the colours as they are
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _encoded(picture: Pillow.Image) -> bytes:
    clean = Pillow.new(picture.mode, picture.size)
    clean.paste(picture)  # a fresh image has no EXIF, XMP or text to carry over
    out = BytesIO()
    clean.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()


# Widths -------------------------------------------------------------------------------------------------------


def name_at(name: str, width: int) -> str:
    """products/3fa9.webp → products/3fa9-640.webp"""
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}-{width}{path.suffix}"))


def make_missing_widths(image: Image) -> list[int]:
    """Write the smaller copies that are not there yet and return all widths; running again does nothing."""
    storage = image.file.storage
    wanted = [width for width in WIDTHS if width < image.width]
    missing = [width for width in wanted if not storage.exists(name_at(str(image.file), width))]
    if missing:
        with image.file.open("rb") as file:
            original = Pillow.open(file, formats=("WEBP",))
            original.load()
        for width in missing:
            copy = original.resize(
                (width, max(1, round(image.height * width / image.width))), Pillow.Resampling.LANCZOS
            )
            storage.save(name_at(str(image.file), width), ContentFile(_encoded(copy)))
    return wanted


def remove_files(name: str) -> None:
    """The picture and its copies leave the storage; the copies that may exist are known by name."""
    storage = Image._meta.get_field("file").storage
    for width in WIDTHS:
        storage.delete(name_at(name, width))
    storage.delete(name)


# Showing ------------------------------------------------------------------------------------------------------


def srcset(image: Image) -> Srcset:
    """Addresses for an <img>, from the row alone: no file is opened, nothing is asked."""
    url = image.file.url
    made = {width: name_at(url, width) for width in image.widths} | {image.width: url}
    sources = ", ".join(f"{address} {width}w" for width, address in sorted(made.items())) if image.widths else ""
    return Srcset(src=made.get(SRC_WIDTH, url), srcset=sources, width=image.width, height=image.height, alt=image.alt)


def pictures_of(variants: Sequence[Variant]) -> dict[int, Srcset]:
    """A picture by variant id: its own colour's, else the product's first; none where there is none. Two queries."""
    images: dict[int, list[Image]] = defaultdict(list)
    for image in Image.objects.filter(product__in={variant.product_id for variant in variants}):
        images[image.product_id].append(image)
    choices: dict[int, set[int]] = defaultdict(set)
    rows = SpecValue.objects.filter(variant__in=[variant.pk for variant in variants], choice__isnull=False)
    for variant_id, choice_id in rows.values_list("variant_id", "choice_id"):
        choices[variant_id].add(choice_id)
    return {
        variant.pk: srcset(shown_for(choices[variant.pk], images[variant.product_id])[0])
        for variant in variants
        if images[variant.product_id]
    }


def shown_for(choice_ids: Iterable[int], images: Iterable[Image]) -> list[Image]:
    """A product's pictures as a variant with these choices shows them: its own first, other colours' last."""
    own = set(choice_ids)
    return sorted(images, key=lambda image: 1 if image.choice_id is None else 0 if image.choice_id in own else 2)
