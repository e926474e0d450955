"""What buyers say of products, and what it makes together on each product's own row."""

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def forget_ratings(apps, schema_editor):
    """On the way back: whoever knows no ratings cannot unpack their order either."""
    apps.get_model("catalog", "FacetBlock").objects.filter(facet__in=["rating", "rank"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0020_facet_digests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, forget_ratings),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                ("purchase", models.CharField(max_length=64, verbose_name="purchase")),
                ("stars", models.PositiveSmallIntegerField(verbose_name="stars")),
                ("title", models.CharField(max_length=100, verbose_name="title")),
                ("text", models.TextField(max_length=4000, verbose_name="text")),
                ("author_name", models.CharField(blank=True, max_length=60, verbose_name="name shown")),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "waiting"), ("published", "published"), ("rejected", "rejected")],
                        default="pending",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=4000, verbose_name="answer of the shop")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="written"),
                ),
                ("published_at", models.DateTimeField(editable=False, null=True, verbose_name="published")),
            ],
            options={
                "verbose_name": "review",
                "verbose_name_plural": "reviews",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="product",
            name="rating_sum",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="product",
            name="review_count",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rating_sum__gte", models.F("review_count")),
                    (
                        "rating_sum__lte",
                        django.db.models.expressions.CombinedExpression(models.Value(5), "*", models.F("review_count")),
                    ),
                ),
                name="product_rating_of_1_to_5",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["product", "state", "-created_at"], name="review_of_product"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(condition=models.Q(("state", "pending")), fields=["created_at"], name="review_waiting"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(fields=("product", "purchase"), name="review_once_per_purchase"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("stars__gte", 1), ("stars__lte", 5)), name="review_stars_1_to_5"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", False), ("state", "published")),
                    models.Q(models.Q(("state", "published"), _negated=True), ("published_at", None)),
                    _connector="OR",
                ),
                name="review_published_at_a_time",
            ),
        ),
    ]
