"""Mails as files."""

from email import message_from_bytes, policy

import pytest
from django.core.mail import EmailMessage

from tests.factories.mail import MailFactory
from weintl.mail.composing import compose
from weintl.mail.folder import FolderBackend


@pytest.mark.django_db
def test_a_mail_lands_as_one_file_that_mail_programs_read(tmp_path):
    mail = MailFactory()
    FolderBackend(folder=tmp_path / "new").send_messages([compose(mail)])
    (path,) = (tmp_path / "new").iterdir()
    assert path.suffix == ".eml"
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["To"] == "donor@example.org"
    assert "Dear Ana & Bo <b>," in message.get_body(["plain"]).get_content()
    assert message.get_body(["html"]) is not None


@pytest.mark.django_db
def test_a_mail_sent_again_replaces_its_file(tmp_path):
    mail = MailFactory()
    backend = FolderBackend(folder=tmp_path)
    backend.send_messages([compose(mail)])
    backend.send_messages([compose(mail)])
    assert len(list(tmp_path.iterdir())) == 1


def test_mails_of_other_parts_land_there_too(tmp_path):
    FolderBackend(folder=tmp_path).send_messages(
        [EmailMessage("a", "b", "from@example.org", ["to@example.org"]) for _ in range(2)]
    )
    assert len(list(tmp_path.glob("*.eml"))) == 2


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        FolderBackend(folder=tmp_path / "file").send_messages(
            [EmailMessage("a", "b", "from@example.org", ["to@example.org"])]
        )
