"""A storage of each test's own."""

import pytest
from django.core.files.storage import default_storage


@pytest.fixture
def storage(settings, tmp_path):
    """An empty media folder; yields its path."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.WITHDRAWALS_FILE = tmp_path / "withdrawals"
    settings.MEDIA_ROOT.mkdir()
    assert default_storage.location == str(settings.MEDIA_ROOT)
    return settings.MEDIA_ROOT
