"""The look: the style guide is whole, sheets and scripts stay within their budget, every icon exists."""

import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.test import Client

TEMPLATES: Path = settings.BASE_DIR / "templates"
STATIC: Path = settings.BASE_DIR / "static"
PAGES = sorted((STATIC / "css" / "pages").glob("*.css"))
COMPRESSED_KB = 1024

PARTS_OF_THE_FRAME = {"account_menu", "head_assets", "mark", "site_footer", "site_header", "wordmark"}


def linked(pattern: str) -> list[Path]:
    """The files of ours that every page loads."""
    head = (TEMPLATES / "components" / "head_assets.html").read_text()
    return [STATIC / path for path in re.findall(pattern, head)]


def weight(files: list[Path]) -> int:
    return sum(len(brotli.compress(file.read_bytes())) for file in files)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_keeps_the_style_sheets_of_a_page_within_35_kb(page: Path) -> None:
    assert weight([*linked(r"static '([^']+\.css)'"), page]) <= 35 * COMPRESSED_KB


def test_keeps_the_scripts_within_40_kb_and_the_font_within_60() -> None:
    scripts = [*(STATIC / "js").glob("*.js"), *(STATIC / "vendor").rglob("*.js")]
    assert weight(scripts) <= 40 * COMPRESSED_KB
    assert sum(font.stat().st_size for font in STATIC.rglob("*.woff2")) <= 60 * COMPRESSED_KB


def test_draws_every_component_in_the_style_guide(client: Client, db: None) -> None:
    guide = (TEMPLATES / "styleguide.html").read_text()
    components = {file.stem for file in (TEMPLATES / "components").glob("*.html")} - PARTS_OF_THE_FRAME
    assert {name for name in components if f"components/{name}.html" not in guide} == set()
    assert client.get("/styleguide/").status_code == 200


def test_has_every_icon_that_a_template_names() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "img" / "icons.svg").read_text()))
    pages = "\n".join(file.read_text() for file in TEMPLATES.rglob("*.html"))
    named = set(re.findall(r"""{% icon ["']([^"']+)["']""", pages)) | set(re.findall(r'with icon="([^"]+)"', pages))
    assert named - drawn == set()


def test_fetches_no_sheet_or_picture_from_elsewhere() -> None:
    foreign = re.compile(r"""(src|url\(|@import|fetch\()\s*[=(]?\s*["']?(https?:)?//""")
    files = [*(STATIC / "css").rglob("*.css"), *(STATIC / "js").glob("*.js")]
    assert [file.name for file in files if foreign.search(file.read_text())] == []
