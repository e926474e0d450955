"""People made by the shop itself: the owner, the demo shop's cast, the groups."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from accounts import demo
from accounts.models import User
from accounts.roles import GRANTS, GROUPS, grant
from accounts.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def test_makes_an_owner_who_can_sign_in_at_once(visitor, monkeypatch, capsys):
    monkeypatch.setenv("OWNER_PASSWORD", PASSWORD)
    call_command("create_owner", "Boss@Shop.example", name="The Boss")
    user = User.objects.get()
    assert (user.email, user.name, user.is_staff, user.is_superuser) == ("boss@shop.example", "The Boss", True, True)
    assert user.groups.get().name == "Owner"
    assert capsys.readouterr().out == "boss@shop.example owns this shop and can sign in.\n"
    visitor.sign_in("boss@shop.example")
    assert visitor.get("/admin/").status_code == 200


def test_asks_for_the_password_when_none_is_set(monkeypatch):
    monkeypatch.delenv("OWNER_PASSWORD", raising=False)
    monkeypatch.setattr("accounts.management.commands.create_owner.getpass", lambda prompt: PASSWORD)
    call_command("create_owner", "boss@shop.example")
    assert User.objects.get().check_password(PASSWORD)


def test_makes_an_owner_of_an_existing_user(alice, monkeypatch):
    alice.is_active = False
    alice.save()
    monkeypatch.setenv("OWNER_PASSWORD", "another long password")
    call_command("create_owner", "alice@example.com")
    alice.refresh_from_db()
    assert (alice.is_superuser, alice.is_active, alice.name) == (True, True, "Alice Adler")
    assert alice.check_password("another long password")
    assert EmailAddress.objects.get(user=alice).verified


@pytest.mark.parametrize(
    ("email", "password"), [("nonsense", PASSWORD), ("boss@shop.example", "short"), (None, PASSWORD)]
)
def test_makes_no_owner_of_nonsense(email, password, monkeypatch):
    monkeypatch.setenv("OWNER_PASSWORD", password)
    monkeypatch.delenv("OWNER_EMAIL", raising=False)
    with pytest.raises(CommandError):
        call_command("create_owner", *([email] if email else []))
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("email", "path", "status"),
    [
        ("shopper@example.com", "/admin/", 403),
        ("staff@example.com", "/admin/", 200),
        ("staff@example.com", "/admin/accounts/user/", 200),
        ("staff@example.com", "/admin/accounts/user/add/", 403),
        ("owner@example.com", "/admin/accounts/user/add/", 200),
    ],
)
def test_gives_the_demo_shop_people_who_can_sign_in(visitor, email, path, status):
    demo.load_people()
    visitor.sign_in(email, "demo-shop-2026")
    assert visitor.get("/accounts/profile/").status_code == 200
    assert visitor.get(path, follow=True).status_code == status


def test_loads_the_demo_people_twice_without_a_change():
    demo.load_people()
    before = list(User.objects.values()), Group.objects.count(), EmailAddress.objects.count()
    demo.load_people()
    assert (list(User.objects.values()), Group.objects.count(), EmailAddress.objects.count()) == before
    shopper = User.objects.get(email="shopper@example.com")
    assert [str(address.city) for address in shopper.addresses.all()] == ["Berlin", "Hamburg"]
    assert shopper.addresses.get(is_default_invoice=True).company == "Nordlicht Studio GmbH"


def test_keeps_the_public_password_out_of_a_real_shop(settings):
    settings.PRODUCTION = True
    with pytest.raises(ImproperlyConfigured):
        demo.load_people()
    assert not User.objects.exists()


def test_has_the_ready_made_groups():
    assert set(Group.objects.values_list("name", flat=True)) >= set(GROUPS)


@pytest.mark.parametrize("group", GROUPS)
def test_grants_only_permissions_that_exist(group):
    assert grant(group, GRANTS[group]) == []


def test_names_a_permission_that_does_not_exist():
    assert grant("Support", ["accounts.fly_user", "accounts.view_user"]) == ["accounts.fly_user"]


def test_grants_again_what_was_lost_when_the_shop_migrates():
    Group.objects.all().delete()
    call_command("migrate", verbosity=0)
    names = Group.objects.get(name="Support").permissions.values_list("codename", flat=True)
    assert {"view_user", "view_address"} <= set(names)
