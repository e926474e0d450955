"""Every template compiles, and every file it names is there."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.urls import URLPattern, URLResolver, get_resolver

TEMPLATES = sorted(
    path.relative_to(settings.BASE_DIR / "templates") for path in (settings.BASE_DIR / "templates").rglob("*.*")
)
STATIC_FILE = re.compile(r"{%-?\s*static\s+['\"]([^'\"]+)['\"]")
FORBIDDEN = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", re.IGNORECASE)
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\b(src|type=\"application/(ld\+)?json\"))[^>]*>", re.IGNORECASE)
LOADS = re.compile(r"(?:src|href|action)=[\"']https?://", re.IGNORECASE)


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_compiles(template: Path) -> None:
    get_template(str(template))


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_names_static_files_that_exist(template: Path) -> None:
    named = STATIC_FILE.findall((settings.BASE_DIR / "templates" / template).read_text())
    assert [name for name in named if finders.find(name) is None] == []


# Mail programs know no style sheets and no content policy.
@pytest.mark.parametrize("template", [path for path in TEMPLATES if "email" not in str(path)], ids=str)
def test_holds_no_inline_code(template: Path) -> None:
    text = (settings.BASE_DIR / "templates" / template).read_text()
    assert not FORBIDDEN.search(text)
    assert not INLINE_SCRIPT.search(text)
    assert not LOADS.search(text)


def routes(patterns: list, prefix: str = "") -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and "<" not in route and "(" not in route:
            found.append("/" + route.replace("^", "").replace("$", "").replace("\\Z", ""))
    return found


@pytest.mark.parametrize("path", sorted(set(routes(get_resolver().url_patterns))))
def test_answers_a_stranger_without_breaking(client, db: None, path: str) -> None:  # type: ignore[no-untyped-def]
    for response in (client.get(path), client.post(path)):
        assert response.status_code < 500
