"""Apart from the step before: PostgreSQL changes no table in the transaction that wrote to it."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("catalog", "0010_compute_was_prices")]
    operations = [
        migrations.RemoveConstraint(model_name="variant", name="variant_was_price_higher"),
        migrations.AddConstraint(
            model_name="variant",
            constraint=models.CheckConstraint(
                condition=Q(was_price=None) | Q(was_price__gt=F("price")), name="variant_was_price_higher"
            ),
        ),
        migrations.AddConstraint(
            model_name="variant",
            constraint=models.CheckConstraint(
                condition=Q(was_price=None, reduced_at=None) | Q(was_price__isnull=False, reduced_at__isnull=False),
                name="variant_reduction_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="variant",
            index=models.Index(fields=["reduced_at"], condition=Q(reduced_at__isnull=False), name="variant_reduced"),
        ),
        migrations.RemoveField(model_name="pricechange", name="old_was_price"),
        migrations.RemoveField(model_name="pricechange", name="new_was_price"),
    ]
