"""Users made by the shop itself: its owner, and the demo shop's cast."""

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import User


@transaction.atomic
def make_owner(*, email: str, password: str, name: str = "") -> User:
    """A superuser who can log in at once, or an existing user made one; run twice it changes the password."""
    user = User.objects.filter(email=email.strip().lower()).first() or User.objects.create_user(email)
    user.name = name or user.name
    user.is_staff = user.is_superuser = user.is_active = True
    user.set_password(password)
    user.save()
    prove_email(user)
    user.groups.add(Group.objects.get_or_create(name="Owner")[0])
    return user


def prove_email(user: User) -> None:
    """Take the user's address as proved: allauth lets nobody in without, not even a superuser."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"primary": True, "verified": True})


def replace_email(user: User) -> None:
    """Follow a change of the address that was made for the user; the next log-in asks for a code sent there."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})
