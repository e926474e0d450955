"""Settings of a shop with one of its locks taken away: UNLOCKED says which."""

from devicehub.tests.served import *  # noqa: F403

ROOT_URLCONF = "orders.tests.careless"
