"""Work of the shop that comes round, run by the background worker."""

from devicehub.lib.schedule import every
from orders import cancellation, carts, emails, expected_days, limits, payments, reminders


@every(seconds=30)
def send_pending_emails() -> None:
    emails.send_pending()


@every(seconds=60)
def expire_unpaid_orders() -> None:
    cancellation.expire_unpaid()


@every(seconds=60)
def follow_expected_days() -> None:
    expected_days.follow()


@every(seconds=300)
def reconcile_payments() -> None:
    payments.reconcile()


@every(seconds=3600)
def forget_old_attempts() -> None:
    limits.forget_old()


@every(seconds=3600)
def remind_of_payments() -> None:
    reminders.remind()


@every(seconds=24 * 3600)
def forget_old_carts() -> None:
    carts.forget_old()
