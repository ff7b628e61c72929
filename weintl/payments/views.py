"""The provider's only door."""

import logging

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from . import inbox

logger = logging.getLogger(__name__)


# Signed by the provider, so no token of ours. What it stores is one statement.
@csrf_exempt
@require_POST
@transaction.non_atomic_requests
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Store the event and answer at once; 400 for what the provider did not send."""
    signature = request.headers.get("Stripe-Signature", "")
    body = request.read(inbox.LARGEST + 1)
    try:
        inbox.receive(body=body, signature=signature, now=timezone.now())
    except inbox.BadEvent as error:
        logger.warning("webhook.refused", extra={"reason": str(error)})
        return HttpResponseBadRequest()
    return HttpResponse()
