"""What several tests of orders share: staff of a group, logged in, and the proof that all is right afterwards."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from conftest import make_user
from orders import reconciliation


@pytest.fixture
def staff(client: Client) -> Any:
    """`staff("Support")`: a member of that group, logged in."""

    def staff(group: str) -> Any:
        user = make_user(f"{group.lower()}@example.com", is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client.force_login(user)
        return user

    return staff


@pytest.fixture
def reconciled() -> Iterator[None]:
    """Stock and money are right when the test is over."""
    yield
    assert [str(difference) for difference in reconciliation.differences()] == []
