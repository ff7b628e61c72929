"""Files that no address leads to: they are handed out by views that ask for a right."""

from typing import Any

from django.core.files.storage import FileSystemStorage


class PrivateFiles(FileSystemStorage):
    """A folder beside that of pictures, readable by the processes alone."""

    def __init__(self, **options: Any) -> None:
        """Keep files and folders from other users of the machine."""
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700, **options)

    def url(self, name: str | None) -> str:
        """Refuse: there is none. Raises ValueError."""
        raise ValueError("A private file has no address of its own.")
