"""Private files: readable by the processes alone, and without an address."""

import pytest
from django.core.files.base import ContentFile

from weintl.private import PrivateFiles


def test_files_and_folders_are_closed_to_others_and_have_no_address(tmp_path):
    storage = PrivateFiles(location=tmp_path)
    name = storage.save("a/b", ContentFile(b"x"))
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700
    with pytest.raises(ValueError):
        storage.url(name)
