"""The people of the demo shop. Their password is public, so they exist nowhere else."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from accounts import addresses
from accounts.models import Address, User
from accounts.people import make_owner, prove_email

PASSWORD = "demo-shop-2026"
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
    if settings.PRODUCTION:
        raise ImproperlyConfigured("The demo shop's people, with their public password, are not for a real shop.")
    return [_shopper(), _staff(), _owner()]


def _known(email: str) -> User | None:
    return User.objects.filter(email=email).first()


def _shopper() -> User:
    email = "shopper@example.com"
    if user := _known(email):
        return user
    user = User.objects.create_user(email, PASSWORD, name="Sam Shopper")
    prove_email(user)
    addresses.add(Address(**HOME), user=user)
    work = addresses.add(Address(**WORK), user=user)
    addresses.set_default(work, "invoice")
    return user


def _staff() -> User:
    email = "staff@example.com"
    user = _known(email) or User.objects.create_user(email, PASSWORD, name="Stella Staff", is_staff=True)
    prove_email(user)
    user.groups.add(*(Group.objects.get_or_create(name=name)[0] for name in STAFF_GROUPS))
    return user


def _owner() -> User:
    email = "owner@example.com"
    return _known(email) or make_owner(email=email, password=PASSWORD, name="Olga Owner")
