"""The demo shop's customers are people that the shop's own forms would take."""

import json

import pytest

from accounts.demo import PASSWORD, PEOPLE, load_customers, remove_people
from accounts.forms import AddressForm
from accounts.models import Address, User

ROWS = json.loads(PEOPLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["email"])
def test_lives_at_an_address_that_the_form_takes(row):
    form = AddressForm({name: value for name, value in row.items() if name != "email"})
    assert form.is_valid(), form.errors


@pytest.mark.django_db
def test_joins_once_with_the_public_password_and_leaves_again():
    assert load_customers()
    assert not load_customers()
    assert User.objects.count() == Address.objects.count() == len(ROWS) >= 40
    assert User.objects.first().check_password(PASSWORD)
    assert len({user.date_joined.date() for user in User.objects.all()}) > 20
    remove_people()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_does_not_join_a_real_shop(settings):
    settings.PRODUCTION = True
    with pytest.raises(Exception, match="not for a real shop"):
        load_customers()
    assert not User.objects.exists()
