"""Make the owner of a new shop: a superuser whose address counts as proved.

    manage.py create_owner owner@myshop.example            asks for the password
    OWNER_PASSWORD=… manage.py create_owner owner@…        asks nothing

The password is never an argument: other users of the machine could read it in the list of processes.
"""

import os
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from accounts.models import User
from accounts.people import make_owner


class Command(BaseCommand):
    help = "Makes (or repairs) a superuser who can log in at once. The password is asked for, or is OWNER_PASSWORD."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", nargs="?", default=os.environ.get("OWNER_EMAIL"), help="or set OWNER_EMAIL")
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, email: str | None, name: str, **options: Any) -> None:
        if not email:
            raise CommandError("Name the owner's e-mail address, or set OWNER_EMAIL.")
        password = os.environ.get("OWNER_PASSWORD") or getpass("Password: ")
        try:
            validate_email(email)
            validate_password(password, User(email=email, name=name))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user = make_owner(email=email, password=password, name=name)
        self.stdout.write(f"{user.email} owns this shop and can sign in.")
