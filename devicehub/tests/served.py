"""Settings of a shop that a test serves with real processes: as sold, but quick to start and to log in to."""

from devicehub.settings import *  # noqa: F403
from devicehub.settings import LIMITS_PER_HOUR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
LIMITS_PER_HOUR = dict.fromkeys(LIMITS_PER_HOUR, 0)  # crowds come from this one address
MAIL_TOGETHER_SECONDS = 0  # no test waits two minutes for a mail
