"""A thief with stolen cards is stopped within a minute, and a donor of before still gives."""

from donations import drill, guard
from donations.models import GuardChange
from tests.plugins.site import Site
from weintl.mail.models import Mail


def test_the_guard_locks_and_a_donor_still_gives(site: Site, settings):
    settings.SITE_URL, settings.STRIPE_API_BASE = site.url, site.standin.url
    with site.database():
        # Gifts of other errands, within the same ten minutes, would speak for the thief.
        for level in ("raised", "calm"):
            guard.switch(to=level, reason="Begin", actor=None, now=drill.timezone.now())
        try:
            found = drill.play(gifts=180, declined_in_ten=9)
            # Raised early, he reaches too few pages for 30 declined cards: his forms lock it.
            assert found.raised_after is not None
            assert found.locked_after is not None
            assert found.raised_after < found.locked_after < 60
            assert guard.state() == "lockdown"
            assert found.does_donor_give
            assert found.is_held
            # Most of what he begins leads nowhere, and few cards were charged.
            assert found.answers[drill.PAGE] < 60
            assert found.answers[drill.MAIL_FIRST] > 100
            assert found.charged <= 0.2 * found.tried
            last = GuardChange.objects.order_by("-pk").first()
            assert last.actor is None
            assert Mail.objects.filter(template="donations/guard_alert", cause=f"guard:{last.pk}")
        finally:
            guard.switch(to="calm", reason="Over", actor=None, now=drill.timezone.now())
            # Switched from here, where no broker is heard: staff's alerts wait for beat.
            site.run("weintl.mail.tasks.sweep")


def test_the_drill_refuses_any_other_place(site: Site):
    outside = {"SITE_URL": "http://example.org"}
    site.own.update(outside)
    answer = site.manage("drill", "card-testing", "--gifts", "1")
    assert answer.returncode != 0
    assert "only on this machine" in answer.stderr
