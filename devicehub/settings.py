"""Settings of the shop, in the order of Django's documentation. Every variable is described in .env.example.

SHOP_MODE chooses the ground rules: "demo" (default; answers this machine only, mail stays in a folder),
"development" (demo with debug pages) and "production" (refuses to start until its secrets are given).
"""

import hashlib
import ipaddress
import os
import secrets
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env_file = Path(os.environ.get("ENV_FILE", BASE_DIR / ".env"))
if env_file.is_file():
    env.read_env(env_file)

SHOP_MODE = env.str("SHOP_MODE", "demo")
DEMO = SHOP_MODE == "demo"
DEVELOPMENT = SHOP_MODE == "development"
PRODUCTION = SHOP_MODE == "production"
if not (DEMO or DEVELOPMENT or PRODUCTION):
    raise ImproperlyConfigured(f"SHOP_MODE is {SHOP_MODE!r}; it must be demo, development or production.")

if PRODUCTION:
    missing = [name for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL") if not os.environ.get(name)]
    if missing:
        raise ImproperlyConfigured(f"SHOP_MODE=production needs {', '.join(missing)}: see .env.example.")

VAR_DIR = BASE_DIR / env.str("VAR_DIR", "var")
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)


def is_loopback(host: str) -> bool:
    """Whether a host name can only mean this machine."""
    host = host.strip("[]")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def kept_secret_key() -> str:
    """The key of a demo or development shop: made once, kept beside its database."""
    path = VAR_DIR / "secret-key"
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"secret-key.{os.getpid()}")
    if not path.exists():
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        try:
            os.link(fresh, path)  # whole or not at all, and only the first of several processes wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


# Shop ---------------------------------------------------------------------------------------------------------

SHOP_NAME = env.str("SHOP_NAME", "DeviceHub")
SHOP_CURRENCY = env.str("SHOP_CURRENCY", "EUR")
SHOP_COUNTRY = env.str("SHOP_COUNTRY", "DE")
SHOP_LOCALE = env.str("SHOP_LOCALE", "en_150")  # how Babel writes prices: 1,249.00 €
SHOP_EMAIL = env.str("SHOP_EMAIL", "hello@devicehub.example")
SHOP_PHONE = env.str("SHOP_PHONE", "+49 30 5550100")
SHOP_ADDRESS = env.str("SHOP_ADDRESS", "DeviceHub, Musterstraße 1, 10115 Berlin, Germany")
SHOP_RETURN_DAYS = env.int("SHOP_RETURN_DAYS", 30)
SHOP_REDUCTION_DAYS = env.int("SHOP_REDUCTION_DAYS", 90)  # how long a price is called reduced
SHOP_BANK_ACCOUNT = env.str("SHOP_BANK_ACCOUNT", "DeviceHub · IBAN DE02 1203 0000 0000 2020 51 · BIC BYLADEM1001")
PRICES_INCLUDE_TAX = env.bool("PRICES_INCLUDE_TAX", True)
TAX_ONE_STOP_SHOP = env.bool("TAX_ONE_STOP_SHOP", True)  # EU distance sales: the destination's rate, or the home rate
PAYMENT_PROVIDERS = env.list(
    "PAYMENT_PROVIDERS", default=[*([] if PRODUCTION else ["sandbox"]), "bank_transfer", "cash_on_delivery"]
)
PAYMENT_DUE_HOURS = env.int("PAYMENT_DUE_HOURS", 1)
PAYMENT_DUE_DAYS = env.int("PAYMENT_DUE_DAYS", 7)
MAIL_TOGETHER_SECONDS = env.int("MAIL_TOGETHER_SECONDS", 120)  # so long news of an order wait for more to tell
IMAGE_MAX_BYTES = 5 * 1024 * 1024
IMAGE_MAX_PIXELS = 25_000_000

# Core ---------------------------------------------------------------------------------------------------------

DEBUG = DEVELOPMENT
# Read past django-environ, which takes a value beginning with "$" for the name of another variable.
SECRET_KEY = os.environ.get("SECRET_KEY") or kept_secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SANDBOX_SECRET = hashlib.sha256(f"sandbox payment provider:{SECRET_KEY}".encode()).hexdigest()

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
if not PRODUCTION and not all(is_loopback(host) for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured(f"SHOP_MODE={SHOP_MODE} serves this machine only; ALLOWED_HOSTS must be loopback names.")

SITE_URL = env.str(
    "SITE_URL",
    f"https://{ALLOWED_HOSTS[0].lstrip('.')}" if PRODUCTION else f"http://127.0.0.1:{env.int('PORT', 8000)}",
).rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL] if PRODUCTION else [])

INSTALLED_APPS = [
    "whitenoise.runserver_nostatic",
    "devicehub.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "accounts",
    "catalog",
    "orders",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_countries",
    "django_tasks",
    "django_tasks_db",
    "phonenumber_field",
    "treebeard",
]

MIDDLEWARE = [
    "devicehub.middleware.RequestLog",
    "devicehub.middleware.RequestGuard",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "devicehub.middleware.PermissionsPolicy",
    "devicehub.middleware.Probes",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "devicehub.middleware.CachePolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "devicehub.middleware.SessionRenewal",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "devicehub.urls"
WSGI_APPLICATION = "devicehub.wsgi.application"
# User.email is unique without regard to case, by a constraint on lower(email), which this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000  # a product with many variants and specs is one large form in the admin
REQUEST_MAX_BYTES = env.int("REQUEST_MAX_BYTES", 40 * 1024 * 1024)

if DEVELOPMENT:
    INSTALLED_APPS.append("debug_toolbar")
    MIDDLEWARE.insert(
        MIDDLEWARE.index("csp.middleware.CSPMiddleware") + 1, "debug_toolbar.middleware.DebugToolbarMiddleware"
    )
    INTERNAL_IPS = ["127.0.0.1", "::1"]

# Databases ----------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'devicehub.sqlite3'}")}
database = DATABASES["default"]
if database["ENGINE"] == "django.db.backends.sqlite3":
    if database["NAME"] != ":memory:":
        database["NAME"] = str(BASE_DIR / database["NAME"])
    database["CONN_MAX_AGE"] = None
    database["OPTIONS"] = {
        # A write takes its lock when its transaction begins, so that two of them queue instead of failing half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # NORMAL with WAL survives a crash of the shop; a power cut may take the last moments. FULL keeps them too.
        "init_command": "PRAGMA journal_mode=WAL;"
        f"PRAGMA synchronous={env.str('SQLITE_SYNCHRONOUS', 'NORMAL')};"
        "PRAGMA mmap_size=268435456;PRAGMA cache_size=-16000;PRAGMA temp_store=MEMORY",
    }
elif database["ENGINE"] == "django.db.backends.postgresql":
    database["ENGINE"] = "devicehub.lib.postgres"
    database["DISABLE_SERVER_SIDE_CURSORS"] = env.bool("DISABLE_SERVER_SIDE_CURSORS", False)
    database["OPTIONS"] = {
        "connect_timeout": 3,
        "tcp_user_timeout": 5000,
        "options": "-c statement_timeout=8000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000",
        # No connection is kept ready (min_size 0), so a database that comes back is used at once.
        "pool": {"min_size": 0, "max_size": env.int("DATABASE_POOL_SIZE", 8), "timeout": 2.5, "reconnect_timeout": 3},
        **database.get("OPTIONS", {}),
    }

# Caches -------------------------------------------------------------------------------------------------------

# Never memory of a process: log-in throttles count over all workers.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
if REDIS_URL := env.str("REDIS_URL", ""):
    CACHES["without_redis"] = CACHES["default"]
    CACHES["default"] = {
        "BACKEND": "devicehub.lib.cache.RedisOrDatabase",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env.str("REDIS_PREFIX", "devicehub"),
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1, "health_check_interval": 30},
    }

# Email --------------------------------------------------------------------------------------------------------

EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"{SHOP_NAME} <{SHOP_EMAIL}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_DIR = VAR_DIR / "mail"
if PRODUCTION or env.str("EMAIL_URL", ""):
    vars().update(env.email_url("EMAIL_URL", "smtp://localhost:25"))
    if DEMO and "smtp" in globals()["EMAIL_BACKEND"] and not is_loopback(globals()["EMAIL_HOST"] or "localhost"):
        raise ImproperlyConfigured("Mail of a demo shop never leaves the machine: EMAIL_URL must name a loopback host.")
else:
    EMAIL_BACKEND = "devicehub.lib.mailbox.EmailBackend"

# Files and static files ---------------------------------------------------------------------------------------

MEDIA_ROOT = str(BASE_DIR / env.str("MEDIA_ROOT", str(VAR_DIR / "media")))
MEDIA_URL = env.str("MEDIA_URL", "/media/")
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600

# Forms and templates ------------------------------------------------------------------------------------------

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["devicehub.lib.template_tags"],
            "libraries": {"shop": "devicehub.lib.template_tags"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "devicehub.context_processors.shop",
                "catalog.context_processors.navigation",
                "catalog.context_processors.tray",
                "orders.context_processors.cart",
            ],
        },
    }
]

# Globalization ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = env.str("LANGUAGE_CODE", "en-gb")
TIME_ZONE = env.str("TIME_ZONE", "Europe/Berlin")
USE_I18N = True
USE_TZ = True
PHONENUMBER_DEFAULT_REGION = SHOP_COUNTRY

# Logging ------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "devicehub.lib.logs.JsonFormatter"},
        "plain": {"format": "{levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": env.str("LOG_FORMAT", "plain" if DEVELOPMENT else "json"),
        },
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # A 404 names its path, and a path may hold a secret; the request log counts it without.
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": ["stderr"], "level": "INFO" if DEVELOPMENT else "ERROR", "propagate": False},
        # Scanners guess host names all day long; each is refused with 400 and counted by the request log.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        "devicehub.access": {"level": "WARNING" if DEVELOPMENT else "INFO"},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
    },
}

# Security -----------------------------------------------------------------------------------------------------

SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "devicehub.views.csrf_failure"
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", True)
    SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", True)
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrf"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", *env.list("CSP_IMG_SRC", default=[])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# Sessions, accounts -------------------------------------------------------------------------------------------

SESSION_COOKIE_AGE = 14 * 24 * 3600
COMPARE_COOKIE_NAME = "__Host-compare" if PRODUCTION else "compare"
COMPARE_COOKIE_AGE = 30 * 24 * 3600
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:profile"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3600

ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_FORMS = {"signup": "accounts.forms.SignupForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
# Whoever was locked out by a stranger's guessing comes in by the link in the mail.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_MAX_EMAIL_ADDRESSES = 2  # the current one and the one it is being changed to
ACCOUNT_PREVENT_ENUMERATION = True
# Wrong passwords: 20 from one network address, 5 for one account.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/15m/ip,5/5m/key"}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
MFA_FORMS = {
    "add_webauthn": "accounts.passkey_forms.AddForm",
    "edit_webauthn": "accounts.passkey_forms.EditForm",
    "login_webauthn": "accounts.passkey_forms.LoginForm",
    "authenticate_webauthn": "accounts.passkey_forms.AuthenticateForm",
    "reauthenticate_webauthn": "accounts.passkey_forms.ReauthenticateForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = SHOP_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

# Background work ----------------------------------------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
