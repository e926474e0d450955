"""What the shop's books say after an experiment, compared with what its buyers were told."""

from __future__ import annotations

import json
from dataclasses import dataclass

from devicehub.tests.servers import ShopServer
from proof.buyers import Crowd, Intent

ORDERS = """
import json
from orders.models import Order
print(json.dumps(list(Order.objects.values_list("placement_key", "number"))))
"""
DIFFERENCES = """
import json
from orders.reconciliation import differences
print(json.dumps(differences()))
"""


def orders(shop: ShopServer) -> list[tuple[str, str]]:
    """Cart's key and number of every order."""
    return [(key, number) for key, number in json.loads(shop.python(ORDERS))]


def differences(shop: ShopServer) -> list[str]:
    return json.loads(shop.python(DIFFERENCES))


@dataclass(frozen=True)
class Audit:
    """`lost`: acknowledged, yet not there for its buyer. `doubled`: orders that no intent asked for."""

    intents: int
    acknowledged: int
    lost: int
    doubled: int
    vanished: int
    unanswered: int
    differences: list[str]
    problems: list[str]

    @property
    def is_clean(self) -> bool:
        wrong = self.lost + self.doubled + self.vanished + self.unanswered
        return self.acknowledged > 0 and not (wrong or self.differences or self.problems)

    def __str__(self) -> str:
        words = (
            f"{self.acknowledged} of {self.intents} intents ordered, {self.lost} lost, {self.doubled} doubled, "
            f"{self.vanished} vanished, {self.unanswered} unresolved, {len(self.differences)} differences"
        )
        return "; ".join([words, *self.problems[:2], *self.differences[:2]])


def audit(shop: ShopServer, crowd: Crowd) -> Audit:
    known = orders(shop)
    keys = {key for key, _number in known}
    asked = {intent.key for intent in crowd.intents if intent.key}
    return Audit(
        intents=len(crowd.intents),
        acknowledged=len(crowd.acknowledged),
        lost=sum(intent.key not in keys or not _shows(intent) for intent in crowd.acknowledged),
        doubled=len(known) - len(keys & asked),
        vanished=crowd.vanished,
        unanswered=crowd.unanswered,
        differences=differences(shop),
        problems=crowd.problems,
    )


def _shows(intent: Intent) -> bool:
    """Whether the order's page opens for its buyer by the address that the shop gave him."""
    return intent.visitor.get(intent.order).status == 200
