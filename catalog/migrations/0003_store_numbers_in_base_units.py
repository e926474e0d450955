"""Spec numbers were stored in their field's unit; from here on they are in the base unit of its family.

The table of units as it was then is in this file, so that the migration means the same for ever.
"""

from decimal import ROUND_HALF_UP, Decimal

from django.db import migrations

# Only units whose factor is not 1; (factor, offset) to the base unit.
FACTORS = {
    "KB": ("0.001", "0"),
    "GB": ("1000", "0"),
    "TB": ("1000000", "0"),
    "MiB": ("1.048576", "0"),
    "GiB": ("1073.741824", "0"),
    "TiB": ("1099511.627776", "0"),
    "Ah": ("1000", "0"),
    "kWh": ("1000", "0"),
    "s": ("1000", "0"),
    "min": ("60000", "0"),
    "h": ("3600000", "0"),
    "days": ("86400000", "0"),
    "weeks": ("604800000", "0"),
    "years": ("12", "0"),
    "µm": ("0.001", "0"),
    "cm": ("10", "0"),
    "m": ("1000", "0"),
    "in": ("25.4", "0"),
    "ft": ("304.8", "0"),
    "mg": ("0.001", "0"),
    "kg": ("1000", "0"),
    "oz": ("28.349523125", "0"),
    "lb": ("453.59237", "0"),
    "kHz": ("1000", "0"),
    "MHz": ("1000000", "0"),
    "GHz": ("1000000000", "0"),
    "mW": ("0.001", "0"),
    "kW": ("1000", "0"),
    "mV": ("0.001", "0"),
    "mA": ("0.001", "0"),
    "kΩ": ("1000", "0"),
    "kbit/s": ("1000", "0"),
    "Mbit/s": ("1000000", "0"),
    "Gbit/s": ("1000000000", "0"),
    "KB/s": ("8000", "0"),
    "MB/s": ("8000000", "0"),
    "GB/s": ("8000000000", "0"),
    "°F": ("0.555555555555555555", "-17.777777777777777778"),
}
PLACES = Decimal("0.000001")
BATCH = 2000


def convert(apps, amount):
    SpecValue = apps.get_model("catalog", "SpecValue")
    values = SpecValue.objects.filter(field__unit__in=FACTORS, number__isnull=False).select_related("field")
    batch = []
    for value in values.order_by("pk").iterator(chunk_size=BATCH):
        value.number = amount(value.number, *FACTORS[value.field.unit])
        if value.number_high is not None:
            value.number_high = amount(value.number_high, *FACTORS[value.field.unit])
        batch.append(value)
        if len(batch) == BATCH:
            SpecValue.objects.bulk_update(batch, ["number", "number_high"])
            batch = []
    SpecValue.objects.bulk_update(batch, ["number", "number_high"])


def to_base(apps, schema_editor):
    convert(apps, lambda number, factor, offset: rounded(number * Decimal(factor) + Decimal(offset)))


def to_field(apps, schema_editor):
    convert(apps, lambda number, factor, offset: rounded((number - Decimal(offset)) / Decimal(factor)))


def rounded(number):
    return number.quantize(PLACES, ROUND_HALF_UP)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_search")]
    operations = [migrations.RunPython(to_base, to_field)]
