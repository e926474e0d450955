"""Ask payment providers about payments that stand open and refunds that are on their way, and settle what they answer.

The worker does this every five minutes. Exit code 0: every question was answered; 1: some were not, ask again later.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders import payments


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        answers = payments.reconcile()
        for line in answers.lines:
            self.stdout.write(line)
        self.stdout.write(
            f"{len(answers.lines)} asked: {answers.settled} settled, {answers.open} still open, "
            f"{answers.failed} without an answer"
        )
        if answers.failed:
            raise CommandError(f"{answers.failed} questions were not answered", returncode=1)
