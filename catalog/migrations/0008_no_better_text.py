"""Texts and choices that were marked as better when higher or lower: no comparison could ever tell which one is."""

from django.db import migrations


def unmark(apps, schema_editor):
    fields = apps.get_model("catalog", "SpecField").objects.filter(kind__in=["text", "choice"])
    fields.exclude(better="none").update(better="none")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_sizes")]
    operations = [migrations.RunPython(unmark, migrations.RunPython.noop)]
