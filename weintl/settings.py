"""Settings, all from the environment. `.env.example` explains every variable.

Production means that SITE_URL is https: then unsafe values refuse to start.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from . import env, schedule

read = env.load()
BASE_DIR = env.BASE_DIR
DATA_DIR = env.data_dir()

# -- where it runs ---------------------------------------------------------------------------
PORT = read.int("PORT", default=8000)
SITE_URL = env.url(read.str("SITE_URL", default=f"http://localhost:{PORT}"), name="SITE_URL")
PRODUCTION = SITE_URL.startswith("https://")
DEMO = not PRODUCTION
DEBUG = read.bool("DEBUG", default=False)
SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
ALLOWED_HOSTS = read.list(
    "ALLOWED_HOSTS",
    default=[SITE_HOST] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", SITE_HOST],
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSECURE_KEY = "only-for-commands-without-a-data-folder-" + "0" * 24
SECRET_KEY = read.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured("SECRET_KEY is not set.")
    SECRET_KEY = INSECURE_KEY
if PRODUCTION and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10):
    raise ImproperlyConfigured("SECRET_KEY is too weak: use 50 random characters or more.")
SECRET_KEY_FALLBACKS = read.list("SECRET_KEY_FALLBACKS", default=[])
ENCRYPTION_KEYS = read.list("ENCRYPTION_KEYS", default=[])

# -- apps ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "modeltranslation",
    "weintl.staff.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "simple_history",
    "import_export",
    "django_countries",
    "django_prose_editor",
    "csp",
    "weintl.staff.apps.StaffConfig",
    "weintl.money.apps.MoneyConfig",
    "weintl.organisation.apps.OrganisationConfig",
    "weintl.search.apps.SearchConfig",
    "weintl.kept.apps.KeptConfig",
    "weintl.papers.apps.PapersConfig",
    "weintl.mail.apps.MailConfig",
    "weintl.accounts.apps.AccountsConfig",
    "weintl.media.apps.MediaConfig",
    "weintl.payments.apps.PaymentsConfig",
    "weintl.verify.apps.VerifyConfig",
    "partners.apps.PartnersConfig",
    "donations.apps.DonationsConfig",
    "marketplace.apps.MarketplaceConfig",
    "awareness.apps.AwarenessConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "weintl.web.PackedWords",
    "weintl.web.ResponseHeaders",
    "csp.middleware.CSPMiddleware",
    "weintl.web.PlainAddresses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "weintl.accounts.language.AccountLanguage",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "weintl.web.NoCookieForACookie",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "weintl.staff.tampering.NoSuchKey",
]

ROOT_URLCONF = "weintl.urls"
WSGI_APPLICATION = "weintl.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "weintl.organisation.context.site",
            ],
        },
    }
]

# -- data ------------------------------------------------------------------------------------
# The default is a socket that nobody serves: importing settings needs no server.
DATABASE_URL = read.str("DATABASE_URL", default=f"postgresql://weintl@/weintl?host={DATA_DIR}")
DATABASES = {
    "default": {
        **env.database(DATABASE_URL),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": read.str("TEST_DATABASE_NAME", default="test_weintl")},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = read.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    },
    # Parts of the frame around every page, under all that they are made of: they never change.
    "fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "fragments",
        "TIMEOUT": None,
    },
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "weintl.web.csrf_failure"

# -- people ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "weintl.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
# A mail is not sent to whom nobody asked for one: an unknown address is told nothing.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "WE International"
LOGIN_URL = "account_login"
LOGOUT_REDIRECT_URL = "/"
# Called with the request and `user` once somebody has signed in.
AFTER_SIGN_IN = ["marketplace.views.cart.take_along"]
FOUR_EYES = read.bool("FOUR_EYES", default=True)

# -- search: each kind of thing, in the order of the page, and who finds it ------------------
SEARCHES = {
    "pages": "awareness.finding.Pages",
    "facts": "awareness.finding.Facts",
    "helplines": "awareness.finding.Helplines",
    "products": "marketplace.finding.Products",
}

# -- languages and time ----------------------------------------------------------------------
LANGUAGE_CODE = "en"
# Set only when staff choose a language; pages for readers never look at it.
LANGUAGE_COOKIE_SECURE = PRODUCTION
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
# Cookies that only some pages hear of, and where: a donor's page, in each language.
SCOPED_COOKIES = {f"giving_{code}": f"/{code}/giving/" for code, _name in LANGUAGES}
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en", "es")
# Nobody lives on these islands, and who types "United States" would choose them.
COUNTRIES_OVERRIDE = {"UM": None}
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "weintl.formats"
USE_I18N = True
USE_TZ = True
# Rows keep UTC. Pages, mails and the admin write days as this zone counts them, so that a gift
# of New Year's Eve is of one year everywhere.
DISPLAY_TIME_ZONE = env.time_zone(read.str("DISPLAY_TIME_ZONE", default="UTC"))
TIME_ZONE = DISPLAY_TIME_ZONE

# -- files -----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(read.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
S3_BUCKET = read.str("S3_BUCKET", default="")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "weintl.web.StaticFiles"},
    # Papers of partners: no address leads there, views that ask for a right hand them out.
    "private": {
        "BACKEND": "weintl.private.PrivateFiles",
        "OPTIONS": {"location": DATA_DIR / "private"},
    },
}
if S3_BUCKET:
    STORAGES |= env.buckets(read, name=S3_BUCKET, address=f"{SITE_URL}{MEDIA_URL}")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# Codes of withdrawn consents, apart from the database: a restored backup repeats them.
WITHDRAWALS_FILE = DATA_DIR / "withdrawals"

# -- money -----------------------------------------------------------------------------------
BASE_CURRENCY = read.str("BASE_CURRENCY", default="USD").lower()
LEDGER_PROVIDER_BALANCE = "partners.ledger.provider_balance"
PAYOUT_HANDLER = "partners.banking.ProviderPayoutBooks"
# What else stands in the way of closing a month: functions that return partners.closing.Obstacle.
CLOSING_CHECKS = ["weintl.verify.closing.obstacles"]
SUBSCRIPTION_HANDLERS = {"gift": "donations.plan_settlement.PlanSettlement"}
PAYMENT_HANDLERS = {
    "order": "marketplace.settlement.OrderSettlement",
    "gift": "donations.settlement.GiftSettlement",
}
# What is sent with a mail, by its template.
MAIL_ATTACHMENTS = {
    "donations/gift_thanks": "donations.receipt_papers.attachments",
    "donations/gift_refunded": "donations.receipt_papers.attachments",
    "donations/gift_contested": "donations.receipt_papers.attachments",
    "donations/refund_failed": "donations.receipt_papers.attachments",
}
STRIPE_SECRET_KEY = read.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRETS = read.list("STRIPE_WEBHOOK_SECRET", default=[])
STRIPE_API_BASE = read.str("STRIPE_API_BASE", default="").rstrip("/")
# Seconds; some calls hold a row lock meanwhile.
STRIPE_TIMEOUT = read.int("STRIPE_TIMEOUT", default=10)
STRIPE_LIVE = STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
if PRODUCTION:
    if STRIPE_API_BASE:
        raise ImproperlyConfigured("STRIPE_API_BASE names a stand-in; remove it in production.")
    if not STRIPE_SECRET_KEY:
        raise ImproperlyConfigured("STRIPE_SECRET_KEY is not set.")
    if not STRIPE_WEBHOOK_SECRETS:
        raise ImproperlyConfigured("STRIPE_WEBHOOK_SECRET is not set.")
    if (DATA_DIR / "DEMONSTRATION").exists():
        raise ImproperlyConfigured("DATA_DIR holds the demonstration's data; use an empty folder.")
# Stripe takes sessions that end between 30 minutes and 24 hours after they begin.
# Source: docs.stripe.com/payments/checkout/managing-limited-inventory.
CHECKOUT_LIFETIME = timedelta(minutes=31)
HOLD_GRACE = timedelta(minutes=10)

# -- mail ------------------------------------------------------------------------------------
MAIL_FOLDER = DATA_DIR / "mail"
EMAIL_URL = read.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(read.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "weintl.mail.folder.FolderBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = read.str("DEFAULT_FROM_EMAIL", default=f"hello@{SITE_HOST}")

# -- work in the background -------------------------------------------------------------------
CELERY_BROKER_URL = env.broker(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "payments"
CELERY_TASK_ROUTES = schedule.ROUTES
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "visibility_timeout": 900,
    # A broker that is away must not keep the shopper or the provider waiting: 6 s otherwise.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.2,
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = schedule.BEAT

# -- safety ----------------------------------------------------------------------------------
# How many of our own proxies stand before the site; the site itself listens on loopback.
TRUSTED_PROXIES = read.int("TRUSTED_PROXIES", default=1 if PRODUCTION else 0)
# Orders an hour from one address: each holds its pieces until its payment page closes.
ORDERS_PER_HOUR = read.int("ORDERS_PER_HOUR", default=30)
# How long receipts keep who gave after that donor was erased: as the law of the country asks.
RECEIPT_DONOR_YEARS = read.int("RECEIPT_DONOR_YEARS", default=0)
GIFTS_PER_HOUR = read.int("GIFTS_PER_HOUR", default=15)
QUICK_EXIT_URL = read.str("QUICK_EXIT_URL", default="https://www.wikipedia.org/")
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Browsers apply form-action to the redirect after a form too: the pay pages must be named.
PAY_ORIGINS = ["https://checkout.stripe.com", "https://billing.stripe.com"]
if STRIPE_API_BASE:
    PAY_ORIGINS.append(STRIPE_API_BASE)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF, *PAY_ORIGINS],
        "frame-ancestors": [NONE],
        "img-src": [SELF],
        "manifest-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
    }
}

# -- what it says -----------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "weintl.web.EventFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": read.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # The SDK tells every request.
        "stripe": {"level": "WARNING"},
        # Django warns of every address that is not there: a log of visits, and the address of
        # a withdrawn story may hold a name.
        "django.request": {"level": "ERROR"},
    },
}
SENTRY_DSN = read.str("SENTRY_DSN", default="")
if SENTRY_DSN:
    # Loaded only where it is used: it takes a quarter of a second at every start.
    import sentry_sdk

    def _without_query(event: Any, _hint: Any) -> Any:
        event.get("request", {}).pop("query_string", None)
        return event

    # No names, addresses, cookies, bodies or words searched for leave the house with a fault.
    # Values of variables would name donors and buyers.
    sentry_sdk.init(
        dsn=SENTRY_DSN,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        before_send=_without_query,
    )
SILENCED_SYSTEM_CHECKS: list[str] = []
TEST_RUNNER = "django.test.runner.DiscoverRunner"
