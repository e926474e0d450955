from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0012_brand_logo_and_website"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                fields=["product_type", "is_published", "is_available", "price_from"], name="product_near"
            ),
        ),
    ]
