"""The words of names, and the full-text index in the means of the database at hand."""

from django.db import migrations, models

from catalog.search import postgres, sqlite

ENGINES = {"sqlite": sqlite, "postgresql": postgres}


def create_index(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(ENGINES[schema_editor.connection.vendor].CREATE)


def drop_index(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(ENGINES[schema_editor.connection.vendor].DROP)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[("word", models.CharField(max_length=64, primary_key=True, serialize=False))],
        ),
        migrations.RunPython(create_index, drop_index),
    ]
