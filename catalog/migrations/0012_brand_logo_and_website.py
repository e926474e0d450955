from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0011_tell_no_price_without_its_reduction"),
    ]

    operations = [
        migrations.AddField(
            model_name="brand",
            name="logo",
            field=models.ImageField(
                blank=True,
                height_field="logo_height",
                upload_to="brands/",
                verbose_name="logo",
                width_field="logo_width",
            ),
        ),
        migrations.AddField(
            model_name="brand",
            name="logo_height",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="brand",
            name="logo_width",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="brand",
            name="website",
            field=models.URLField(
                blank=True, help_text="The maker's own, beginning with https://", verbose_name="website"
            ),
        ),
    ]
