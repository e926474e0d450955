import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0016_returns"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="split_from",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="split_off",
                to="orders.order",
            ),
        ),
    ]
