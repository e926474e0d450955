"""One phone scanned into many parcels at the same moment: real server processes, real forms, on both databases."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from devicehub.tests.visitor import Page, Visitor
from orders.tests.crowd import all_at_once

PHONE = "001017000000011"


def asked(server: Any, call: str) -> Any:
    return json.loads(server.python(f"from orders.tests import packers\npackers.{call}"))


def pack_all_at_once(server: Any, orders: int) -> list[Page]:
    """So many tabs of the back office, each with another order, and the same phone scanned in each."""
    session, pages = asked(server, f"to_pack({orders})")
    acts: list[Callable[[], Page]] = []
    for path, field in pages:
        packer = Visitor(server.base_url, timeout=60)
        packer.cookies[settings.SESSION_COOKIE_NAME] = session
        page = packer.get(path)
        filled = {field: PHONE}
        acts.append(
            lambda packer=packer, page=page, filled=filled: packer.submit(page, "/pack/", follow=False, **filled)
        )
    return all_at_once(acts)


def test_packs_a_number_into_one_of_ten_parcels(server: Any) -> None:
    answers = pack_all_at_once(server, 10)
    assert sorted(page.status for page in answers) == [200] * 9 + [302]
    refusals = [page.text for page in answers if page.status == 200]
    assert all(f"{PHONE} is in parcel 1 of order" in text for text in refusals)
    assert asked(server, "living_units()") == [[PHONE], []]


@pytest.mark.postgres
def test_would_pack_a_number_twice_without_its_constraint(start_server: Any) -> None:
    server = start_server("postgres", UNLOCKED="numbers", DJANGO_SETTINGS_MODULE="orders.tests.unlocked")
    answers = pack_all_at_once(server, 10)
    packed = [page for page in answers if page.status == 302]
    assert len(packed) > 1
    numbers, differences = asked(server, "living_units()")
    assert numbers == [PHONE] * len(packed)
    assert differences == [f"Unit {PHONE}: in {len(packed)} places"]
