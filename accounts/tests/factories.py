"""People and addresses for tests."""

from itertools import count
from typing import Any

from allauth.account.models import EmailAddress

from accounts import addresses
from accounts.models import Address, User

PASSWORD = "correct horse battery"
numbers = count(1)
GERMAN = {
    "full_name": "Erika Muster",
    "company": "",
    "vat_number": "",
    "line1": "Lindenstraße 12",
    "line2": "",
    "postcode": "10969",
    "city": "Berlin",
    "region": "",
    "country": "DE",
    "phone": "",
}


def make_user(email: str = "", *, password: str = PASSWORD, verified: bool = True, **fields: Any) -> User:
    """A user who has proved the address, unless told otherwise."""
    user = User.objects.create_user(email or f"user{next(numbers)}@example.com", password, **fields)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
    return user


def make_address(user: User, **fields: Any) -> Address:
    """An address in the user's book; the first is the default for everything."""
    return addresses.add(Address(**GERMAN | fields), user=user)
