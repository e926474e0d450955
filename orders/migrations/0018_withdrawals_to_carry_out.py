from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0017_split_from"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="orderevent",
            index=models.Index(
                condition=models.Q(("kind", "withdrawal_stuck")), fields=["order"], name="order_event_stuck"
            ),
        ),
    ]
