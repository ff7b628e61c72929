"""What must hold of erased donors; collected by donations/invariants.py."""

from collections.abc import Iterator

from django.db import connection

LEFT = """
SELECT d.id, array_remove(ARRAY[
    CASE WHEN d.email NOT LIKE '%@erased.invalid' THEN 'address' END,
    CASE WHEN EXISTS (
        SELECT FROM donations_gift g
        WHERE g.donor_id = d.id AND (g.donor_name, g.organisation_name, g.note) <> ('', '', '')
    ) THEN 'gifts' END,
    CASE WHEN EXISTS (
        SELECT FROM donations_gift g JOIN donations_tribute t ON t.gift_id = g.id
        WHERE g.donor_id = d.id AND t.erased_at IS NULL
    ) THEN 'tributes' END,
    CASE WHEN EXISTS (
        SELECT FROM donations_gift g JOIN payments_payment p ON p.id = g.payment_id
        WHERE g.donor_id = d.id AND p.purpose = 'gift' AND p.email <> ''
    ) THEN 'payments' END,
    CASE WHEN EXISTS (
        SELECT FROM donations_gift g JOIN mail_mail m ON m.cause = 'gift:' || g.id
        WHERE g.donor_id = d.id
    ) OR EXISTS (SELECT FROM mail_mail m WHERE m.cause = 'donor:' || d.id) THEN 'mails' END,
    CASE WHEN EXISTS (SELECT FROM donations_donorlink l WHERE l.donor_id = d.id)
        OR EXISTS (SELECT FROM donations_donorvisit v WHERE v.donor_id = d.id)
        OR EXISTS (SELECT FROM donations_mailconsent c WHERE c.donor_id = d.id)
        THEN 'links' END,
    CASE WHEN EXISTS (
        SELECT FROM donations_yearstatement y WHERE y.donor_id = d.id AND y.erased_at IS NULL
    ) THEN 'years' END
], NULL) AS found
FROM donations_donor d
WHERE d.erased_at IS NOT NULL
ORDER BY d.id
"""


def check_erased_donors_are_named_nowhere() -> Iterator[str]:
    """Of an erased donor nothing is left in gifts, payments, mails, links and statements."""
    with connection.cursor() as cursor:
        cursor.execute(LEFT)
        for pk, found in cursor.fetchall():
            if found:
                yield f"Donor {pk} is erased, but something is left in: {', '.join(found)}."


CHECKS = [check_erased_donors_are_named_nowhere]
