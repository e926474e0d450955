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
    ("16 GiB", "GB", "17.179869184"),
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
    ("39.6 cm", "in", "15.5905512"),
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
    ("27-inch", "in", "27"),
    ("6.1 in.", "in", "6.1"),
    ("65-watt", "W", "65"),
    ("~ 500 g", "g", "500"),
    ("approx. 5000 mAh (typ.)", "mAh", "5000"),
    ("up to 30 h", "h", "30"),
    ("1 h 30 min", "h", "1.5"),
    ("2 lb 4 oz", "lb", "2.25"),
    ("5′ 6″", "in", "66"),
    ("f/1.8", "f/", "1.8"),
    ("ƒ/1,8", "f/", "1.8"),
    ("F1.8", "f/", "1.8"),
    ("1:1.8", "f/", "1.8"),
    ("1.8", "f/", "1.8"),
    ("ISO 800", "ISO", "800"),
    ("iso-800", "ISO", "800"),
    ("1000:1", ":1", "1000"),
    ("1,500,000 : 1", ":1", "1500000"),
    ("3x", "×", "3"),
    ("750K IOPS", "IOPS", "750000"),
    ("1 core", "cores", "1"),
    ("8 Cores", "cores", "8"),
    ("250 ml", "l", "0.25"),
    ("600 TBW", "TB", "600"),
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
    ("8 ports", "cores"),
    ("f/1.8", "mm"),
    ("f/", "f/"),
    ("1 min 30 h", "h"),
    ("1 h 30", "h"),
    ("30 min 20 min", "h"),
    ("100000 GHz", "GHz"),  # a number, but more hertz than a column holds
    ("IP", "IP"),
    ("IP7", "IP"),
    ("IPXX", "IP"),
    ("IP78", "IP"),
    ("IP68 IP67", "IP"),
    ("8.6", "IP"),
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
    ("f/3.5 – f/5.6", "f/", ("3.5", "5.6")),
    ("f/3.5–5.6", "f/", ("3.5", "5.6")),
    ("ISO 100 – 25,600", "ISO", ("100", "25600")),
    ("0°C ~ 40°C", "°C", ("0", "40")),
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
    ("15.5905512", "in", "15.59 in"),  # 39.6 cm, typed into a field in inches
    ("0.0123456", "mm", "0.0123 mm"),
    ("1.8", "f/", "f/1.8"),
    ("800", "ISO", "ISO 800"),
    ("3", "×", "3×"),
    ("1000", ":1", "1,000:1"),
    ("1", "cores", "1 core"),
    ("8", "cores", "8 cores"),
    ("32768", "MiB", "32 GiB"),
]


@pytest.mark.parametrize(("number", "unit", "text"), PRINTED)
def test_prints_neatly(number, unit, text):
    assert units.format(Decimal(number), unit) == text


def test_prints_ranges_with_the_unit_once_where_it_is_the_same():
    assert units.format_range(Decimal(20), Decimal(20000), "Hz") == "20 Hz – 20 kHz"
    assert units.format_range(Decimal(24), Decimal(70), "mm") == "24 – 70 mm"
    assert units.format_range(Decimal(24), Decimal(24), "mm") == "24 mm"
    assert units.format_range(Decimal(24), None, "mm") == "24 mm"
    assert units.format_range(Decimal("3.5"), Decimal("5.6"), "f/") == "f/3.5 – 5.6"
    assert units.format_range(Decimal(100), Decimal(25600), "ISO") == "ISO 100 – 25,600"


RATINGS = ["IPX4", "IP04", "IPX8", "IP20", "IP52", "IP54", "IP55", "IP65", "IP67", "IP68", "IP69", "IP69K", "IPX9K"]


@pytest.mark.parametrize("rating", [*RATINGS, "IP00", "IP0X", "IPX0", "IP6X", "IP60", "IP5X"])
def test_prints_a_rating_as_it_was_read(rating):
    assert units.format(units.read(rating, "IP"), "IP") == rating
    assert units.read(f" {rating.lower()} ", "IP") == units.read(rating.removeprefix("IP"), "IP")


def test_knows_a_device_without_any_rating():
    assert units.read("none", "IP") == 0 < units.read("IPX0", "IP")
    assert units.format(Decimal(0), "IP") == "None"


def test_ranks_ratings_by_water_and_then_by_dust():
    assert sorted(RATINGS, key=lambda rating: units.read(rating, "IP")) == [
        *("IP20", "IP52", "IPX4", "IP04", "IP54", "IP55", "IP65", "IP67", "IPX8", "IP68", "IP69", "IPX9K", "IP69K"),
    ]


@pytest.mark.parametrize("text", ["IP65/IP68", "IP68/65", "IP65 and IP68", "IP68 / IP65"])
def test_reads_two_ratings_of_one_device(text):
    assert units.format_range(*units.read_range(text, "IP"), "IP") == "IP65 / IP68"


SIZES = [
    ("2556 x 1179", "px", "2556 × 1179 px", "2556 × 1179 px"),
    ("2,556×1,179 pixels", "px", "2556 × 1179 px", "2556 × 1179 px"),
    ("2556 px x 1179 px", "px", "2556 × 1179 px", "2556 × 1179 px"),
    ("1920 by 1080", "px", "1920 × 1080 px (Full HD)", "1920 × 1080 px"),
    ("1080*1920", "px", "1080 × 1920 px (Full HD)", "1080 × 1920 px"),
    ("4K", "px", "3840 × 2160 px (4K UHD)", "3840 × 2160 px"),
    ("uhd", "px", "3840 × 2160 px (4K UHD)", "3840 × 2160 px"),
    ("qHD", "px", "960 × 540 px (qHD)", "960 × 540 px"),
    ("qhd", "px", "2560 × 1440 px (QHD)", "2560 × 1440 px"),
    ("full  HD", "px", "1920 × 1080 px (Full HD)", "1920 × 1080 px"),
    ("Full HD (1920 x 1080)", "px", "1920 × 1080 px (Full HD)", "1920 × 1080 px"),
    ("3840 × 2160 px (4K UHD)", "px", "3840 × 2160 px (4K UHD)", "3840 × 2160 px"),
    ("147.6 × 71.6 × 7.8 mm", "mm", "147.6 × 71.6 × 7.8 mm", "147.6 × 71.6 × 7.8 mm"),
    ("147,6 mm x 71,6 mm x 7,8 mm", "mm", "147.6 × 71.6 × 7.8 mm", "147.6 × 71.6 × 7.8 mm"),
    ("14.5 x 3 x 2 cm", "mm", "145 × 30 × 20 mm", "145 × 30 × 20 mm"),
    ("396 × 20 mm", "in", "15.59 × 0.787 in", "396 × 20 mm"),
    ("16 x 9", "", "16 × 9", "16 × 9"),
]


@pytest.mark.parametrize(("text", "unit", "neat", "exact"), SIZES)
def test_reads_and_prints_sizes(text, unit, neat, exact):
    sides = units.read_size(text, unit)
    assert units.format_size([units.shown(side, unit) for side in sides], unit) == neat
    assert units.exact_size(sides, unit) == exact
    assert units.read_size(neat, unit) == sides or unit == "in"


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("2556", "px"),
        ("2556 x 1179 x 3", "px"),
        ("1 x 2 x 3 x 4", "mm"),
        ("x 1179", "px"),
        ("2556 x", "px"),
        ("2556 x 0", "px"),
        ("2556 x -3", "px"),
        ("2556 x 1179 mm", "px"),
        ("4K", "mm"),
        ("4K (1920 x 1080)", "px"),
        ("9K", "px"),
        ("", "mm"),
        ("9" * 15 + " x 2", "mm"),
    ],
)
def test_refuses_what_is_no_size(text, unit):
    with pytest.raises(SpecError):
        units.read_size(text, unit)


def test_names_the_accepted_forms_of_each_sort():
    refused = {}
    for text, unit, read in [("high", "IP", units.read), ("wide", "f/", units.read), ("5 K", "px", units.read_size)]:
        with pytest.raises(SpecError) as refusal:
            read(text, unit)
        refused[unit] = str(refusal.value)
    assert refused == {
        "IP": (
            "“high” cannot be read. Accepted: a rating such as IP68, IPX4 or IP69K, two of them (IP65/IP68), or “none”."
        ),
        "f/": "“wide” cannot be read. Accepted: a number such as 2.8 or f/2.8.",
        "px": (
            "“5 K” cannot be read. Accepted: width and height such as 2556 × 1179, or a name: "
            "HD, Full HD, QHD, 4K UHD, 5K, 8K UHD."
        ),
    }


PLAIN = ["", *(symbol for symbol in units.SYMBOLS if symbol != "IP")]
# What a column holds, whatever it was typed in.
numbers = st.decimals(min_value=0, max_value=10**13, places=6, allow_nan=False, allow_infinity=False)
# What is typed: four decimals at most, in the field's unit.
amounts = st.decimals(min_value=0, max_value=10**4, places=3, allow_nan=False, allow_infinity=False)


@given(number=numbers, unit=st.sampled_from(PLAIN))
def test_shows_a_stored_number_without_loss(number, unit):
    assert units.stored(units.shown(number, unit), unit) == number


@given(number=numbers, unit=st.sampled_from(PLAIN))
def test_reads_back_exactly_what_a_form_shows(number, unit):
    assert units.read(units.exact(number, unit), unit) == number


@given(ends=st.lists(numbers, min_size=2, max_size=2, unique=True).map(sorted), unit=st.sampled_from(PLAIN))
def test_reads_back_the_ranges_that_a_form_shows(ends, unit):
    assert units.read_range(units.exact_range(*ends, unit), unit) == tuple(ends)


@given(amount=amounts, unit=st.sampled_from(PLAIN))
def test_reads_back_what_a_page_prints_of_what_was_typed(amount, unit):
    number = units.stored(amount, unit)
    assert units.read(units.format(units.shown(number, unit), unit), unit) == number


sides = st.lists(st.integers(1, 10**12).map(lambda n: Decimal(n) / 1000), min_size=2, max_size=2)


@given(size=sides, unit=st.sampled_from(["", "px", "mm", "cm", "in", "ft"]))
def test_reads_back_the_sizes_that_a_form_shows(size, unit):
    assert units.read_size(units.exact_size(size, unit), unit) == tuple(size)


def test_tells_machines_the_unit():
    codes = {symbol: units.BY_SYMBOL[symbol].code for symbol in ("GB", "in", "mm", "g", "Hz", "mAh", "cores", "IOPS")}
    assert codes == {
        "GB": "E34",
        "in": "INH",
        "mm": "MMT",
        "g": "GRM",
        "Hz": "HTZ",
        "mAh": "E09",
        "cores": "C62",
        "IOPS": "",
    }


@given(text=st.text(max_size=80), unit=st.sampled_from(["", "GB", "Hz", "°C", "f/", "IP", "h"]))
def test_answers_any_text_with_a_number_or_a_refusal(text, unit):
    try:
        low, high = units.parse_range(text, unit)
    except SpecError:
        return
    assert low.is_finite()
    assert high is None or high > low


@given(text=st.text(alphabet="0123456789 xX×*,.()pKUHDm-", max_size=30), unit=st.sampled_from(["px", "mm", ""]))
def test_answers_any_size_with_numbers_or_a_refusal(text, unit):
    try:
        sides = units.read_size(text, unit)
    except SpecError:
        return
    assert len(sides) in (2, 3)
    assert all(side > 0 for side in sides)


def test_no_spelling_means_two_units_of_one_family():
    seen = set()
    for unit in units.TABLE:
        for spelling in unit.spellings:
            assert (unit.family, spelling) not in seen
            seen.add((unit.family, spelling))
