"""An invoice or credit note as a PDF, from its snapshot alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override
from fpdf import XPos

from devicehub.lib.money import Money
from orders.documents.sheets import HEADINGS, SOFT, Sheet, address_lines, day

COLUMNS = (72, 12, 25, 15, 25, 25)  # the margins of A4 leave 174
ROW = 5.5


def render(facts: dict[str, Any]) -> bytes:
    with override(facts["language"]):
        sheet = InvoiceSheet(facts)
        sheet.add_page()
        sheet.head()
        sheet.lines()
        sheet.sums()
        sheet.closing()
        return bytes(sheet.output())


def title_of(facts: dict[str, Any]) -> str:
    if facts["kind"] == "invoice":
        return _("Invoice %(number)s") % facts
    return _("Credit note %(number)s") % facts


class InvoiceSheet(Sheet):
    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts_shown = facts
        super().__init__(
            text=json.dumps(facts, ensure_ascii=False),
            title=title_of(facts),
            language=facts["language"],
            issued_on=date.fromisoformat(facts["issued_on"]),
        )
        self.set_author(facts["seller"]["name"])
        self.set_auto_page_break(True, margin=32)

    def money(self, amount: str) -> str:
        return Money(amount, self.facts_shown["currency"]).format()  # type: ignore[arg-type]

    def header(self) -> None:
        if self.page_no() > 1:
            self.set_y(12)
            self.say(title_of(self.facts_shown), size=8, colour=SOFT, align="R")
            self.set_y(22)

    def footer(self) -> None:
        seller = self.facts_shown["seller"]
        bank = [f"IBAN {seller['iban']}" if seller["iban"] else "", f"BIC {seller['bic']}" if seller["bic"] else ""]
        vat = _("VAT number %(vat)s") % {"vat": seller["vat_number"]} if seller["vat_number"] else ""
        self.footer_columns(
            [
                address_lines(seller),
                [seller["email"], seller["phone"]],
                [vat, seller["register"]],
                bank,
            ]
        )

    def head(self) -> None:
        facts, seller = self.facts_shown, self.facts_shown["seller"]
        self.wordmark(seller["shop"], self.l_margin, 16)
        self.set_xy(self.l_margin, 45)
        sender = " · ".join([seller["name"], seller["line1"], f"{seller['postcode']} {seller['city']}".strip()])
        self.say(sender, size=6.5, colour=SOFT, width=85)
        self.ln(2)
        vat = facts["buyer"]["vat_number"]
        vat_line = [_("VAT number %(vat)s") % {"vat": vat}] if vat else []
        self.say("\n".join([*address_lines(facts["buyer"]), *vat_line]), size=10, width=85)
        below = self.get_y()
        self.set_y(45)
        self.facts(self._facts(), x=118, width=self.w - self.r_margin - 118)
        self.set_xy(self.l_margin, max(below, self.get_y(), 84) + 8)
        self.say(title_of(facts), size=16, bold=True)
        self.ln(3)

    def _facts(self) -> Iterator[tuple[str, str]]:
        facts = self.facts_shown
        yield _("Number"), facts["number"]
        yield _("Date of issue"), day(facts["issued_on"])
        if facts["supplied_on"]:
            yield _("Date of supply"), day(facts["supplied_on"])
        for invoice in facts["invoices"]:
            issued = {"number": invoice["number"], "day": day(invoice["issued_on"])}
            yield _("For invoice"), _("%(number)s of %(day)s") % issued
        yield _("Order"), facts["order"]["number"]
        yield _("Ordered on"), day(facts["order"]["placed_on"])
        if facts["parcel"]:
            yield _("Parcel"), str(facts["parcel"])
        if facts["delivery"] != facts["buyer"]:
            yield _("Delivered to"), ", ".join(address_lines(facts["delivery"]))

    def lines(self) -> None:
        self.set_font("Noto", "", 9)
        words = [_("Description"), _("Units"), _("Unit price, net"), _("Tax"), _("Net"), _("With tax")]
        with self.table(
            col_widths=COLUMNS,
            text_align=("LEFT", "RIGHT", "RIGHT", "RIGHT", "RIGHT", "RIGHT"),
            borders_layout="HORIZONTAL_LINES",
            line_height=4.4,
            padding=(1.4, 0),
            v_align="TOP",
            headings_style=HEADINGS,
        ) as table:
            table.row(words)
            for line in self.facts_shown["lines"]:
                gross = Money(line["net"], self.facts_shown["currency"]) + Money(
                    line["tax"], self.facts_shown["currency"]
                )
                table.row(
                    [
                        _description(line),
                        str(line["units"]),
                        self.money(line["unit_net"]),
                        f"{line['rate']} %",
                        self.money(line["net"]),
                        gross.format(),
                    ]
                )

    def sums(self) -> None:
        facts = self.facts_shown
        self.ln(3)
        rows = [(_("Net"), self.money(facts["net"]))]
        for band in facts["taxes"]:
            words = {"rate": band["rate"], "net": self.money(band["net"])}
            rows.append((_("%(rate)s %% tax on %(net)s") % words, self.money(band["tax"])))
        if self.will_page_break(ROW * (len(rows) + 2)):  # the sums stay together
            self.add_page()
        for name, amount in rows:
            self.sum_row(name, amount)
        self.sum_row(_("Total"), self.money(facts["total"]), bold=True)

    def sum_row(self, name: str, amount: str, *, bold: bool = False) -> None:
        left, width = self.l_margin + 87, self.epw - 87
        self.set_font("Noto", "B" if bold else "", 11 if bold else 9)
        if bold:
            self.line(left, self.get_y() + 0.5, left + width, self.get_y() + 0.5)
            self.ln(1.5)
        self.set_x(left)
        self.cell(width - 32, ROW, name)
        self.cell(32, ROW, amount, align="R", new_x=XPos.LMARGIN, new_y="NEXT")

    def closing(self) -> None:
        facts = self.facts_shown
        reason = [_("Reason: %(reason)s") % facts] if facts["reason"] else []
        self.ln(6)
        self.set_x(self.l_margin)
        for words in [*facts["tax_notes"], *reason, facts["terms"]]:
            self.say(words)
            self.ln(1)


def _description(line: dict[str, Any]) -> str:
    """Name, then what else there is to say, a line each."""
    sku = [_("Item %(sku)s") % line] if line["sku"] else []
    return "\n".join([line["name"], *line["details"], *sku, *line["serials"]])
