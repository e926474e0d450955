"""Products that were there before the index: all are read from their rows until the first merge."""

from django.db import migrations


def note_all(apps, schema_editor):
    Product, UnmergedChange = (apps.get_model("catalog", name) for name in ("Product", "UnmergedChange"))
    ids = Product.objects.order_by("pk").values_list("pk", flat=True).iterator()
    UnmergedChange.objects.bulk_create((UnmergedChange(product_id=pk) for pk in ids), batch_size=5000)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_facet_index")]
    operations = [migrations.RunPython(note_all, migrations.RunPython.noop)]
