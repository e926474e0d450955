"""Loading a shop of any size and measuring it. Importing this starts the shop's settings, as manage.py does."""

import os

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "devicehub.settings")
if not apps.ready:
    django.setup()
