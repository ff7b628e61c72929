"""Text that the database, its backups and its logs never see in clear. Keys: ENCRYPTION_KEYS."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class NoKey(RuntimeError):
    """ENCRYPTION_KEYS is empty or holds what is no key."""


class Unreadable(ValueError):
    """No key of ENCRYPTION_KEYS opens this text."""


def _keys() -> MultiFernet:
    if not settings.ENCRYPTION_KEYS:
        raise NoKey("ENCRYPTION_KEYS is not set.")
    try:
        return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])
    except ValueError as error:
        raise NoKey("ENCRYPTION_KEYS holds what is no key.") from error


def seal(text: str) -> str:
    """Return `text` encrypted and signed with the newest key. Raises NoKey."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the text that was sealed with any of the keys. Raises NoKey, Unreadable."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("No key opens this.") from error


def is_newest(sealed: str) -> bool:
    """Say whether the newest of the keys sealed it. Raises NoKey."""
    _keys()
    try:
        Fernet(settings.ENCRYPTION_KEYS[0]).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def renew(sealed: str) -> str:
    """Return the same text sealed with the newest key. Raises NoKey, Unreadable."""
    try:
        return _keys().rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("No key opens this.") from error
