"""The people of the demo shop. Their password is public, so they exist nowhere else."""

import json
from datetime import datetime, timedelta
from zlib import crc32

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from accounts import addresses
from accounts.models import Address, User
from accounts.people import make_owner, prove_email

PASSWORD = "demo-shop-2026"
PEOPLE = settings.BASE_DIR / "demo" / "people.json"
SHOPPER, STAFF, OWNER = CAST = ("shopper@example.com", "staff@example.com", "owner@example.com")
STAFF_GROUPS = ("Catalog", "Fulfillment", "Support")
HOME = {
    "full_name": "Sam Shopper",
    "line1": "Lindenstraße 12",
    "postcode": "10969",
    "city": "Berlin",
    "country": "DE",
    "phone": "+493055501234",
}
WORK = {
    "full_name": "Sam Shopper",
    "company": "Nordlicht Studio GmbH",
    "line1": "Hafenweg 3",
    "line2": "Second floor",
    "postcode": "20457",
    "city": "Hamburg",
    "country": "DE",
}


@transaction.atomic
def load_people() -> list[User]:
    """Shopper, staff and owner, ready to log in. Called again it changes nothing."""
    _refuse_production()
    return [_shopper(), _staff(), _owner()]


@transaction.atomic
def load_customers() -> bool:
    """Those of demo/people.json with an account and an address each; False when they are there.

    They share one hash of the password: forty would take longer than the whole catalog. The e-mail address decides on
    which day of the last year somebody joined, so that each loading tells the same.
    """
    _refuse_production()
    rows = json.loads(PEOPLE.read_text(encoding="utf-8"))
    if User.objects.filter(email__in=[row["email"] for row in rows]).exists():
        return False
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(email=row["email"], name=row["full_name"], password=password, date_joined=_joined(row["email"]))
        for row in rows
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, primary=True, verified=True) for user in users
    )
    Address.objects.bulk_create(
        Address(user=user, is_default_delivery=True, is_default_invoice=True, **_address(row))
        for user, row in zip(users, rows, strict=True)
    )
    return True


@transaction.atomic
def remove_people() -> None:
    """Everybody that this module makes, and their password with them."""
    rows = json.loads(PEOPLE.read_text(encoding="utf-8"))
    User.objects.filter(email__in=[*CAST, *(row["email"] for row in rows)]).delete()


def _refuse_production() -> None:
    if settings.PRODUCTION:
        raise ImproperlyConfigured("The demo shop's people, with their public password, are not for a real shop.")


def _joined(email: str) -> datetime:
    return timezone.now() - timedelta(days=20 + crc32(email.encode()) % 340)


def _address(row: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if name != "email"}


def _known(email: str) -> User | None:
    return User.objects.filter(email=email).first()


def _shopper() -> User:
    email = SHOPPER
    if user := _known(email):
        return user
    joined = timezone.now() - timedelta(days=300)
    user = User.objects.create_user(email, PASSWORD, name="Sam Shopper", date_joined=joined)
    prove_email(user)
    addresses.add(Address(**HOME), user=user)
    work = addresses.add(Address(**WORK), user=user)
    addresses.set_default(work, "invoice")
    return user


def _staff() -> User:
    email = STAFF
    user = _known(email) or User.objects.create_user(email, PASSWORD, name="Stella Staff", is_staff=True)
    prove_email(user)
    user.groups.add(*(Group.objects.get_or_create(name=name)[0] for name in STAFF_GROUPS))
    return user


def _owner() -> User:
    email = OWNER
    return _known(email) or make_owner(email=email, password=PASSWORD, name="Olga Owner")
