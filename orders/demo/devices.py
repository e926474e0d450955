"""Numbers of the demo's devices: valid in form, and nobody's."""

from __future__ import annotations

from stdnum import imei

from orders.models import OrderLine
from orders.units import Number, read


def make_number(line: OrderLine, place: int) -> Number:
    """An IMEI of a phone, from the range of test devices (reporting body 00, GSMA TS.06); else a serial number.

    Each `place` below 1,000,000 has its own.
    """
    if line.variant and line.variant.product.product_type.key == "phone":
        return read(imei.format(f"00101700{place:06}", separator="", add_check_digit=True))
    letters = "".join(word[0] for word in line.product_name.split()[:2]).upper()
    return read(f"SN {letters}{place * 7919 % 10**8:08}")
