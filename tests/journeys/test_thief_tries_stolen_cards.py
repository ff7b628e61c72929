"""A thief with stolen cards is stopped within a minute, and a donor of before still gives."""

from donations import drill, guard
from tests.plugins.site import Site


def test_the_guard_locks_and_a_donor_still_gives(site: Site, settings):
    settings.SITE_URL, settings.STRIPE_API_BASE = site.url, site.standin.url
    with site.database():
        # Gifts of other errands, within the same ten minutes, would speak for the thief.
        for level in ("raised", "calm"):
            guard.switch(to=level, reason="Begin", actor=None, now=drill.timezone.now())
        try:
            found = drill.play(gifts=60, declined_in_ten=9)
            # Raised early, he reaches too few pages for a lock: he is stopped either way.
            assert found.raised_after is not None
            assert found.raised_after < 60
            assert found.does_donor_give
            # Most of what he begins leads nowhere, and few cards were charged.
            reached = sum(n for words, n in found.answers.items() if words.endswith("payment page"))
            assert reached < 60
            assert found.charged <= 0.2 * found.tried
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
