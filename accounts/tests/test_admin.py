"""Users in the back office, and the door to it."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.core import mail

from accounts.models import User
from accounts.tests.conftest import mailed_code
from accounts.tests.factories import PASSWORD, make_address, make_user

USERS = "/admin/accounts/user/"


def rights(*names):
    return Permission.objects.filter(codename__in=names)


@pytest.fixture
def owner(db):
    """In the group Owner, but no superuser."""
    user = make_user("olga@example.com", is_staff=True)
    user.groups.add(Group.objects.get(name="Owner"))
    return user


@pytest.fixture
def desk(visitor, owner):
    visitor.sign_in("olga@example.com")
    return visitor


def change_form(user, **changes):
    values = {
        "email": user.email,
        "name": user.name,
        "is_active": "on",
        "addresses-TOTAL_FORMS": 0,
        "addresses-INITIAL_FORMS": 0,
    }
    return values | changes


def test_sends_staff_through_the_shops_own_door(visitor, carol):
    answer = visitor.get("/admin/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/admin/")
    answer = visitor.get(answer["Location"])
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=%2Fadmin%2F")
    answer = visitor.post(answer["Location"], {"login": "carol@example.com", "password": PASSWORD})
    assert answer["Location"] == "/admin/"
    assert visitor.get("/admin/").status_code == 200


def test_takes_no_password_at_djangos_own_door(visitor, carol):
    answer = visitor.post("/admin/login/", {"username": "carol@example.com", "password": PASSWORD})
    assert (answer.status_code, visitor.is_in) == (302, False)


@pytest.mark.parametrize("path", ["/admin/", USERS, "/admin/login/", "/admin/no/such/page/"])
def test_shows_a_shopper_the_way_out_without_going_round_in_circles(visitor, alice, path):
    visitor.sign_in("alice@example.com")
    answer = visitor.get(path, follow=True)
    assert answer.status_code == 403
    assert len(answer.redirect_chain) <= 1
    assert "This is not yours to open" in answer.content.decode()


def test_lets_nobody_in_whose_address_is_unproved(visitor):
    make_user("eve@example.com", is_staff=True, is_superuser=True, verified=False)
    visitor.sign_in("eve@example.com")
    assert not visitor.is_in


@pytest.mark.parametrize("path", [USERS, f"{USERS}add/"])
def test_shows_plain_staff_no_users(visitor, dave, path):
    visitor.sign_in("dave@example.com")
    assert visitor.get(path).status_code == 403


def test_finds_users_by_address_and_name(desk, alice, bob):
    page = desk.get(f"{USERS}?q=adler").content.decode()
    assert "alice@example.com" in page
    assert "bob@example.com" not in page


def test_shows_support_users_and_addresses_to_look_at(visitor, dave, alice):
    make_address(alice)
    dave.groups.add(Group.objects.get(name="Support"))
    visitor.sign_in("dave@example.com")
    page = visitor.get(f"{USERS}{alice.pk}/change/").content.decode()
    assert "Lindenstraße 12" in page
    assert visitor.post(f"{USERS}{alice.pk}/change/", change_form(alice, name="Changed")).status_code == 403
    alice.refresh_from_db()
    assert alice.name == "Alice Adler"


def test_changes_a_user_and_keeps_record(desk, alice):
    answer = desk.post(f"{USERS}{alice.pk}/change/", change_form(alice, name="Alice Neu"))
    assert answer.status_code == 302
    alice.refresh_from_db()
    assert alice.name == "Alice Neu"
    assert LogEntry.objects.get().object_repr == "alice@example.com"


def test_changes_no_address_of_the_book(desk, alice):
    address = make_address(alice)
    desk.post(
        f"{USERS}{alice.pk}/change/",
        change_form(alice)
        | {
            "addresses-TOTAL_FORMS": 1,
            "addresses-INITIAL_FORMS": 1,
            "addresses-0-id": address.pk,
            "addresses-0-user": alice.pk,
            "addresses-0-line1": "Changed 1",
            "addresses-0-DELETE": "on",
        },
    )
    assert alice.addresses.get().line1 == "Lindenstraße 12"


def test_asks_for_a_code_after_staff_changed_the_address(desk, visitors, alice):
    desk.post(f"{USERS}{alice.pk}/change/", change_form(alice, email="Anna@Example.com"))
    alice.refresh_from_db()
    assert alice.email == "anna@example.com"
    assert list(EmailAddress.objects.filter(user=alice).values_list("email", "primary", "verified")) == [
        ("anna@example.com", True, False)
    ]
    shopper = visitors()
    shopper.sign_in("anna@example.com")
    assert not shopper.is_in
    assert mail.outbox[-1].to == ["anna@example.com"]
    shopper.post("/accounts/confirm-email/", {"code": mailed_code()})
    assert shopper.is_in


def test_refuses_an_address_that_another_user_has(desk, alice, bob):
    answer = desk.post(f"{USERS}{alice.pk}/change/", change_form(alice, email="BOB@example.com"))
    assert answer.status_code == 200
    assert "This address has an account." in answer.content.decode()
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"


def test_adds_a_user_who_proves_the_address_at_the_first_log_in(desk):
    form = {"email": "New@Example.com", "name": "New", "usable_password": "true"}
    answer = desk.post(f"{USERS}add/", form | {"password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == 302
    user = User.objects.get(email="new@example.com")
    assert (user.is_staff, user.is_superuser) == (False, False)
    assert EmailAddress.objects.get(user=user).verified is False


def test_deletes_nobody(visitor, carol, alice):
    visitor.sign_in("carol@example.com")
    assert visitor.post(f"{USERS}{alice.pk}/delete/", {"post": "yes"}).status_code == 403
    visitor.post(USERS, {"action": "delete_selected", "_selected_action": alice.pk, "post": "yes"})
    assert User.objects.filter(pk=alice.pk).exists()


def test_switches_off_by_action_and_keeps_record(desk, owner, carol, alice):
    desk.post(USERS, {"action": "switch_off", "_selected_action": [alice.pk, owner.pk, carol.pk]})
    assert set(User.objects.filter(is_active=True)) == {owner, carol}
    assert LogEntry.objects.get().object_id == str(alice.pk)
    desk.post(USERS, {"action": "switch_on", "_selected_action": alice.pk})
    alice.refresh_from_db()
    assert alice.is_active


def test_makes_no_superuser_unless_one_oneself(desk, alice):
    more = rights("delete_user", "change_group")
    desk.post(
        f"{USERS}{alice.pk}/change/",
        change_form(alice, is_superuser="on", user_permissions=[permission.pk for permission in more]),
    )
    alice.refresh_from_db()
    assert (alice.is_superuser, alice.user_permissions.count()) == (False, 0)


def test_gives_oneself_nothing_one_does_not_hold(desk, owner):
    mighty = Group.objects.create(name="Mighty")
    mighty.permissions.add(*rights("change_group"))
    answer = desk.post(
        f"{USERS}{owner.pk}/change/", change_form(owner, is_staff="on", is_superuser="on", groups=[mighty.pk])
    )
    assert answer.status_code == 200
    assert "is not one of the available choices" in answer.content.decode()
    owner = User.objects.get(pk=owner.pk)
    assert (owner.is_superuser, owner.groups.filter(name="Mighty").exists()) == (False, False)


def test_gives_a_group_whose_rights_one_holds(desk, alice):
    support = Group.objects.get(name="Support")
    desk.post(f"{USERS}{alice.pk}/change/", change_form(alice, is_staff="on", groups=[support.pk]))
    alice.refresh_from_db()
    assert (alice.is_staff, alice.groups.get()) == (True, support)


@pytest.mark.parametrize("act", ["change/", "password/"])
def test_touches_nobody_mightier(desk, carol, act):
    form = change_form(carol, email="mine@example.com") | {
        "usable_password": "true", "password1": "stolen stolen stolen", "password2": "stolen stolen stolen",
    }  # fmt: skip
    assert desk.post(f"{USERS}{carol.pk}/{act}", form).status_code == 403
    carol.refresh_from_db()
    assert carol.email == "carol@example.com"
    assert carol.check_password(PASSWORD)


def test_touches_nobody_with_a_right_that_one_lacks(desk, dave):
    dave.user_permissions.add(*rights("change_group"))
    assert desk.post(f"{USERS}{dave.pk}/password/", {}).status_code == 403


def test_lets_a_superuser_do_all_of_it(visitor, carol, alice):
    visitor.sign_in("carol@example.com")
    catalog = Group.objects.get(name="Catalog")
    visitor.post(
        f"{USERS}{alice.pk}/change/", change_form(alice, is_staff="on", is_superuser="on", groups=[catalog.pk])
    )
    alice.refresh_from_db()
    assert (alice.is_superuser, alice.groups.get()) == (True, catalog)


@pytest.mark.parametrize(
    "query", ["q=%22", "q=" + "x" * 3000, "is_active__exact=2", "groups__id__exact=x", "p=-1", "o=99"]
)
def test_answers_a_nonsense_list_politely(desk, query):
    assert desk.get(f"{USERS}?{query}").status_code in (200, 302)
