from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0008_no_better_text")]

    operations = [
        migrations.AddConstraint(
            model_name="specfield",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["number", "size", "boolean"]), ("better", "none"), _connector="OR"),
                name="spec_field_better_only_where_compared",
                violation_error_message="Neither text nor choices have a better value.",
            ),
        ),
    ]
