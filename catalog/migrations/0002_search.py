"""The words of names, and the full-text index in the means of the database at hand; both gone since 0007."""

from django.db import migrations, models

CREATE = {
    "postgresql": """
        CREATE TABLE catalog_search
            (product_id bigint PRIMARY KEY, document tsvector NOT NULL, names tsvector NOT NULL);
        CREATE INDEX catalog_search_document ON catalog_search USING gin (document);
        CREATE INDEX catalog_search_names ON catalog_search USING gin (names);
    """,
    "sqlite": (
        "CREATE VIRTUAL TABLE catalog_search USING fts5(title, codes, brand, category, specs, body, "
        "tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3')"
    ),
}


def create_index(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(CREATE[schema_editor.connection.vendor])


def drop_index(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DROP TABLE catalog_search")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[("word", models.CharField(max_length=64, primary_key=True, serialize=False))],
        ),
        migrations.RunPython(create_index, drop_index),
    ]
