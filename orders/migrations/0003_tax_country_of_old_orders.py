"""Orders were taxed where their parcel went; say so in words."""

from django.conf import settings
from django.db import migrations
from eu_vat_rates_data import is_eu_member


def fill_in(apps, schema_editor):
    addresses = apps.get_model("orders", "OrderAddress").objects.filter(kind="delivery", order__tax_country="")
    for order_id, country in addresses.values_list("order", "country").iterator():
        orders = apps.get_model("orders", "Order").objects.filter(pk=order_id)
        orders.update(tax_country=country, tax_treatment=_treatment(country))


def _treatment(country):
    """Never a tax-free one: that some of them had no tax was for want of a rate."""
    return "oss" if is_eu_member(country) and country != settings.SHOP_COUNTRY else "domestic"


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_tax_treatment")]
    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop, elidable=True)]
