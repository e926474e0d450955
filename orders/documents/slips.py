"""What is printed for a parcel: a packing slip to lie in it and an address label (A6) to stick on it, and for the way
back the label that the buyer prints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from orders.documents import snapshots
from orders.documents.sheets import A6, HEADINGS, SOFT, Sheet, address_lines
from orders.models import Order, OrderAddress, OrderLine, Return, Shipment

Printed = TypeVar("Printed", bound=Sheet)

LARGEST, SMALLEST = 16, 8  # points, of an address on a label


class SlipSheet(Sheet):
    shop_lines: Sequence[str] = ()

    def footer(self) -> None:
        self.footer_columns([self.shop_lines, [settings.SHOP_EMAIL, settings.SHOP_PHONE]])


class LabelSheet(Sheet):
    margin = 7
    size = A6

    def address(self, lines: Sequence[str], *, bottom: float) -> None:
        """As large as it fits above `bottom`."""
        for size in range(LARGEST, SMALLEST - 1, -1):
            self.set_font("Noto", "", size)
            if self.get_y() + self._rows(lines, size) * size * 0.5 <= bottom:
                break
        self.say("\n".join(lines), size=size)

    def _rows(self, lines: Sequence[str], size: float) -> int:
        wrapped = [self.multi_cell(0, size * 0.5, line, align="L", dry_run=True, output="LINES") for line in lines]
        return sum(len(rows) for rows in wrapped if isinstance(rows, list))

    def barcode(self, text: str, y: float) -> None:
        """Code 39, for the hand scanner."""
        self.code39(f"*{text}*", x=self.l_margin, y=y, w=0.75, h=11)
        self.set_xy(self.l_margin, y + 12)
        self.say(text, size=8, colour=SOFT)


def packing_slip(shipment: Shipment, numbers: Mapping[int, Sequence[str]]) -> bytes:
    """A4, without prices. `numbers` are the units' serial numbers by order line."""
    order = shipment.order
    lines = list(shipment.lines.select_related("order_line").order_by("order_line__position"))
    rows = [(str(row.quantity), _contents(row.order_line, numbers.get(row.order_line_id, ())), "") for row in lines]
    address = _address(order)
    sheet = _sheet(SlipSheet, _("Packing slip"), [*address, order.note, *(row[1] for row in rows)])
    sheet.shop_lines = address_lines(snapshots.seller())
    sheet.set_auto_page_break(True, margin=32)
    sheet.add_page()
    sheet.wordmark(settings.SHOP_NAME, sheet.l_margin, 16)
    sheet.set_xy(sheet.l_margin, 45)
    sheet.say("\n".join(address), size=10, width=85)
    below = sheet.get_y()
    sheet.set_y(45)
    sheet.facts(
        [
            (_("Order"), order.number),
            (_("Ordered on"), date_format(timezone.localtime(order.placed_at), "j F Y")),
            (_("Parcel"), str(shipment.number)),
            (_("Delivery"), order.shipping_name),
        ],
        x=118,
        width=sheet.w - sheet.r_margin - 118,
    )
    sheet.set_xy(sheet.l_margin, max(below, sheet.get_y(), 84) + 8)
    sheet.say(_("Packing slip"), size=16, bold=True)
    sheet.ln(3)
    sheet.set_font("Noto", "", 9)
    with sheet.table(
        col_widths=(16, 138, 20),
        text_align=("LEFT", "LEFT", "RIGHT"),
        borders_layout="HORIZONTAL_LINES",
        line_height=4.4,
        padding=(1.6, 0),
        v_align="TOP",
        headings_style=HEADINGS,
    ) as table:
        table.row([_("Units"), _("Description"), _("Checked")])
        for row in rows:
            table.row(row)
    if order.note:
        sheet.ln(6)
        sheet.say(_("Note: %(note)s") % {"note": order.note})
    return bytes(sheet.output())


def address_label(shipment: Shipment) -> bytes:
    order = shipment.order
    code = f"{order.number}-{shipment.number}"
    return _label(_("Address label"), address_lines(snapshots.seller()), _address(order), code)


def return_label(process: Return) -> bytes:
    """From the buyer to the shop. Its code is the return's number, which the buyer would else write on the parcel."""
    return _label(_("Return label"), _own_address(process.order), address_lines(snapshots.seller()), process.label)


def _label(title: str, sender: Sequence[str], recipient: Sequence[str], code: str) -> bytes:
    sheet = _sheet(LabelSheet, title, [*sender, *recipient])
    sheet.set_auto_page_break(False)
    sheet.add_page()
    sheet.say(_("From"), size=7, colour=SOFT)
    sheet.say(", ".join(sender), size=8)
    sheet.ln(3)
    sheet.line(sheet.l_margin, sheet.get_y(), sheet.w - sheet.r_margin, sheet.get_y())
    sheet.ln(5)
    sheet.say(_("To"), size=7, colour=SOFT)
    sheet.ln(1)
    sheet.address(recipient, bottom=116)
    sheet.barcode(code, 122)
    return bytes(sheet.output())


def _sheet(kind: type[Printed], title: str, texts: Sequence[str]) -> Printed:
    language = get_language() or settings.LANGUAGE_CODE
    return kind(text=" ".join(texts), title=title, language=language, issued_on=timezone.localdate())


def _address(order: Order) -> list[str]:
    """Where the parcel goes."""
    return _lines(order, OrderAddress.Kind.DELIVERY)


def _own_address(order: Order) -> list[str]:
    """The buyer's own; what he fetched in the store was never sent to it."""
    return _lines(order, OrderAddress.Kind.INVOICE if order.is_pickup else OrderAddress.Kind.DELIVERY)


def _lines(order: Order, kind: str) -> list[str]:
    address = order.addresses.filter(kind=kind).first()
    return address.lines() if address else [order.email]


def _contents(line: OrderLine, numbers: Sequence[str]) -> str:
    name = f"{line.product_name} {line.variant_label}".strip()
    return "\n".join([name, _("Item %(sku)s") % {"sku": line.sku}, *numbers])
