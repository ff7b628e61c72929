"""What must hold of merged donors; collected by donations/invariants.py."""

from collections.abc import Iterator

from django.db import connection

LEFT = """
SELECT d.id FROM donations_donor d
WHERE d.merged_into_id IS NOT NULL AND (
    EXISTS (SELECT FROM donations_gift g WHERE g.donor_id = d.id)
    OR EXISTS (SELECT FROM donations_donorlink l WHERE l.donor_id = d.id)
    OR EXISTS (SELECT FROM donations_donorvisit v WHERE v.donor_id = d.id)
    OR EXISTS (SELECT FROM donations_yearstatement y WHERE y.donor_id = d.id)
    OR EXISTS (SELECT FROM donations_donor s WHERE s.id = d.merged_into_id
        AND s.merged_into_id IS NOT NULL)
)
ORDER BY d.id
"""
UNTOLD = """
SELECT d.id FROM donations_donor d
LEFT JOIN donations_donormerge m ON m.merged_id = d.id
WHERE (d.merged_into_id IS NULL) <> (m.id IS NULL) ORDER BY d.id
"""


def check_merged_donors_have_nothing_left() -> Iterator[str]:
    """What was of a merged donor is the survivor's, and the merge is told."""
    with connection.cursor() as cursor:
        cursor.execute(LEFT)
        for (pk,) in cursor.fetchall():
            yield f"Donor {pk} is merged, and not all has followed."
        cursor.execute(UNTOLD)
        for (pk,) in cursor.fetchall():
            yield f"Donor {pk}: being merged and the record of it disagree."


CHECKS = [check_merged_donors_have_nothing_left]
