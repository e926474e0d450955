"""Who may do what in the catalog's back office: each role on each address."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from catalog.models import (
    Brand,
    Category,
    PriceChange,
    Product,
    ProductType,
    SpecField,
    StockLevel,
    StockMovement,
    Variant,
)
from catalog.tests.browsing import form_of
from catalog.tests.factories import make_field, make_product
from conftest import make_user

EDITED = (Product, Category, Brand, ProductType, SpecField)
SHOWN = (StockMovement, PriceChange, Variant)
ALL = (*EDITED, *SHOWN, StockLevel)

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    product = make_product("Orvane", variants=[{"sku": "A", "stock": 5}])
    make_field(product.product_type, "size", kind="text")
    return product


@pytest.fixture
def member(client):
    def log_in(group, staff=True):
        user = make_user(f"{group.lower()}@example.com", is_staff=staff)
        user.groups.set(Group.objects.filter(name=group))
        client.force_login(user)
        return client

    return log_in


def url(model, act, *args):
    return reverse(f"admin:catalog_{model._meta.model_name}_{act}", args=args)


def answers(client, model):
    """Statuses of list, page, adding and deleting, without sending a form."""
    row = model.objects.first()
    gets = [url(model, "changelist"), url(model, "change", row.pk), url(model, "add"), url(model, "delete", row.pk)]
    return [client.get(address).status_code for address in gets]


@pytest.mark.parametrize("group", ["Owner", "Catalog"])
@pytest.mark.parametrize("model", EDITED)
def test_lets_the_catalogs_people_edit(member, product, group, model):
    assert answers(member(group), model) == [200, 200, 200, 200]


@pytest.mark.parametrize("group", ["Owner", "Catalog"])
def test_lets_the_catalogs_people_move_stock_and_read_the_ledgers(member, product, group):
    client = member(group)
    assert answers(client, StockLevel) == [200, 200, 200, 403]
    assert answers(client, StockMovement) == [200, 200, 403, 403]
    assert answers(client, PriceChange) == [200, 200, 403, 403]
    assert answers(client, Variant) == [200, 302, 403, 403]


@pytest.mark.parametrize("group", ["Support", "Fulfillment"])
@pytest.mark.parametrize("model", ALL)
def test_lets_the_others_only_look(member, product, group, model):
    page = 302 if model is Variant else 200
    assert answers(member(group), model) == [200, page, 403, 403]


@pytest.mark.parametrize("group", ["Support", "Fulfillment"])
def test_shows_the_others_no_form(member, product, group):
    client = member(group)
    for model in (Product, StockLevel, Brand):
        html = client.get(url(model, "change", model.objects.first().pk)).content.decode()
        assert 'name="_save"' not in html
        assert 'name="name"' not in html
        assert 'name="quantity"' not in html


@pytest.mark.parametrize("group", ["Support", "Fulfillment", "None"])
def test_takes_nothing_from_those_who_may_only_look(member, product, group, admin_client):
    """They send the very forms that an owner would send."""
    level = StockLevel.objects.get()
    product_form = form_of(admin_client.get(url(Product, "change", product.pk)), "product_form")
    level_form = form_of(admin_client.get(url(StockLevel, "change", level.pk)), "stocklevel_form")
    client = member(group)
    sent = [
        (url(Product, "change", product.pk), product_form | {"name": "Stolen", "variants-0-price": "1.00"}),
        (url(StockLevel, "change", level.pk), level_form | {"act": "receive", "quantity": "9"}),
        (url(Product, "delete", product.pk), {"post": "yes"}),
        (url(StockLevel, "add"), {"variant": level.variant_id, "act": "receive", "quantity": "9", "low_at": "3"}),
        ("/admin/catalog/category/move/", {"node": product.category_id, "target": 1, "relation": "child"}),
    ]
    assert {client.post(address, data).status_code for address, data in sent} <= {403, 400}
    for action in ("publish", "unpublish", "change_prices", "delete_selected"):
        data = {"action": action, "_selected_action": [product.pk], "post": "yes", "percent": "-50", "apply": "1"}
        client.post(url(Product, "changelist"), data)
    product.refresh_from_db()
    level.refresh_from_db()
    assert (product.name, product.is_published, level.on_hand) == ("Orvane", True, 5)
    assert Variant.objects.get().price == 499


@pytest.mark.parametrize("model", ALL)
def test_keeps_plain_staff_out(client, dave, product, model):
    client.force_login(dave)
    assert answers(client, model) == [403, 403, 403, 403]


@pytest.mark.parametrize("model", ALL)
def test_sends_guests_and_shoppers_to_the_door(client, alice, product, model):
    for user in (None, alice):
        if user:
            client.force_login(user)
        statuses = answers(client, model)
        assert set(statuses) <= {302, 403}
        assert client.get(url(model, "changelist")).status_code != 200


def test_gives_the_catalogs_people_products_and_promotions_only(product):
    rights = Group.objects.get(name="Catalog").permissions.exclude(content_type__app_label="catalog")
    assert set(rights.values_list("content_type__model", flat=True)) == {"promotion", "promotiongoods", "voucher"}
