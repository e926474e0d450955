"""A year of orders, so that lists, figures and pages have something to show. Nobody in it exists."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from random import Random

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.demo import STAFF
from accounts.models import User
from orders import emails
from orders.demo.back import Back
from orders.demo.diary import Diary
from orders.demo.lately import Lately
from orders.demo.market import Market
from orders.demo.past import Past
from orders.documents.rendering import render
from orders.models import Document, DocumentKind, Order, OrderEvent

SEED = 20260508
DAYS = 365
LIVED_DAYS = 21  # the last of them, by the shop's own verbs
FRESH = timedelta(hours=40)
PAST_ORDERS, LIVED_ORDERS, FRESH_ORDERS = 378, 34, 10
LATE_RETURNS = 6
FILES_EVERY = timedelta(seconds=20)


@transaction.atomic
def load_sales(now: datetime | None = None) -> int:
    """Returns the number of orders; none in a shop that has some. Needs the demo's catalog, people and delivery."""
    if Order.objects.exists():
        return 0
    now = now or timezone.now()
    before = now - timedelta(days=LIVED_DAYS)
    chance, numbers, staff = Random(SEED), count(1), User.objects.get(email=STAFF)
    market = Market(chance)
    past = market.sales(now - timedelta(days=DAYS), before, PAST_ORDERS)
    Past(chance, numbers, staff).write(past)
    diary = Diary()
    back = Back(diary, chance, staff)
    over = list(Order.objects.filter(status=Order.Status.COMPLETED).order_by("placed_at"))
    back.plan(over[:-LATE_RETURNS])
    back.plan_lately(over[-LATE_RETURNS:], now)
    lived, fresh = market.sales(before, now, LIVED_ORDERS), market.sales(now - FRESH, now, FRESH_ORDERS)
    Lately(diary, market, numbers, staff, back).plan(lived, fresh)
    diary.live(until=now)
    _settle_mails()
    _make_files_later(now)
    return Order.objects.count()


def _settle_mails() -> None:
    """All of this was told at its time: nobody is told again by the worker's first turn."""
    due = OrderEvent.objects.filter(mail_status=OrderEvent.MailStatus.DUE)
    due.update(mail_status=OrderEvent.MailStatus.SENT, mailed_at=F("created_at"))
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    waiting.filter(task_path=emails.deliver_now.module_path).delete()


def _make_files_later(now: datetime) -> None:
    """Of the old invoices, the newest first: hundreds at once would keep the worker busy for minutes."""
    old = Document.objects.filter(created_at__lt=now - timedelta(days=LIVED_DAYS), kind=DocumentKind.INVOICE)
    for place, pk in enumerate(old.order_by("-created_at").values_list("pk", flat=True), 1):
        render.using(run_after=timezone.now() + place * FILES_EVERY).enqueue(str(pk))
