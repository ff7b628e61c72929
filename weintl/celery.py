"""The Celery application; its settings are Django's, prefixed CELERY_."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weintl.settings")

app = Celery("weintl")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
