"""What was sent before has its parcels, and what waits the day until which it is to leave."""

from datetime import timedelta

from django.db import migrations
from django.db.models import Max
from django.utils.timezone import localdate

SENT = """
INSERT INTO marketplace_shipment (order_id, tracking_number, request_key, sent_at, delivered_at)
SELECT l.order_id, '', 'before/' || min(u.id), u.sent_at,
       CASE WHEN count(*) FILTER (WHERE u.state = 'sent') = 0 THEN max(u.delivered_at) END
FROM marketplace_unit u JOIN marketplace_orderline l ON l.id = u.line_id
WHERE u.sent_at IS NOT NULL
GROUP BY l.order_id, u.sent_at
ORDER BY u.sent_at, l.order_id;
INSERT INTO marketplace_shipmentunit (shipment_id, unit_id)
SELECT s.id, u.id
FROM marketplace_unit u
JOIN marketplace_orderline l ON l.id = u.line_id
JOIN marketplace_shipment s ON s.order_id = l.order_id AND s.sent_at = u.sent_at
ORDER BY u.id;
"""


def promise(apps, schema_editor):
    orders = apps.get_model("marketplace", "Order").objects.filter(
        state__in=["paid", "partly_sent"], paid_at__isnull=False
    )
    for order in orders.annotate(days=Max("lines__variant__product__dispatch_days")).iterator():
        day, left = localdate(order.paid_at), order.days or 0
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5
        order.handling_days, order.due_on = order.days, day
        order.save(update_fields=["handling_days", "due_on"])


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0026_parcels_kept")]

    operations = [
        migrations.RunSQL(SENT, migrations.RunSQL.noop),
        migrations.RunPython(promise, migrations.RunPython.noop),
    ]
