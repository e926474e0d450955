import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0013_devices_near_in_price"),
    ]

    operations = [
        migrations.CreateModel(
            name="FitRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                (
                    "accessory_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fits_as_accessory",
                        to="catalog.producttype",
                        verbose_name="accessory",
                    ),
                ),
                (
                    "device_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fits_as_device",
                        to="catalog.producttype",
                        verbose_name="device",
                    ),
                ),
                (
                    "included_field",
                    models.ForeignKey(
                        blank=True,
                        help_text="The device's yes-or-no field. Where it says no, the cart points out that none lies in the box.",
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="catalog.specfield",
                        verbose_name="in the box, says",
                    ),
                ),
            ],
            options={
                "verbose_name": "fitting rule",
                "verbose_name_plural": "fitting rules",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("accessory_type", "device_type"),
                        name="fit_rule_once_per_pair",
                        violation_error_message="There is a rule for these two types already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("accessory_type", models.F("device_type")), _negated=True),
                        name="fit_rule_between_two_types",
                        violation_error_message="A rule joins two different types.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FitCondition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "comparison",
                    models.CharField(
                        choices=[
                            ("equal", "is the same as"),
                            ("one-of", "is one of"),
                            ("contains", "contains"),
                            ("at-least", "is at least"),
                            ("at-most", "is at most"),
                        ],
                        max_length=10,
                        verbose_name="comparison",
                    ),
                ),
                (
                    "is_needed",
                    models.BooleanField(
                        default=True,
                        help_text="Without it the accessory does not fit. Unticked: it fits all the same, and the words are told.",
                        verbose_name="needed",
                    ),
                ),
                (
                    "words",
                    models.CharField(
                        blank=True,
                        help_text="What shoppers read, as in: “The charger gives {accessory}, the phone takes up to {device}: it will charge slowly.” Left empty, both values are named.",
                        max_length=200,
                        verbose_name="words when it fails",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                (
                    "accessory_field",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="catalog.specfield",
                        verbose_name="field of the accessory",
                    ),
                ),
                (
                    "device_field",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="catalog.specfield",
                        verbose_name="field of the device",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conditions",
                        to="catalog.fitrule",
                    ),
                ),
            ],
            options={
                "verbose_name": "condition",
                "verbose_name_plural": "conditions",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rule", "accessory_field", "comparison", "device_field"),
                        name="fit_condition_once_per_rule",
                    ),
                ],
            },
        ),
    ]
