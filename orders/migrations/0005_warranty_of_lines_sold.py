from django.db import migrations
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

DEFAULT = 24  # what a product has unless told otherwise, for lines whose device was deleted


def copy_from_products(apps, schema_editor):
    """Lines sold before get what their device says today; nothing better is known."""
    lines, variants = apps.get_model("orders", "OrderLine"), apps.get_model("catalog", "Variant")
    months = variants.objects.filter(pk=OuterRef("variant")).values("product__warranty_months")
    lines.objects.update(warranty_months=Coalesce(Subquery(months), Value(DEFAULT)))


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_device_units")]

    operations = [migrations.RunPython(copy_from_products, migrations.RunPython.noop, elidable=True)]
