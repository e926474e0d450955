"""What to know about a cart before buying: an accessory that suits no device in it, a device without its charger.

Remarks only: they hold nothing up. What is not known is never a reason for one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from catalog import fitting
from catalog.fitting import Answer, Facts, Rule, Verdict
from catalog.models import Variant


@dataclass(frozen=True)
class Remark:
    """`url` leads to what fits the device instead; empty where nothing else is to be chosen."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class _Goods:
    """What the rules know of the versions in a cart."""

    variants: Sequence[Variant]
    rules: Sequence[Rule]
    facts: Mapping[int, Facts]  # by variant

    def accessories(self, rule: Rule) -> list[Variant]:
        return [one for one in self.variants if one.product.product_type_id == rule.accessory_type.pk]

    def devices(self, rule: Rule) -> list[Variant]:
        return [one for one in self.variants if one.product.product_type_id == rule.device_type.pk]

    def answer(self, rule: Rule, accessory: Variant, device: Variant) -> Answer:
        return fitting.answer(rule, self.facts[accessory.pk], self.facts[device.pk])


def remarks(variants: Iterable[Variant]) -> dict[int, list[Remark]]:
    """By variant id. The variants come with their products; two queries."""
    goods = _read(list(variants))
    found: dict[int, list[Remark]] = defaultdict(list)
    for variant in goods.variants:
        found[variant.pk] = [*_unsuited(goods, variant), *_not_in_the_box(goods, variant)]
    return found


def _read(variants: Sequence[Variant]) -> _Goods:
    rules = fitting.rules(Q(device_type__in={variant.product.product_type_id for variant in variants}))
    sheets = fitting.sheets({variant.product_id for variant in variants}, rules)
    return _Goods(variants, rules, {variant.pk: sheets[variant.product_id].of(variant.pk) for variant in variants})


def _unsuited(goods: _Goods, accessory: Variant) -> list[Remark]:
    """Of an accessory that suits none of the devices: what is wrong with the one that it comes nearest to."""
    answers = [
        (goods.answer(rule, accessory, device), device)
        for rule in goods.rules
        if rule.accessory_type.pk == accessory.product.product_type_id
        for device in goods.devices(rule)
    ]
    if not answers or any(answer.is_plain_yes or answer.verdict == Verdict.UNKNOWN for answer, _device in answers):
        return []
    nearest, device = min(answers, key=lambda found: fitting.goodness(found[0]))
    words = _("For %(device)s: %(reason)s") if nearest.fits else _("Does not fit %(device)s: %(reason)s")
    text = words % {"device": device.product.name, "reason": " ".join(nearest.reasons)}
    return [Remark(text, what_fits(device))]


def _not_in_the_box(goods: _Goods, device: Variant) -> list[Remark]:
    """Only where the data sheet says no, and nothing in the cart does for it, as far as is known."""
    found = []
    for rule in goods.rules:
        if rule.device_type.pk != device.product.product_type_id or not rule.row.included_field_id:
            continue
        included = goods.facts[device.pk].get(rule.row.included_field_id)
        answers = [goods.answer(rule, accessory, device) for accessory in goods.accessories(rule)]
        if included and included.words == {"no"} and all(answer.verdict == Verdict.NO for answer in answers):
            text = _("No %(accessory)s in the box.") % {"accessory": fitting.name_of(rule.accessory_type)}
            found.append(Remark(text, what_fits(device)))
    return found


def what_fits(device: Variant) -> str:
    return f"{device.product.get_fits_url()}?{urlencode({'variant': device.sku})}"
