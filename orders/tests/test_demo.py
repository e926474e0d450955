"""The demo shop: full, true to itself, loaded once for all of these tests, and taken out again."""

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Count, Q, Sum
from django.utils import timezone

from accounts.demo import CAST, SHOPPER
from accounts.models import User
from catalog.models import Brand, Category, Image, Product, ProductType, Review, StockLevel, StockMovement, Variant
from devicehub.lib.clock import clock_at
from orders.demo.diary import Diary
from orders.models import (
    CreditAccount,
    DeviceUnit,
    Document,
    Order,
    OrderAddress,
    OrderEvent,
    OrderLine,
    Promotion,
    PromotionUse,
    Refund,
    Return,
    Shipment,
)
from orders.reconciliation import differences
from orders.tests.factories import make_order

pytestmark = pytest.mark.django_db
MOMENT = timezone.make_aware(datetime(2026, 11, 26, 16, 30))  # a Thursday, so that the tests see one shop every day


def seed(*arguments: str, capsys) -> str:
    call_command("seed_demo", *arguments)
    return capsys.readouterr().out


def test_opens_a_full_shop_once_and_closes_it_again(capsys):
    """One test, since loading takes some seconds."""
    with clock_at(MOMENT):
        assert seed(capsys=capsys).startswith("Loaded 121 products and 4")
        check_catalog()
        check_orders()
        check_books()
        assert seed(capsys=capsys) == "The demo shop is filled.\n"
        real = make_order(lines=[(Variant.objects.filter(stock_levels__on_hand__gt=3).first(), 1)])
        with pytest.raises(CommandError, match="1 order is not the demo's own"):
            seed("--remove", capsys=capsys)
        assert Product.objects.count() == 121
        Order.objects.filter(pk=real.pk).update(placement_key="demo-after-all")
        assert seed("--remove", capsys=capsys) == "Removed 121 products with all that belongs to them.\n"
    check_empty()


def check_catalog():
    assert Variant.objects.count() >= 350
    assert Category.objects.filter(depth=2).count() >= 16
    assert Brand.objects.annotate(n=Count("products")).filter(n__gte=1).count() >= 20
    assert [one.key for one in ProductType.objects.annotate(n=Count("fields")).filter(n__lt=12)] == []
    assert not Product.objects.filter(Q(images=None) | Q(box_contents="") | Q(warranty_months=0)).exists()
    assert {"new", "open-box", "refurbished"} == set(Variant.objects.values_list("condition", flat=True))
    assert {"", "preorder", "backorder"} == set(StockLevel.objects.values_list("promise", flat=True))
    assert Variant.objects.filter(was_price__isnull=False).count() > 30
    check_reviews()


def check_reviews():
    total = Product.objects.count()
    reviewed = Product.objects.annotate(written=Count("reviews")).filter(written__gt=0)
    numbers = list(reviewed.values_list("written", flat=True))
    assert 0.6 < len(numbers) / total < 0.75
    assert (min(numbers), max(numbers)) == (2, 9)
    assert set(Review.objects.values_list("stars", flat=True)) == {1, 2, 3, 4, 5}
    assert Review.objects.pending().count() == 3
    assert Review.objects.exclude(answer="").count() >= 12
    shown = Q(reviews__state="published")
    told = Product.objects.annotate(sum=Sum("reviews__stars", filter=shown), number=Count("reviews", filter=shown))
    assert [(row.rating_sum, row.review_count) for row in told] == [(row.sum or 0, row.number) for row in told]


def check_orders():
    orders = Order.objects.all()
    assert User.objects.filter(is_staff=False).count() >= 40
    assert orders.count() >= 400
    assert set(orders.values_list("status", flat=True)) == set(Order.Status.values)
    assert {"unfulfilled", "shipped", "delivered"} <= set(orders.values_list("fulfillment_status", flat=True))
    assert {"sandbox", "bank_transfer", "cash_on_delivery"} <= set(orders.values_list("payment_provider", flat=True))
    assert orders.filter(held_at__isnull=False).exists()
    assert orders.filter(user__email=SHOPPER).count() > 5
    assert orders.filter(split_from__isnull=False).exists()
    assert orders.filter(lines__promise="preorder").exists()
    assert {"phone", "web"} <= set(orders.values_list("source", flat=True))
    assert len(set(OrderAddress.objects.values_list("country", flat=True))) >= 18
    assert PromotionUse.objects.exists()
    assert CreditAccount.objects.exists()
    assert {"requested", "refunded"} <= set(Return.objects.values_list("status", flat=True))
    assert Refund.objects.exists()
    assert {"invoice", "credit-note"} == set(Document.objects.values_list("kind", flat=True))
    assert {"imei", "serial"} == set(DeviceUnit.objects.values_list("kind", flat=True))
    first, last = orders.earliest("placed_at").placed_at, orders.latest("placed_at").placed_at
    assert timedelta(days=300) < last - first < timedelta(days=366)
    assert last <= MOMENT
    sunday, tuesday = (orders.filter(placed_at__iso_week_day=day).count() for day in (7, 2))
    assert sunday > 1.3 * tuesday
    evening, morning = (orders.filter(placed_at__hour__in=hours).count() for hours in ((18, 19, 20), (6, 7, 8)))
    assert evening > 2 * morning


def check_books():
    assert differences() == []
    assert not OrderEvent.objects.filter(mail_status="due").exists(), "nobody is told again of what is long over"
    assert not OrderEvent.objects.filter(created_at__gt=MOMENT).exists()
    assert not StockMovement.objects.filter(created_at__gt=MOMENT).exists()
    invoices = Document.objects.filter(kind="invoice")
    assert invoices.count() == Shipment.objects.filter(status__in=["shipped", "delivered"]).count()
    assert OrderLine.objects.filter(is_serial_tracked=True, shipment_lines__isnull=False).exists()


def check_empty():
    models = (Product, Brand, Category, ProductType, Image, StockMovement, Order, Document, Promotion, CreditAccount)
    assert {model.__name__: model.objects.count() for model in models} == {model.__name__: 0 for model in models}
    assert not User.objects.filter(email__in=CAST).exists()


def test_scales_by_the_program_of_the_benchmarks():
    with patch("orders.management.commands.seed_demo.subprocess.run") as run:
        run.return_value.returncode = 0
        call_command("seed_demo", "--scale", "1000")
        assert run.call_args.args[0][1:] == ["-m", "benchmarks.load", "1000"]
        run.return_value.returncode = 2
        with pytest.raises(CommandError, match="Nothing was loaded"):
            call_command("seed_demo", "--scale", "0")


def test_is_not_for_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="not for production"):
        call_command("seed_demo")


def test_lives_until_now_in_the_order_of_moments():
    diary, seen = Diary(), []
    for hour in (3, 1, 2, 9):
        diary.note(MOMENT + timedelta(hours=hour), lambda: seen.append(timezone.now()))
    diary.live(until=MOMENT + timedelta(hours=5))
    assert seen == [MOMENT + timedelta(hours=hour) for hour in (1, 2, 3)]
    assert timezone.now() != seen[-1]
