"""Histories whose notes Django could not read can be opened again."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from tests.factories.payments import RefundFactory

pytestmark = pytest.mark.django_db
FIELDS = '[{"changed": {"fields": ["Amount"]}}]'
INLINE = '[{"changed": {"name": "line", "object": "1", "fields": ["Amount"]}}]'
OF_BEFORE = '[{"changed": {"name": "given back", "fields": []}}]'
WITHOUT_FIELDS = '[{"changed": {"name": "fetched"}}]'


def test_notes_of_acts_become_plain_words_and_others_stay(client, admin_user):
    migration = import_module("weintl.staff.migrations.0003_notes_of_acts")
    refund = RefundFactory()
    for message in (FIELDS, INLINE, OF_BEFORE, WITHOUT_FIELDS, "plain", ""):
        LogEntry.objects.create(
            user=admin_user,
            content_type=ContentType.objects.get_for_model(refund),
            object_id=refund.pk,
            object_repr="r",
            action_flag=CHANGE,
            change_message=message,
        )
    migration.rewrite(apps, None)
    notes = list(LogEntry.objects.order_by("pk").values_list("change_message", flat=True))
    assert notes == [FIELDS, INLINE, "given back", "fetched", "plain", ""]
    client.force_login(admin_user)
    page = client.get(reverse("admin:payments_refund_history", args=[refund.pk]))
    assert "given back" in page.content.decode()
