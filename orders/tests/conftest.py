"""What several tests of orders share: staff of a group, logged in; the proof that all is right afterwards; the stand-in
for Stripe as a process of its own, whose events tests take and post as they like.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from conftest import make_user
from orders import reconciliation
from orders.payments import stripe_checkout
from orders.tests.standin import StandinProcess


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


@pytest.fixture(scope="session")
def standin_process() -> Iterator[StandinProcess]:
    process = StandinProcess()
    yield process
    process.stop()


@pytest.fixture
def standin(standin_process: StandinProcess, settings: Any, monkeypatch: pytest.MonkeyPatch) -> StandinProcess:
    """A shop that takes cards by the stand-in. It sends nothing by itself."""
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = standin_process.key, standin_process.secret
    settings.STRIPE_API_BASE = settings.STRIPE_PAGE_ORIGIN = standin_process.url
    settings.PAYMENT_PROVIDERS = ["stripe", *settings.PAYMENT_PROVIDERS]
    monkeypatch.setattr(stripe_checkout, "RETRIES", 0)
    stripe_checkout._client.cache_clear()
    standin_process.settings(
        events="http://127.0.0.1:9/", deliver="never", hang=0, fail=0, refunds="succeeded", forward=0
    )
    return standin_process
