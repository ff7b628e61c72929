"""What must hold of links to donors' pages; collected by donations/invariants.py."""

from collections.abc import Iterator

from django.db import connection

STRANGE = """
SELECT v.id FROM donations_donorvisit v JOIN donations_donorlink l ON l.id = v.link_id
WHERE l.used_at IS NULL OR l.donor_id <> v.donor_id ORDER BY v.id
"""
WITHOUT_DONOR = """
SELECT m.id, m.cause FROM mail_mail m
WHERE m.cause LIKE 'donor:%' AND NOT EXISTS (
    SELECT FROM donations_donor d WHERE m.cause = 'donor:' || d.id
)
ORDER BY m.id
"""


def check_visits_come_by_their_own_link() -> Iterator[str]:
    """A visit that a link opened is of the link's donor, and the link is used up."""
    with connection.cursor() as cursor:
        cursor.execute(STRANGE)
        for (pk,) in cursor.fetchall():
            yield f"Visit {pk} of a donor's page was opened by a link that is not its own."


def check_mails_have_their_donor() -> Iterator[str]:
    """Each mail that a donor is said to have caused has that donor."""
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_DONOR)
        for pk, cause in cursor.fetchall():
            yield f"Mail {pk} says that {cause} caused it, which does not exist."


CHECKS = [check_visits_come_by_their_own_link, check_mails_have_their_donor]
