# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Django's settings, derived from the options. Nothing here is read from anywhere else."""

from __future__ import annotations

import logging
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from stadtherz.config.database import database
from stadtherz.config.options import ROOT, read
from stadtherz.config.secret import secret_key
from stadtherz.kernel.registry.services import service_packages

OPTION: dict[str, Any] = read()
BASE_DIR = ROOT
DATA_DIR = OPTION["data_dir"]
WAYFINDING_MEMORY = OPTION["wayfinding_memory_mb"] * 2**20
MQTT_PORT: int = OPTION["mqtt_port"]
MQTT_PUBLIC: str = OPTION["mqtt_public"]
PRODUCTION: bool = OPTION["production"]
DEBUG: bool = OPTION["debug"]
SECRET_KEY = OPTION["secret_key"] or secret_key(DATA_DIR)
ROOT_URLCONF = "stadtherz.config.urls"
WSGI_APPLICATION = "stadtherz.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Which host names lead anywhere is decided by MunicipalityMiddleware; Django's own check would need a restart per town.
ALLOWED_HOSTS = ["*"]

KERNEL_ROOMS = [
    "municipalities", "people", "moderation", "audit", "privacy", "geo", "language", "messages", "files", "jobs", "live",
    "outside", "api", "handbook", "ui",
]  # fmt: skip
SERVICE_KEYS = frozenset(package.rpartition(".")[2] for package in service_packages())

INSTALLED_APPS = [
    "stadtherz.kernel.municipalities",
    *(f"stadtherz.kernel.{room}" for room in KERNEL_ROOMS[1:] if find_spec(f"stadtherz.kernel.{room}")),
    *service_packages(),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "stadtherz.kernel.municipalities.middleware.MunicipalityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "stadtherz.kernel.language.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "stadtherz.kernel.ui.security_headers.SecurityHeadersMiddleware",
    "stadtherz.kernel.ui.web.error_pages.ErrorPagesMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "stadtherz.kernel.ui.context.page",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": database(OPTION["database_url"], threads=OPTION["threads"])}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

# People and sign-in (kernel/people)
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["stadtherz.kernel.people.backend.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "pseudonym")},
    },
]
ACCOUNT_ADAPTER = "stadtherz.kernel.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "stadtherz.kernel.people.web.fields.SignupFields"
ACCOUNT_FORMS = {
    "login": "stadtherz.kernel.people.web.forms.LoginForm",
    "signup": "stadtherz.kernel.people.web.forms.SignupForm",
    "reset_password": "stadtherz.kernel.people.web.forms.ResetPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_CHANGE_EMAIL = True  # one address an account: the new one replaces the old when it is confirmed
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody who never signed up gets mail from us
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_USER_DISPLAY = "stadtherz.kernel.people.queries.public_name"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if OPTION["trusted_proxy"] else 0
MFA_ADAPTER = "stadtherz.kernel.people.adapter.SecondFactorAdapter"
MFA_FORMS = {"add_webauthn": "stadtherz.kernel.people.web.forms.PasskeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
SOCIALACCOUNT_ADAPTER = "stadtherz.kernel.people.adapter.SocialAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False  # the person chooses a pseudonym
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if OPTION["oidc_issuer"]:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OPTION["oidc_name"] or "OpenID Connect",
                "client_id": OPTION["oidc_client_id"],
                "secret": OPTION["oidc_client_secret"],
                "settings": {"server_url": OPTION["oidc_issuer"]},
            }
        ],
    }
SESSION_ENGINE = "stadtherz.kernel.people.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
PASSWORD_RESET_TIMEOUT = 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "stadtherz_session"
CSRF_COOKIE_NAME = "stadtherz_csrf"
CSRF_FAILURE_VIEW = "stadtherz.kernel.ui.web.errors.csrf_failure"

# Security
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
if OPTION["trusted_proxy"]:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
MOST_UPLOAD_BYTES = 12 * 1024 * 1024  # a form with a picture (files.encoding: at most 10 MB) and its words, as a whole
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Language and time
LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "stadtherz_language"
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
USE_I18N = True
# Words of declarations: the registry is no Django app.
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "kernel/registry/locale"]

# Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "stadtherz.kernel.ui.finders.PackageFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "stadtherz.kernel.ui.storage.FingerprintedStaticFiles"},
}
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = DATA_DIR / "media"


def _in_one_line(record: logging.LogRecord) -> bool:
    """A refusal (403, 404, 400) is no fault of ours, nor is a database that is away (503): logged without the way that led there. That something is not
    ready is the answer of the health page, which is asked again and again: whoever asks writes it down."""
    if getattr(record, "request", None) is not None and record.request.path.startswith("/health/"):  # type: ignore[attr-defined]
        return False
    status = getattr(record, "status_code", 500)
    if status < 500 or status == 503:
        record.exc_info = None
    return True


KEY_IN_A_PATH = re.compile(r"(?<=/)(?=[^/]*[0-9:])[^/\s]{20,}")
"""A part of an address that may be the key to something: a new password, a confirmation, a picture that waits."""


def _without_keys(record: logging.LogRecord) -> bool:
    """Whoever reads the log must not be able to use what stands there."""
    if isinstance(record.args, tuple):
        record.args = tuple(KEY_IN_A_PATH.sub("…", part) if isinstance(part, str) else part for part in record.args)
    return True


def _database_is_away(record: logging.LogRecord) -> bool:
    """That the database is away needs no way that led there: the worker waits for it and goes on."""
    from procrastinate.exceptions import ConnectorException  # whoever logs it has loaded it

    if record.exc_info and isinstance(record.exc_info[1], ConnectorException):
        reason = " ".join(str(record.exc_info[1].__cause__ or record.exc_info[1]).split())
        record.msg, record.args, record.exc_info = f"the database is away: {reason}", (), None
    return True


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "in_one_line": {"()": "django.utils.log.CallbackFilter", "callback": _in_one_line},
        "without_keys": {"()": "django.utils.log.CallbackFilter", "callback": _without_keys},
        "database_is_away": {"()": "django.utils.log.CallbackFilter", "callback": _database_is_away},
    },
    "formatters": {
        # The platform's clock is the town's, the system's is often UTC: without the difference nobody could compare two logs.
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{", "datefmt": "%Y-%m-%d %H:%M:%S%z"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": OPTION["log_level"]},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "procrastinate.worker.worker": {"filters": ["database_is_away"]},
        "procrastinate.utils": {"filters": ["database_is_away"]},
        "django.request": {"filters": ["in_one_line", "without_keys"]},
        "django.security.csrf": {"filters": ["without_keys"]},
        "django.security.DisallowedHost": {
            "level": "CRITICAL"
        },  # a Host that is none: a stranger's fault, answered with 400
    },
}
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # the e-mail address is unique by a constraint on its lower case
    "gis.W001",  # geometries come in as numbers and GeoJSON only; nobody may name a spatial reference system
]
