"""Which promotions a cart may have, as rules for pricing, and in words why a code that was entered does not count.

What a promotion gives is pure arithmetic, see `orders.discounts`; how often it was used is `orders.promotion_uses`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from catalog.models import Category, Variant
from devicehub.lib.money import Money
from orders.discounts import Rule
from orders.models import Cart, CartLine, Order, Promotion, PromotionGoods, PromotionUse, Voucher
from orders.pricing import Totals
from orders.taxation import Terms

Kind = Promotion.Kind


@dataclass(frozen=True)
class Customer:
    """Whoever buys. Before a guest has told his address he counts as one who has never bought."""

    user: User | None
    email: str

    def of(self, rows: QuerySet) -> QuerySet:
        """Rows of orders or uses that are his, by account or by e-mail address."""
        mine = Q(email__iexact=self.email) if self.email else Q(pk=None)
        return rows.filter(mine | Q(user=self.user) if self.user else mine)


def customer_of(cart: Cart) -> Customer:
    return Customer(cart.user, cart.user.email if cart.user else cart.email)


@dataclass(frozen=True)
class Candidate:
    """A promotion for one cart, automatic or by a code; what keeps it from counting whatever the other ones do.

    `refusal` is what the buyer cannot mend; `missing` is what the goods that it is for must be worth more, by the
    catalog's prices, so that the same cart has it everywhere.
    """

    promotion: Promotion
    rule: Rule
    voucher: Voucher | None = None
    refusal: str = ""
    missing: Money | None = None

    @property
    def may_count(self) -> bool:
        return not (self.refusal or self.missing)


@dataclass(frozen=True)
class EnteredCode:
    """A code in the cart; `note` says what is missing where it does not count."""

    voucher: Voucher
    name: str
    note: str

    @property
    def counts(self) -> bool:
        return not self.note


def candidates(
    cart: Cart,
    rows: Sequence[CartLine],
    vouchers: Sequence[Voucher],
    *,
    terms: Terms,
    at: datetime,
    trial: Promotion | None = None,
) -> list[Candidate]:
    """Automatic promotions that run, and those of the codes. `trial` takes part as if it were on and no code needed.

    A handful of queries, however many lines; `rows` come with variant and product.
    """
    codes = {voucher.promotion_id: voucher for voucher in reversed(vouchers)}
    known = _promotions(codes, at, trial)
    barring = barred(known, customer_of(cart))
    goods = _Goods(rows, _paths(rows, known), terms, cart.currency)
    found = []
    for promotion in known:
        voucher = codes.get(promotion.pk) if promotion.needs_code else None
        refusal = refusal_of(promotion, voucher, at) or barring.get(promotion.pk, "")
        if voucher or not refusal or promotion == trial:
            rule = _rule(promotion, voucher, goods)
            found.append(Candidate(promotion, rule, voucher, refusal, goods.missing(promotion, rule)))
    return found


def refusal_of(promotion: Promotion, voucher: Voucher | None, at: datetime) -> str:
    """Why nobody can use it now; what is not begun, or was switched off, is as unknown as what never was."""
    is_off = not promotion.is_active or bool(voucher and not voucher.is_active)
    if is_off or (promotion.valid_from and promotion.valid_from > at):
        return unknown()
    if promotion.valid_until and promotion.valid_until <= at:
        day = date_format(timezone.localtime(promotion.valid_until), "j F Y")
        return _("This code was valid until %(day)s.") % {"day": day}
    if any(one.max_uses is not None and one.uses >= one.max_uses for one in (promotion, voucher) if one):
        return _("This code has been used up.")
    return ""


def unknown() -> str:
    return _("We do not know this code. Is it typed as it was given to you?")


def entered(found: Sequence[Candidate], vouchers: Iterable[Voucher], totals: Totals) -> list[EnteredCode]:
    """Every code of the cart with what became of it."""
    by_voucher = {one.voucher: one for one in found if one.voucher}
    codes = []
    for voucher in vouchers:
        candidate = by_voucher.get(voucher)
        note = note_of(candidate, found, totals) if candidate else _("This offer counts already.")
        codes.append(EnteredCode(voucher, candidate.promotion.name if candidate else "", note))
    return codes


def used(found: Iterable[Candidate], totals: Totals) -> list[Candidate]:
    """Those that changed something."""
    sources = {adjustment.source for adjustment in totals.adjustments}
    return [one for one in found if one.rule.source in sources]


def note_of(candidate: Candidate, found: Sequence[Candidate], totals: Totals) -> str:
    """Why it does not count, or what is missing; empty where it does."""
    applied = used(found, totals)
    if candidate in applied:
        return ""
    if candidate.refusal:
        return candidate.refusal
    if not candidate.rule.goods:
        return _("Nothing in your cart belongs to this offer.")
    if candidate.missing:
        return _("%(amount)s more of what it is for, and it counts.") % {"amount": candidate.missing}
    if applied and not all(one.rule.is_combinable for one in [candidate, *applied]):
        return _("It cannot be combined with “%(name)s”, which saves you more.") % {"name": applied[0].promotion.name}
    return _without_effect(candidate.promotion, totals)


def _promotions(codes: Iterable[int], at: datetime, trial: Promotion | None) -> list[Promotion]:
    automatic = Promotion.objects.running(at).unspent().filter(needs_code=False).values("pk")
    named = [*codes, *([trial.pk] if trial else [])]
    goods = Prefetch("goods", PromotionGoods.objects.select_related("category"))
    found = list(Promotion.objects.filter(Q(pk__in=automatic) | Q(pk__in=named)).prefetch_related(goods))
    for promotion in found:
        promotion.is_active = promotion.is_active or promotion == trial
    return found


def _paths(rows: Sequence[CartLine], known: Iterable[Promotion]) -> dict[int, str]:
    """The places in the tree of the products' categories, if any promotion asks for one."""
    if not any(goods.category_id for promotion in known for goods in promotion.goods.all()):
        return {}
    ids = {row.variant.product.category_id for row in rows}
    return dict(Category.objects.filter(pk__in=ids).values_list("pk", "path"))


def barred(known: Sequence[Promotion], customer: Customer) -> dict[int, str]:
    """What this customer had already, or came too late for; asked only where a promotion wants to know."""
    sole = [promotion.pk for promotion in known if promotion.is_sole]
    if not sole or not (customer.user or customer.email):
        return {}
    had = customer.of(PromotionUse.living(promotion__in=sole)).values_list("promotion", flat=True)
    refused = dict.fromkeys(had, _("You have used this offer already."))
    first = [promotion.pk for promotion in known if promotion.first_order_only]
    if first and customer.of(Order.objects.exclude(status=Order.Status.CANCELED)).exists():
        refused |= dict.fromkeys(first, _("This offer is for a first order only."))
    return refused


def _rule(promotion: Promotion, voucher: Voucher | None, lines: _Goods) -> Rule:
    rows = list(promotion.goods.all())
    goods = lines.matching([row for row in rows if row.role == row.Role.BOUGHT])
    rewards = [row for row in rows if row.role == row.Role.REWARD]
    is_fixed = promotion.kind == Kind.FIXED
    return Rule(
        key=promotion.pk,
        kind=promotion.kind,
        label=f"{promotion.name} ({voucher.code})" if voucher else promotion.name,
        source=promotion.source,
        goods=goods,
        rewards=lines.matching(rewards) if rewards else goods,
        percent=promotion.percent or Rule.percent,
        amount=None if promotion.amount is None else lines.price(promotion.amount),
        prices=lines.prices(goods, promotion.amount) if is_fixed and promotion.amount else {},
        buy=promotion.buy or 0,
        get=promotion.get or 0,
        priority=promotion.priority,
        is_combinable=promotion.is_combinable,
    )


@dataclass(frozen=True)
class _Goods:
    """The lines of a cart as promotions ask about them. Amounts of promotions are on the terms of catalog prices."""

    rows: Sequence[CartLine]
    paths: dict[int, str]
    terms: Terms
    currency: str

    def matching(self, rows: list[PromotionGoods]) -> frozenset[int]:
        variants = [row.variant for row in self.rows]
        return frozenset(one.pk for one in variants if not rows or any(_meets(one, row, self.paths) for row in rows))

    def price(self, amount: Decimal, tax_class: str = Variant.TaxClass.STANDARD) -> Money:
        """What an amount is to this buyer: where his sale is free of tax, it is less by the tax."""
        return self.terms.price(Money(amount, self.currency), tax_class)

    def prices(self, keys: frozenset[int], amount: Decimal) -> dict[int, Money]:
        variants = [row.variant for row in self.rows if row.variant_id in keys]
        return {variant.pk: self.price(amount, variant.tax_class) for variant in variants}

    def missing(self, promotion: Promotion, rule: Rule) -> Money | None:
        if promotion.minimum is None:
            return None
        listed = (
            Money(row.variant.price, self.currency) * row.quantity for row in self.rows if row.variant_id in rule.goods
        )
        lack = Money(promotion.minimum, self.currency) - sum(listed, Money.zero(self.currency))
        return lack if lack.amount > 0 else None


def _meets(variant: Variant, row: PromotionGoods, paths: dict[int, str]) -> bool:
    product = variant.product
    if row.category is None and row.brand_id is None:
        return row.product_id == product.pk
    is_inside = row.category is None or paths[product.category_id].startswith(row.category.path)
    return is_inside and row.brand_id in (None, product.brand_id)


def _without_effect(promotion: Promotion, totals: Totals) -> str:
    if promotion.kind == Kind.BUNDLE:
        return _("Some of what belongs together for this offer is missing in your cart.")
    if promotion.kind == Kind.DELIVERY and totals.shipping_total:
        return _("Delivery is free already.")
    return _("It makes nothing in your cart cheaper.")
