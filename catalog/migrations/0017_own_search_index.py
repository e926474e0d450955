"""From the databases' own full-text engines to one of ours in ordinary tables.

Every product is noted as changed, so the next merge gives it a document and takes it in. Backwards leaves the old
index empty, as a fresh one is: `rebuild_search` of that time fills it.
"""

from importlib import import_module

from django.db import migrations, models

before = import_module("catalog.migrations.0002_search")

# Blocks are compressed in vain, and beginnings of words are ranges only in the order of their bytes.
POSTGRESQL = """
    ALTER TABLE catalog_termblock ALTER COLUMN data SET STORAGE EXTERNAL;
    ALTER TABLE catalog_termblock ALTER COLUMN term TYPE varchar(64) COLLATE "C";
    ALTER TABLE catalog_searchcode ALTER COLUMN code TYPE varchar(64) COLLATE "C";
    ALTER TABLE catalog_searchcount ALTER COLUMN words TYPE varchar(100) COLLATE "C";
"""


def suit_postgresql(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)


def note_every_product(apps, schema_editor):
    """Those that are noted already, too: twice does no harm."""
    ids = apps.get_model("catalog", "Product").objects.order_by("pk").values_list("pk", flat=True)
    UnmergedChange = apps.get_model("catalog", "UnmergedChange")
    UnmergedChange.objects.bulk_create((UnmergedChange(product_id=pk) for pk in ids.iterator()), batch_size=5_000)


def nothing(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    dependencies = [("catalog", "0016_import_batches")]

    operations = [
        migrations.RunPython(before.drop_index, before.create_index),
        migrations.DeleteModel(name="SearchWord"),
        migrations.AddField(
            model_name="indexstate",
            name="documents",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="SearchCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                ("words", models.CharField(max_length=100, verbose_name="words")),
                ("searches", models.PositiveIntegerField(verbose_name="searches")),
                ("results", models.PositiveIntegerField(verbose_name="results")),
            ],
            options={
                "verbose_name": "search",
                "verbose_name_plural": "searches",
                "ordering": ["-day", "-searches", "words"],
            },
        ),
        migrations.CreateModel(
            name="SearchCode",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "code", "product_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=64)),
                ("product_id", models.PositiveBigIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                ("product_id", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("terms", models.TextField()),
                ("marks", models.BinaryField()),
                ("words", models.TextField()),
                ("merged", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("words", models.CharField(max_length=100)),
                ("results", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Synonym",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "words",
                    models.CharField(
                        help_text="Apart by commas, each of up to four words: “tv, television”.",
                        max_length=300,
                        verbose_name="words",
                    ),
                ),
            ],
            options={
                "verbose_name": "synonyms",
                "verbose_name_plural": "synonyms",
                "ordering": ["words"],
            },
        ),
        migrations.CreateModel(
            name="TermBlock",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "term", "block", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("term", models.CharField(max_length=64)),
                ("block", models.PositiveIntegerField()),
                ("data", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="WordList",
            fields=[
                ("length", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("words", models.TextField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="searchcount",
            constraint=models.UniqueConstraint(fields=("words", "day"), name="search_count_once_a_day"),
        ),
        migrations.RunPython(suit_postgresql, nothing),
        migrations.RunPython(note_every_product, nothing),
    ]
