"""A printed sheet: fonts for every script, the shop's mark, colours, and a footer with page numbers. Lengths in mm."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from fpdf import FPDF, FontFace, XPos, YPos

from orders.documents import fonts

A4, A6 = (210, 297), (105, 148)
INK, SOFT, ACCENT, RULE, GROUND = "#11191b", "#506064", "#00685a", "#dde3e4", "#f4f6f6"
HEADINGS = FontFace(emphasis="BOLD", color=SOFT, size_pt=8)


class Sheet(FPDF):
    """`text` is all that will be printed, or at least one sign of each of its scripts."""

    margin = 18
    size = A4

    def __init__(self, *, text: str, title: str, language: str, issued_on: date) -> None:
        super().__init__(format=self.size)
        self.set_title(title)
        self.set_lang(language)
        self.set_creator("DeviceHub")
        self.set_creation_date(datetime(issued_on.year, issued_on.month, issued_on.day, tzinfo=UTC))
        self.set_margin(self.margin)
        self.c_margin = 0
        self._add_fonts(text)
        self.set_text_color(INK)
        self.set_draw_color(RULE)

    def _add_fonts(self, text: str) -> None:
        self.add_font("Noto", "", fonts.REGULAR)
        self.add_font("Noto", "B", fonts.BOLD)
        further = fonts.needed_for(text)
        for path in further:
            self.add_font(path.stem, "", path)
        self.set_fallback_fonts([path.stem for path in further], exact_match=False)
        self.set_text_shaping(True)
        self.set_font("Noto", "", 9)

    def set_font(self, *args: Any, **kwargs: Any) -> None:
        """Name the font on the page at once. fpdf2 2.8 names it with the next line, which takes it back at its end
        when it begins in another script; whatever follows then came in the wrong font.
        """
        super().set_font(*args, **kwargs)
        if self.page and not self.current_font_is_set_on_page and self.current_font:
            self._out(self._set_font_for_page(self.current_font, self.font_size_pt))

    def say(
        self, text: str, *, size: float = 9, bold: bool = False, colour: str = INK, width: float = 0, **more: Any
    ) -> None:
        """Lines of text from here on, wrapped at `width`; the next begin below. Each line has its own direction."""
        self.set_font("Noto", "B" if bold else "", size)
        self.set_text_color(colour)
        for line in text.split("\n"):
            self.multi_cell(width, size * 0.5, line, **{"align": "L", "new_x": XPos.LEFT, "new_y": YPos.NEXT, **more})
        self.set_text_color(INK)

    def wordmark(self, name: str, x: float, y: float, *, size: float = 8) -> None:
        """The mark of components/mark.html (28 units wide) and the shop's name."""
        part = size / 28
        with self.local_context(draw_color=ACCENT, line_width=2.5 * part):
            self.rect(
                x + 1.5 * part, y + 4.5 * part, 19 * part, 15 * part, round_corners=True, corner_radius=3.5 * part
            )
            self.line(x + 7 * part, y + 24.5 * part, x + 13 * part, y + 24.5 * part)
        with self.local_context(draw_color="#ffffff", fill_color=ACCENT, line_width=part):
            box = (x + 15.5 * part, y + 11 * part, 11 * part, 15.5 * part)
            self.rect(*box, style="DF", round_corners=True, corner_radius=3 * part)
        self.set_xy(x + size + 1.5, y)
        self.say(name, size=size * 2, bold=True, width=80)

    def facts(self, rows: Iterable[tuple[str, str]], *, x: float, width: float, label: float = 28) -> None:
        """Name and value side by side."""
        for name, value in rows:
            self.set_x(x)
            top = self.get_y()
            self.say(name, size=8, colour=SOFT, width=label)
            self.set_xy(x + label, top)
            self.say(value, size=9, width=width - label)

    def footer_columns(self, columns: Iterable[Iterable[str]]) -> None:
        """Small print on the foot of every page, and which page it is."""
        columns = list(columns)
        width = self.epw / len(columns)
        self.set_y(-26)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        top = self.get_y() + 2
        for place, lines in enumerate(columns):
            self.set_xy(self.l_margin + place * width, top)
            self.say("\n".join(line for line in lines if line), size=7, colour=SOFT, width=width - 2)
        self.set_y(-8)
        self.set_x(self.l_margin)
        pages = _("Page %(page)s of %(pages)s") % {"page": self.page_no(), "pages": "{nb}"}
        self.say(pages, size=7, colour=SOFT, align="R")


def day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "j F Y") if iso else ""


def address_lines(party: dict[str, str]) -> list[str]:
    """As it is written on a parcel, empty parts left out."""
    town = f"{party.get('postcode', '')} {party.get('city', '')}".strip()
    parts = [party["name"], party.get("company"), party.get("line1"), party.get("line2"), town]
    return [part for part in [*parts, party.get("region"), party.get("country_name")] if part]
