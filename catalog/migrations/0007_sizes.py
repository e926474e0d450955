from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_note_all_as_unmerged"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="specfield",
            name="spec_field_unit_only_for_numbers",
        ),
        migrations.AddField(
            model_name="specvalue",
            name="second",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
        ),
        migrations.AddField(
            model_name="specvalue",
            name="third",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
        ),
        migrations.AlterField(
            model_name="specfield",
            name="better",
            field=models.CharField(
                choices=[("higher", "higher is better"), ("lower", "lower is better"), ("none", "neither")],
                default="none",
                help_text="For numbers, sizes and yes or no: which one a comparison marks.",
                max_length=10,
                verbose_name="better value",
            ),
        ),
        migrations.AlterField(
            model_name="specfield",
            name="kind",
            field=models.CharField(
                choices=[
                    ("number", "number"),
                    ("choice", "choice"),
                    ("size", "size"),
                    ("boolean", "yes or no"),
                    ("text", "text"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="specfield",
            name="unit",
            field=models.CharField(blank=True, help_text="For numbers and sizes.", max_length=16, verbose_name="unit"),
        ),
        migrations.AddConstraint(
            model_name="specfield",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["number", "size"]), ("unit", ""), _connector="OR"),
                name="spec_field_unit_only_for_numbers",
                violation_error_message="Only numbers and sizes have a unit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="specvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("second", None), ("third", None)),
                    models.Q(
                        ("number__gt", 0),
                        ("number__isnull", False),
                        ("number_high", None),
                        ("second__gt", 0),
                        ("second__isnull", False),
                        models.Q(("third", None), ("third__gt", 0), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="spec_value_sides_of_a_size",
            ),
        ),
    ]
