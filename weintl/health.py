"""Alive; able to serve. JSON without secrets."""

import logging

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from weintl.celery import app
from weintl.mail.models import Mail
from weintl.payments.models import WebhookEvent

logger = logging.getLogger(__name__)


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """Answer that the process runs."""
    return JsonResponse({"status": "alive"})


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "migrations missing"
    except DatabaseError as error:
        logger.warning("health.database", extra={"reason": str(error)})
        return "unreachable"
    return "ok"


def _broker() -> str:
    try:
        with app.connection_for_write(connect_timeout=1) as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
    except (OperationalError, OSError) as error:
        logger.warning("health.broker", extra={"reason": str(error)})
        return "unreachable"
    return "ok"


def _waiting() -> dict[str, object]:
    events = WebhookEvent.objects.filter(state="received").aggregate(
        n=Count("pk"), oldest=Min("received_at")
    )
    mails = Mail.objects.filter(state="queued").aggregate(n=Count("pk"), oldest=Min("created_at"))
    return {"events": events, "mails": mails}


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 if database, migrations and broker are there, else 503 and which is not."""
    parts = {"database": _database(), "broker": _broker()}
    is_ready = all(state == "ok" for state in parts.values())
    body: dict[str, object] = {"status": "ready" if is_ready else "not ready", **parts}
    if parts["database"] == "ok":
        body["waiting"] = _waiting()
    return JsonResponse(body, status=200 if is_ready else 503)
