"""The background worker: takes tasks from the database and does the work that comes round."""

import logging
import threading
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils.autoreload import run_with_reloader
from django.utils.crypto import get_random_string
from django.utils.module_loading import autodiscover_modules
from django_tasks_db.management.commands.db_worker import Worker

from devicehub.lib import schedule

logger = logging.getLogger(__name__)

PAUSE_WITHOUT_DATABASE = 2


class Command(BaseCommand):
    help = "Run background tasks and periodic jobs until stopped. Several workers may run at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--interval", type=float, default=1.0, help="Seconds between two looks for work.")
        parser.add_argument("--batch", action="store_true", help="Do what is due now, then end.")

    def handle(self, *, interval: float, batch: bool, **options: Any) -> None:
        autodiscover_modules("tasks")
        if batch:
            schedule.run_due()
            make_worker(interval, batch=True).run()
        elif settings.DEBUG:
            run_with_reloader(work, interval)
        else:
            work(interval)


def make_worker(interval: float, *, batch: bool = False) -> Worker:
    return Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=interval,
        batch=batch,
        backend_name="default",
        startup_delay=not batch,
        max_tasks=None,
        worker_id=get_random_string(32),
    )


def work(interval: float) -> None:
    worker = make_worker(interval)
    if threading.current_thread() is threading.main_thread():
        worker.configure_signals()
    threading.Thread(target=keep_schedule, args=[worker, interval], daemon=True).start()
    while worker.running:
        try:
            worker.run()
        except DatabaseError as error:
            logger.warning("The worker waits for the database: %s", type(error).__name__)
            time.sleep(PAUSE_WITHOUT_DATABASE)


def keep_schedule(worker: Worker, interval: float) -> None:
    """Periodic jobs run beside the tasks, so that a long task delays no sweep."""
    while worker.running:
        try:
            schedule.run_due()
        except DatabaseError as error:
            logger.warning("The schedule waits for the database: %s", type(error).__name__)
        close_old_connections()
        time.sleep(max(interval, 1.0))
