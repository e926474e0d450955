"""The shop under test: a demo shop, quick where quickness changes nothing."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("ENV_FILE", os.devnull)  # a developer's own .env changes no test
os.environ["SHOP_MODE"] = "demo"

from devicehub.settings import *  # noqa: F403
from devicehub.settings import DATABASES

_folder = Path(tempfile.mkdtemp(prefix="devicehub-test-"))

MAIL_DIR = _folder / "mail"
MEDIA_ROOT = str(_folder / "media")
STATIC_ROOT = _folder / "static"
STATIC_ROOT.mkdir()
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TASKS = {"default": {"BACKEND": "devicehub.tests.tasks.AtOnceBackend"}}
LOG_LEVEL = "ERROR"
MAIL_TOGETHER_SECONDS = 0
DATABASES["default"].get("OPTIONS", {}).pop("pool", None)  # one process, one connection per thread
