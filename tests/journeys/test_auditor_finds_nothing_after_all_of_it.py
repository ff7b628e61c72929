"""After every errand on this site the books hold, and the provider says the same, to the cent."""

from django.utils import timezone

from tests.journeys.people import settle


def test_the_books_hold_and_the_provider_agrees(site):
    settle(site)
    done = site.manage("verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no breach" in done.stdout
    done = site.manage("reconcile", "--full", "--cut-off", timezone.now().isoformat())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no difference" in done.stdout
    # What reconciling took in has been booked, so the books hold still.
    done = site.manage("verify")
    assert done.returncode == 0, done.stdout + done.stderr
