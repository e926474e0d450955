"""Invoices issued at the same moment: no number twice, none left out. Real processes, on both databases."""

import json
from typing import Any


def issued(server: Any, call: str) -> Any:
    return json.loads(server.python(f"from orders.tests import issuers\nissuers.{call}"))


def test_numbers_parcels_that_leave_at_once_without_gap(server: Any) -> None:
    ends, sequences, differences = issued(server, "ship_at_once(20, taken_back=5)")
    assert ends == ["shipped"] * 15 + ["taken back"] * 5
    assert sequences == list(range(1, 16))
    assert differences == []
