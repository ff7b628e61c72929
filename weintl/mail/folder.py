"""Where no mail server is set, mails land in a folder, one file each."""

import os
import re
import tempfile
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FolderBackend(BaseEmailBackend):
    """Writes each message to `MAIL_FOLDER` as an .eml file that mail programs open."""

    def __init__(self, folder: str | Path | None = None, **kwargs: Any) -> None:
        """Take another folder than MAIL_FOLDER where one is given."""
        super().__init__(**kwargs)
        self.folder = Path(folder or settings.MAIL_FOLDER)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages and return how many; raises OSError where that fails."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for email in email_messages:
            self._write(email)
        return len(email_messages)

    def _write(self, email: EmailMessage) -> None:
        message = email.message()
        # Named by its Message-ID: a message that is sent again replaces itself.
        name = re.sub(r"[^\w.-]", "", message["Message-ID"].partition("@")[0])
        moment = parsedate_to_datetime(message["Date"])
        target = self.folder / f"{moment:%Y%m%dT%H%M%S}-{name}.eml"
        handle, draft = tempfile.mkstemp(dir=self.folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(message.as_bytes(linesep="\r\n"))  # type: ignore[call-arg]
        # Whoever reads the folder sees whole files only.
        Path(draft).replace(target)
