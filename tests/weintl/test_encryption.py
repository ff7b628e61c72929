"""What is sealed is unreadable without a key, and keys can be changed."""

import pytest
from cryptography.fernet import Fernet

from weintl import encryption

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_what_is_sealed_says_nothing_and_opens_again():
    sealed = encryption.seal("001234567890")
    assert "1234" not in sealed
    assert encryption.unseal(sealed) == "001234567890"


def test_the_newest_key_seals_and_older_ones_still_open(settings):
    settings.ENCRYPTION_KEYS = [OLD]
    old = encryption.seal("x")
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert encryption.unseal(old) == "x"
    new = encryption.seal("y")
    settings.ENCRYPTION_KEYS = [NEW]
    assert encryption.unseal(new) == "y"
    with pytest.raises(encryption.Unreadable):
        encryption.unseal(old)


@pytest.mark.parametrize("keys", [[], ["short"]])
def test_without_a_key_nothing_is_sealed(settings, keys):
    settings.ENCRYPTION_KEYS = keys
    with pytest.raises(encryption.NoKey):
        encryption.seal("x")
