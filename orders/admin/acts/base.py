"""What an act on an order is: who may, when it makes sense, what is asked, and the verb behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.models import User
from devicehub.lib.money import Money
from orders import balance, changing, fulfillment, returning
from orders.balance import Balance
from orders.models import Order, OrderLine


class Standing:
    """How an order stands, as its acts ask: each thing is looked up once for a page, and only if somebody asks."""

    def __init__(self, order: Order) -> None:
        self.order = order

    @cached_property
    def open(self) -> dict[int, int]:
        """Units by line that lie in no parcel yet."""
        return fulfillment.open_quantities(self.order)

    @cached_property
    def removable(self) -> dict[int, int]:
        return changing.removable(self.order, self.open)

    @cached_property
    def returnable(self) -> dict[int, int]:
        return returning.returnable(self.order)

    @cached_property
    def money(self) -> Balance:
        return balance.of(self.order)


@dataclass(frozen=True)
class Preview:
    """Rows of (words, amount) and what they come to, sent along as `seen` by the second press."""

    rows: list[tuple[str, Money]]
    total: Money


class ActFormMixin(forms.BaseForm):
    """What the form of an act is, whatever it is made from.

    One that `asks_first` makes a `preview` of what would come of it, and is pressed once more: `is_confirmed`.
    """

    asks_first = False
    hint = ""  # a fact that the form is about
    preview: Preview | None = None
    is_confirmed = True
    order: Order

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under headings."""
        return [("", self.visible_fields())]

    def refuse(self, error: Exception) -> None:
        """Show what the verb refused."""
        self.add_error(None, str(error))


class OrderActForm(ActFormMixin, forms.Form):
    """An act on `order`; without fields it is a question to be answered by pressing the button."""

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order


class LineQuantitiesForm(OrderActForm):
    """A whole number for each line of the order; `quantities()` gives line id → units."""

    def add_line(self, line: OrderLine, *, least: int, most: int, initial: int) -> None:
        label = f"{line.product_name} {line.variant_label} · {line.sku}".replace("  ", " ")
        self.fields[f"line-{line.pk}"] = forms.IntegerField(
            label=label,
            min_value=least,
            max_value=most,
            initial=initial,
            help_text=_("%(least)s to %(most)s") % {"least": least, "most": most},
        )

    def quantities(self) -> dict[int, int]:
        fields = (name for name in self.cleaned_data if name.startswith("line-"))
        return {int(name.removeprefix("line-")): self.cleaned_data[name] for name in fields}


@dataclass(frozen=True)
class Act:
    """`run` calls a verb and may raise OrderError, whose words are shown beside the form."""

    name: str
    label: str
    permission: str
    form: type[ActFormMixin]
    run: Callable[[Any, User], object]
    is_possible: Callable[[Standing], bool]
    done: str
    help: str = ""  # what comes of it, above its form

    def is_allowed(self, user: User) -> bool:
        return user.has_perm(f"orders.{self.permission}")
