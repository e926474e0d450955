"""The category tree in the back office."""

from typing import Any

import pytest
from django.test import Client

from catalog.tests.factories import make_category

TREE = "/admin/catalog/category/"


@pytest.fixture
def back_office(client: Client, carol: Any) -> Client:
    client.force_login(carol)
    return client


def test_shows_what_lies_below_a_category(back_office: Client) -> None:
    parent = make_category("Phones")
    make_category("Foldables", parent=parent)
    assert "Foldables" in back_office.get(f"{TREE}children/{parent.pk}/").json()["result_html"]


@pytest.mark.parametrize("parent", ["999999", "abc", "-1", "1e3", "%C2%B2"])
def test_knows_no_other_category(back_office: Client, parent: str) -> None:
    assert back_office.get(f"{TREE}children/{parent}/").status_code == 404


def test_survives_a_post_without_an_action(back_office: Client) -> None:
    make_category("Phones")
    assert back_office.post(TREE, {"post": "yes"}).status_code == 200
