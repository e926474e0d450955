"""What a row of the index holds gets a name, by which a process knows whether it has unpacked the same already."""

from hashlib import blake2b

from django.db import migrations, models


def name_contents(apps, schema_editor):
    FacetBlock = apps.get_model("catalog", "FacetBlock")
    for row in FacetBlock.objects.all().iterator(chunk_size=100):
        row.digest = blake2b(bytes(row.data), digest_size=16).hexdigest()
        row.save(update_fields=["digest"])


def suit_postgresql(apps, schema_editor):
    """Bitmaps are compressed already."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE catalog_facetblock ALTER COLUMN data SET STORAGE EXTERNAL")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0019_lean_indexes")]

    operations = [
        migrations.AddField(
            "facetblock", "digest", models.CharField(max_length=32, default=""), preserve_default=False
        ),
        migrations.RunPython(name_contents, migrations.RunPython.noop),
        migrations.RunPython(suit_postgresql, migrations.RunPython.noop),
    ]
