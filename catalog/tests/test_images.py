"""Pictures: what is taken, what is refused, what is stored and shown."""

import struct
import time
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image as Pillow
from PIL import ImageCms, PngImagePlugin

from catalog import images, tasks
from catalog.exceptions import ImageError
from catalog.images import srcset, store_upload
from catalog.models import Image
from catalog.tests.factories import make_choice, make_field, make_image, make_product, make_variant

SECRET = b"taken at 52.5200 N 13.4050 E"


def raw(kind="PNG", size=(60, 40), mode="RGB", colour="#38598b", **options):
    out = BytesIO()
    Pillow.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def stored(content, name="upload.jpg"):
    file = store_upload(ContentFile(content, name=name))
    return file, Pillow.open(BytesIO(file.read()))


# Taken --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_takes_the_four_kinds_and_stores_webp_under_a_random_name(kind):
    file, picture = stored(raw(kind), name="my holiday.php.jpg")
    assert picture.format == "WEBP"
    assert picture.size == (60, 40)
    assert len(file.name) == 29
    assert file.name.endswith(".webp")
    assert "holiday" not in file.name


def test_gives_two_uploads_two_names():
    assert stored(raw())[0].name != stored(raw())[0].name


def test_scales_down_to_what_pages_need():
    assert stored(raw("JPEG", (4000, 3000)))[1].size == (1600, 1200)


def test_turns_a_picture_as_the_camera_said_and_drops_what_it_wrote():
    exif = Pillow.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = SECRET.decode()
    file, picture = stored(raw("JPEG", exif=exif))
    assert picture.size == (40, 60)
    assert not picture.getexif()
    file.seek(0)
    assert SECRET not in file.read()


def test_drops_text_and_xmp():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    file, _picture = stored(raw("PNG", pnginfo=text))
    file.seek(0)
    assert SECRET not in file.read()


@pytest.mark.parametrize(("mode", "colour"), [("RGBA", (10, 20, 30, 0)), ("LA", (90, 0)), ("P", 0)])
def test_keeps_transparency(mode, colour):
    options = {"transparency": 0} if mode == "P" else {}
    assert stored(raw("PNG", mode=mode, colour=colour, **options))[1].mode == "RGBA"


@pytest.mark.parametrize(("mode", "kind"), [("CMYK", "JPEG"), ("L", "JPEG"), ("1", "PNG"), ("I;16", "PNG")])
def test_takes_unusual_colour_modes(mode, kind):
    assert stored(raw(kind, mode=mode, colour=0))[1].mode == "RGB"


def test_reads_sixteen_bits_as_the_shade_they_mean():
    picture = stored(raw("PNG", mode="I;16", colour=32768))[1]
    assert abs(picture.getpixel((5, 5))[0] - 128) <= 2


def test_takes_a_picture_with_a_broken_colour_profile():
    assert stored(raw("JPEG", icc_profile=b"no profile at all"))[1].size == (60, 40)


def test_converts_a_colour_profile_instead_of_dropping_it():
    """The profile here calls red what sRGB calls blue."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"tmp!", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"tmp!", b"bXYZ", 1)
    picture = stored(raw("PNG", colour="red", icc_profile=swapped))[1]
    red, _green, blue = picture.getpixel((5, 5))
    assert (red, blue) == pytest.approx((0, 255), abs=12)
    assert "icc_profile" not in picture.info


def test_takes_the_first_picture_of_an_animation():
    frames = [Pillow.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    out = BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    picture = stored(out.getvalue())[1]
    assert getattr(picture, "n_frames", 1) == 1
    assert picture.convert("RGB").getpixel((5, 5))[0] > 200


def test_leaves_nothing_of_a_file_that_is_two_things_at_once():
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("evil.html", "<script>alert(1)</script>")
    file, _picture = stored(raw("JPEG") + archive.getvalue())
    file.seek(0)
    assert b"evil.html" not in file.read()


# Refused ------------------------------------------------------------------------------------------------------


def png_bomb(width, height):
    """A PNG of a few bytes that says it has very many pixels."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 5000))
        + chunk(b"IEND", b"")
    )


def zip_file():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr("a.png", raw())
    return out.getvalue()


def hostile():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    html = b"<!doctype html><script>alert(1)</script>"
    jpeg, noise = raw("JPEG", (600, 400)), bytes(range(256)) * 40
    return {
        "empty": b"",
        "text": b"not a picture",
        "nul": b"\0" * 4000,
        "svg": svg,
        "svg behind XML": b'<?xml version="1.0"?>' + svg,
        "html": html,
        "html behind GIF": b"GIF89a" + html,
        "php": b"<?php system($_GET['c']); ?>",
        "zip": zip_file(),
        "pdf": raw("PDF"),
        "eps": raw("EPS"),
        "tiff": raw("TIFF"),
        "gif": raw("GIF"),
        "bmp": raw("BMP"),
        "ico": raw("ICO"),
        "truncated JPEG": jpeg[: len(jpeg) // 2],
        "truncated PNG": raw("PNG", (600, 400), colour="red")[:-40],
        "broken WebP": b"RIFF\x40\x00\x00\x00WEBPVP8 " + noise,
        "broken AVIF": b"\x00\x00\x00\x1cftypavif" + noise,
        "too many pixels": raw("PNG", (5001, 5000), mode="1", colour=0),
        "100 megapixels": png_bomb(10_000, 10_000),
        "400 megapixels": png_bomb(20_000, 20_000),
        "gigapixels": png_bomb(2_000_000_000, 2_000_000_000),
        "too many bytes": raw("PNG") + b"\0" * (5 * 1024 * 1024),
    }


@pytest.mark.parametrize("what", hostile())
def test_refuses_hostile_uploads_quickly(what):
    content = hostile()[what]
    begin = time.perf_counter()
    with pytest.raises(ImageError) as refusal:
        store_upload(ContentFile(content, name="innocent.png"))
    assert time.perf_counter() - begin < 1
    assert str(refusal.value).startswith(("The picture ", "This is no picture"))


def test_takes_the_most_pixels_allowed():
    assert stored(raw("PNG", (5000, 5000), mode="1", colour=0))[1].size == (1600, 1600)


# Widths -------------------------------------------------------------------------------------------------------


@pytest.fixture
def product(db):
    return make_product()


def upload(product, size):
    return Image.objects.create(product=product, file=store_upload(ContentFile(raw("JPEG", size))), alt="Front")


def files_of(image):
    stem = Path(image.file.name).stem
    return sorted(name for name in default_storage.listdir("products")[1] if name.startswith(stem))


def test_makes_widths_below_the_originals_after_the_commit(product, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        image = upload(product, (1000, 500))
        assert len(files_of(image)) == 1
    image.refresh_from_db()
    assert image.widths == [320, 480, 640, 960]
    assert (image.width, image.height) == (1000, 500)
    stem = Path(image.file.name).stem
    assert files_of(image) == sorted([f"{stem}.webp", *(f"{stem}-{width}.webp" for width in image.widths)])
    with default_storage.open(f"products/{stem}-320.webp") as file:
        assert Pillow.open(file).size == (320, 160)


def test_makes_widths_once(product, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        image = upload(product, (700, 700))
    before = files_of(image)
    tasks.make_widths.call(image.pk)
    assert files_of(image) == before


def test_mends_what_a_crash_left(product, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        image = upload(product, (700, 700))
    whole = files_of(image)
    default_storage.delete(images.name_at(image.file.name, 480))
    Image.objects.filter(pk=image.pk).update(widths=[])
    tasks.make_widths.call(image.pk)
    assert files_of(image) == whole
    assert Image.objects.get().widths == [320, 480, 640]


def test_does_nothing_for_an_image_that_is_gone(db):
    tasks.make_widths.call(4711)


def test_leaves_no_files_when_the_image_goes_while_it_works(product, monkeypatch):
    image = upload(product, (700, 700))
    make = images.make_missing_widths

    def slowly(image):
        widths = make(image)
        Image.objects.filter(pk=image.pk).delete()
        return widths

    monkeypatch.setattr(images, "make_missing_widths", slowly)
    tasks.make_widths.call(image.pk)
    assert files_of(image) == []


def test_removes_all_files_with_the_row_when_that_is_committed(product, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        image = upload(product, (700, 700))
    with django_capture_on_commit_callbacks(execute=True):
        Image.objects.get().delete()
        assert len(files_of(image)) == 4
    assert files_of(image) == []


@pytest.mark.django_db(transaction=True)
def test_keeps_the_files_when_the_delete_is_rolled_back():
    image = upload(make_product(), (700, 700))
    with transaction.atomic():
        Image.objects.get().delete()
        transaction.set_rollback(True)
    assert len(files_of(image)) == 4


# Shown --------------------------------------------------------------------------------------------------------


def test_tells_pages_all_widths_without_opening_a_file(product, django_assert_num_queries, monkeypatch):
    upload(product, (1000, 500))
    Image.objects.update(widths=[320, 640])
    image = Image.objects.get()
    monkeypatch.setattr(default_storage, "open", None)
    with django_assert_num_queries(0):
        found = srcset(image)
    stem = image.file.url.removesuffix(".webp")
    assert found == images.Srcset(
        src=f"{stem}-640.webp",
        srcset=f"{stem}-320.webp 320w, {stem}-640.webp 640w, {stem}.webp 1000w",
        width=1000,
        height=500,
        alt="Front",
    )


def test_shows_the_original_until_the_widths_are_made(product):
    image = make_image(product)
    assert (srcset(image).src, srcset(image).srcset) == (image.file.url, "")


def test_finds_each_variants_own_picture_in_two_queries(product, django_assert_num_queries):
    colour = make_field(product.product_type, "colour", choices=["Black", "Blue"], scope="variant")
    both = make_image(product, alt="Both", position=0)
    blue = make_image(product, alt="Blue", position=1, choice=make_choice(colour, "Blue"))
    variants = [make_variant(product, options={"colour": name}) for name in ("Black", "Blue")]
    other = make_variant(make_product())
    with django_assert_num_queries(2):
        found = images.pictures_of([*variants, other])
    assert found == {variants[0].pk: srcset(both), variants[1].pk: srcset(blue)}


# Served -------------------------------------------------------------------------------------------------------


def test_serves_pictures_for_ever_and_harmlessly(client, product):
    image = make_image(product)
    response = client.get(image.file.url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    policy = response["Content-Security-Policy"].split("; ")
    assert sorted(part.strip() for part in policy) == ["default-src 'none'", "sandbox"]


@pytest.mark.parametrize("name", ["products/evil.html", "products/evil.svg", "products/missing.webp"])
def test_serves_nothing_else(client, product, name):
    default_storage.save("products/evil.html", ContentFile(b"<script>alert(1)</script>"))
    default_storage.save("products/evil.svg", ContentFile(b"<svg/>"))
    assert client.get(f"/media/{name}").status_code == 404
