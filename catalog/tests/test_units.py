"""Units: what may be written, what it means, how it is printed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import units
from catalog.exceptions import SpecError

READ = [
    ("256", "GB", "256"),
    ("1 TB", "GB", "1000"),
    ("1,5 TB", "GB", "1500"),
    ("1.5TB", "GB", "1500"),
    ("512 mb", "GB", "0.512"),
    ("16 GiB", "GB", "17.179869"),
    ("5,000 mAh", "mAh", "5000"),
    ("5 000 mAh", "mAh", "5000"),
    ("5\u202f000", "mAh", "5000"),
    ("4.5 Ah", "mAh", "4500"),
    ("1.234,5 mm", "mm", "1234.5"),
    ("1,234.5 mm", "mm", "1234.5"),
    ("1.235", "mm", "1.235"),
    ("0,125 g", "g", "0.125"),
    ("6.1″", "in", "6.1"),
    ('6.1"', "in", "6.1"),
    ("15.6 inches", "in", "15.6"),
    ("39.6 cm", "in", "15.590551"),
    ("144hz", "Hz", "144"),
    ("3.2 GHz", "MHz", "3200"),
    ("2 lb", "g", "907.18474"),
    ("1.24 kg", "g", "1240"),
    ("120 W", "W", "120"),
    ("32 ohms", "Ω", "32"),
    ("32 \u2126", "Ω", "32"),
    ("1 Gbps", "Mbit/s", "1000"),
    ("1 MB/s", "Mbit/s", "8"),
    ("1 Mb/s", "Mbit/s", "1"),
    ("1 mb/s", "MB/s", "1"),
    ("90 min", "h", "1.5"),
    ("2 years", "months", "24"),
    ("-10 °C", "°C", "-10"),
    ("−10", "°C", "-10"),
    ("14 °F", "°C", "-10"),
    ("1000 cd/m²", "nits", "1000"),
    ("48 megapixels", "MP", "48"),
    ("85 %", "%", "85"),
    ("3", "", "3"),
    ("4 slots", "slots", "4"),
]


@pytest.mark.parametrize(("text", "unit", "amount"), READ)
def test_reads_the_usual_ways_of_writing(text, unit, amount):
    assert units.parse(text, unit) == Decimal(amount)


REFUSED = [
    ("", "GB"),
    ("big", "GB"),
    ("1e9", "GB"),
    ("1.2.3", "GB"),
    ("1,2,3", "GB"),
    ("12 kg", "GB"),
    ("3 stone", "kg"),
    ("-3", "GB"),
    ("- 3", "GB"),
    ("٣", "GB"),
    ("3²", "GB"),
    ("NaN", "GB"),
    ("99999999999999999999", "GB"),
    ("1" * 5000, "GB"),
    ("100000000 TB", "MB"),
    ("7 apples", ""),
]


@pytest.mark.parametrize(("text", "unit"), REFUSED)
def test_refuses_what_it_cannot_read(text, unit):
    with pytest.raises(SpecError):
        units.parse(text, unit)


def test_names_the_accepted_forms_when_it_refuses():
    with pytest.raises(SpecError) as refusal:
        units.parse("3 stone", "kg")
    assert str(refusal.value) == (
        "“3 stone” cannot be read. Accepted: a number such as 8 or 2.5 (kg), or one with its unit: mg, g, oz, lb."
    )


RANGES = [
    ("20 Hz – 20 kHz", "Hz", ("20", "20000")),
    ("24-70 mm", "mm", ("24", "70")),
    ("24 mm to 70 mm", "mm", ("24", "70")),
    ("2.4–5 GHz", "MHz", ("2400", "5000")),
    ("-10 – 35 °C", "°C", ("-10", "35")),
    ("-10--5", "°C", ("-10", "-5")),
    ("8..22000", "Hz", ("8", "22000")),
    ("5 mm", "mm", ("5", None)),
]


@pytest.mark.parametrize(("text", "unit", "ends"), RANGES)
def test_reads_ranges(text, unit, ends):
    low, high = units.parse_range(text, unit)
    assert (low, high) == (Decimal(ends[0]), None if ends[1] is None else Decimal(ends[1]))


@pytest.mark.parametrize("text", ["70–24 mm", "20-20 kHz", "20 Hz – ", "– 20 Hz", "1–2–3 Hz"])
def test_refuses_ranges_that_do_not_run_upwards(text):
    with pytest.raises(SpecError):
        units.parse_range(text, "Hz" if "Hz" in text else "mm")


PRINTED = [
    ("1000", "GB", "1 TB"),
    ("1500", "GB", "1.5 TB"),
    ("1024", "GB", "1,024 GB"),  # a binary terabyte is not smoothed away
    ("512", "GB", "512 GB"),
    ("0.5", "TB", "500 GB"),
    ("0", "GB", "0 GB"),
    ("6.100000", "in", "6.1 in"),
    ("5000", "mAh", "5,000 mAh"),
    ("1E+3", "mAh", "1,000 mAh"),
    ("20000", "Hz", "20 kHz"),
    ("144", "Hz", "144 Hz"),
    ("1240", "g", "1.24 kg"),
    ("262", "g", "262 g"),
    ("2500", "Mbit/s", "2.5 Gbit/s"),
    ("7400", "MB/s", "7,400 MB/s"),
    ("-10", "°C", "−10 °C"),
    ("85", "%", "85%"),
    ("1", "years", "1 year"),
    ("7", "years", "7 years"),
    ("8", "", "8"),
]


@pytest.mark.parametrize(("number", "unit", "text"), PRINTED)
def test_prints_neatly(number, unit, text):
    assert units.format(Decimal(number), unit) == text


def test_prints_ranges_with_the_unit_once_where_it_is_the_same():
    assert units.format_range(Decimal(20), Decimal(20000), "Hz") == "20 Hz – 20 kHz"
    assert units.format_range(Decimal(24), Decimal(70), "mm") == "24 – 70 mm"
    assert units.format_range(Decimal(24), Decimal(24), "mm") == "24 mm"
    assert units.format_range(Decimal(24), None, "mm") == "24 mm"


amounts = st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False, allow_infinity=False)


@given(number=amounts, unit=st.sampled_from(["", *units.SYMBOLS]))
def test_reads_back_exactly_what_it_prints(number, unit):
    assert units.parse(units.format(number, unit), unit) == number


@given(ends=st.lists(amounts, min_size=2, max_size=2, unique=True).map(sorted), unit=st.sampled_from(units.SYMBOLS))
def test_reads_back_the_ranges_it_prints(ends, unit):
    assert units.parse_range(units.format_range(*ends, unit), unit) == tuple(ends)


@given(text=st.text(max_size=80), unit=st.sampled_from(["", "GB", "Hz", "°C"]))
def test_answers_any_text_with_a_number_or_a_refusal(text, unit):
    try:
        low, high = units.parse_range(text, unit)
    except SpecError:
        return
    assert low.is_finite()
    assert high is None or high > low


def test_no_spelling_means_two_units_of_one_family():
    seen = set()
    for unit in units.TABLE:
        for spelling in unit.spellings:
            assert (unit.family, spelling) not in seen
            seen.add((unit.family, spelling))
