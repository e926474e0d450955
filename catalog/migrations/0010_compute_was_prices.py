"""The price before was typed; from here on it follows from the price changes, by the rules of that day in this file."""

from collections import defaultdict
from datetime import timedelta

import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

WINDOW = timedelta(days=30)
FIRST_DAY = timedelta(days=1)
BATCH = 2000


def compute(apps, schema_editor):
    Variant = apps.get_model("catalog", "Variant")
    Variant.objects.filter(was_price__isnull=False).update(was_price=None)
    now = django.utils.timezone.now()
    ids = list(Variant.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        for pk, history in histories(apps, ids[start : start + BATCH]).items():
            found = reduction(history, now, timedelta(days=settings.SHOP_REDUCTION_DAYS))
            if found:
                Variant.objects.filter(pk=pk).update(was_price=found[0], reduced_at=found[1])


def histories(apps, ids):
    """By variant: steps of (moment, price), each price differing from the one before; since it is published."""
    columns = ("variant_id", "created_at", "new_price", "variant__product__published_from")
    changes = apps.get_model("catalog", "PriceChange").objects.filter(variant__in=ids)
    by_moment = defaultdict(dict)
    for variant_id, moment, price, since in changes.order_by("created_at", "pk").values_list(*columns):
        by_moment[variant_id][max(moment, since)] = price
    return {variant_id: steps(prices) for variant_id, prices in by_moment.items()}


def steps(prices):
    found = []
    for step in prices.items():
        if not found or found[-1][1] != step[1]:
            found.append(step)
    return found


def reduction(history, at, longest):
    """(prior price, moment it began), or None."""
    found = None
    for place, (moment, price) in enumerate(history[1:], start=1):
        before = history[place - 1][1]
        if price > before or (found and moment >= found[1] + longest):
            found = None
        if price < before and found is None:
            ends = [step[0] for step in history[1 : place + 1]]
            prior = min(step[1] for step, end in zip(history, ends, strict=False) if end > moment - WINDOW)
            if price < prior and moment >= history[0][0] + FIRST_DAY:
                found = (prior, moment)
    return None if found is None or at >= found[1] + longest else found


class Migration(migrations.Migration):
    dependencies = [("catalog", "0009_better_only_where_compared")]
    operations = [
        migrations.AddField(
            "variant",
            "reduced_at",
            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="reduced since"),
        ),
        migrations.AlterField(
            "variant",
            "was_price",
            models.DecimalField(
                blank=True, decimal_places=2, editable=False, max_digits=12, null=True, verbose_name="price before"
            ),
        ),
        migrations.RunPython(compute, migrations.RunPython.noop),
    ]
