"""What promotions take off a cart: goods and rules in, deductions out. docs/pricing.md, "Discounts", says it in words.

Pure: no query, no clock. Rules run in the order of their priority, each on what those before it have left of a line,
so that no line falls below zero; parts are split exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from devicehub.lib.money import Money


@dataclass(frozen=True)
class Goods:
    """A line as it is listed; its `key` tells it from the others in whatever order they come."""

    key: int
    unit_price: Money
    quantity: int

    @property
    def total(self) -> Money:
        return self.unit_price * self.quantity


@dataclass(frozen=True)
class Rule:
    """A promotion for one cart. `goods` are the keys of the lines it is for, `rewards` what a bundle makes cheaper.

    percent: per cent off the goods. amount: so much off all of them together. fixed: a unit costs `prices[key]`.
    bundle: who buys `buy` units of the goods gets up to `get` of the rewards `percent` cheaper. delivery: it costs
    nothing, or `amount` less.
    """

    key: int
    kind: str
    label: str
    source: str
    goods: frozenset[int]
    rewards: frozenset[int] = frozenset()
    percent: Decimal = Decimal(100)
    amount: Money | None = None
    prices: Mapping[int, Money] = field(default_factory=dict)
    buy: int = 0
    get: int = 0
    priority: int = 0
    is_combinable: bool = True


@dataclass(frozen=True)
class Deduction:
    """`amount`, above zero, off the line with this key; off delivery where `line` is None."""

    rule: Rule
    line: int | None
    amount: Money


@dataclass
class _Left:
    """What is left to pay: of each line, by key, and of delivery."""

    lines: dict[int, Money]
    units: dict[int, int]
    delivery: Money

    def unit_price(self, key: int) -> Fraction:
        return Fraction(self.lines[key].to_minor(), self.units[key])

    def of(self, keys: Iterable[int]) -> dict[int, Money]:
        return {key: self.lines[key] for key in sorted(keys)}


def deduct(goods: Sequence[Goods], rules: Iterable[Rule], *, delivery: Money) -> list[Deduction]:
    """The deductions that save the buyer most: of all combinable rules together, or of one that stands alone.

    Of equals the combinable ones win, then the lower priority number. `delivery` is what its own "free from" has left.
    """
    in_turn = sorted((rule for rule in rules if rule.goods), key=lambda rule: (rule.priority, rule.key))
    together = [rule for rule in in_turn if rule.is_combinable]
    alone = [[rule] for rule in in_turn if not rule.is_combinable]
    runs = [_run(group, goods, delivery) for group in [together, *alone]]
    return max(runs, key=lambda run: sum(one.amount.to_minor() for one in run))


def _run(rules: Sequence[Rule], goods: Sequence[Goods], delivery: Money) -> list[Deduction]:
    left = _Left({line.key: line.total for line in goods}, {line.key: line.quantity for line in goods}, delivery)
    return [deduction for rule in rules for deduction in _apply(rule, left)]


def _apply(rule: Rule, left: _Left) -> list[Deduction]:
    """Take off what the rule gives, and tell what it was."""
    if rule.kind == "delivery":
        amount = left.delivery if rule.amount is None else min(rule.amount, left.delivery)
        left.delivery -= amount
        return [Deduction(rule, None, amount)] if amount else []
    parts = {key: amount for key, amount in KINDS[rule.kind](rule, left).items() if amount}
    for key, amount in parts.items():
        left.lines[key] -= amount
    return [Deduction(rule, key, amount) for key, amount in parts.items()]


def _percent(rule: Rule, left: _Left) -> dict[int, Money]:
    """Rounded once, for all goods together, then split."""
    parts = left.of(rule.goods)
    return _spread(_sum(parts).percent(rule.percent), parts)


def _amount(rule: Rule, left: _Left) -> dict[int, Money]:
    assert rule.amount, "a constraint of the promotion"
    parts = left.of(rule.goods)
    return _spread(min(rule.amount, _sum(parts)), parts)


def _fixed(rule: Rule, left: _Left) -> dict[int, Money]:
    prices = {key: rule.prices[key] * left.units[key] for key in rule.goods}
    return {key: now - prices[key] for key, now in left.of(rule.goods).items() if now > prices[key]}


def _bundle(rule: Rule, left: _Left) -> dict[int, Money]:
    """Each line's rewarded units are its first ones, so that what they cost is exact."""
    return {key: _first(left, key, units).percent(rule.percent) for key, units in _rewarded(rule, left).items()}


KINDS: dict[str, Callable[[Rule, _Left], dict[int, Money]]] = {
    "percent": _percent,
    "amount": _amount,
    "fixed": _fixed,
    "bundle": _bundle,
}


def _rewarded(rule: Rule, left: _Left) -> dict[int, int]:
    """Units by line that a bundle makes cheaper: the cheapest, and none that is needed to be bought."""
    both = rule.goods & rule.rewards
    bought, either, rewards = (
        sum(left.units[key] for key in keys) for keys in (rule.goods - both, both, rule.rewards - both)
    )
    most, spare = _groups(rule, bought, either, rewards)
    units: dict[int, int] = {}
    for key in sorted(rule.rewards, key=lambda key: (left.unit_price(key), key)):
        free = min(left.units[key], most, spare if key in both else most)
        most -= free
        spare -= free if key in both else 0
        units[key] = free
    return units


def _groups(rule: Rule, bought: int, either: int, rewards: int) -> tuple[int, int]:
    """How many units are rewarded at most, and how many of those may be of `either` kind, that could be bought too.

    The least number of groups that gives the most: it needs the fewest units to be bought.
    """
    best = (0, 0)
    for groups in range(1, (bought + either) // rule.buy + 1):
        spare = either - max(0, groups * rule.buy - bought)
        most = min(groups * rule.get, rewards + spare)
        if most > best[0]:
            best = (most, spare)
    return best


def _first(left: _Left, key: int, units: int) -> Money:
    whole = left.lines[key]
    return sum(whole.split([1] * left.units[key])[:units], Money.zero(whole.currency))


def _sum(parts: dict[int, Money]) -> Money:
    first, *others = parts.values()
    return sum(others, first)


def _spread(whole: Money, parts: dict[int, Money]) -> dict[int, Money]:
    """In proportion to what is left of each line, so that no part is more than that."""
    shares = whole.split([part.to_minor() for part in parts.values()])
    return dict(zip(parts, shares, strict=True))
