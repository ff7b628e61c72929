"""Bank details: proposed by one person, approved by another, in force a week later."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from weintl import encryption
from weintl.accounts.models import User

from .models.bank import HOLD, BankDetails
from .models.programmes import Programme


class NotPossible(ValueError):
    """Bank details cannot be approved or used; `message` says why, to a person."""

    message = _("These bank details cannot be used.")


class SecondPersonNeeded(NotPossible):
    """Who proposed them tried to approve."""

    message = _("You proposed these details: another person approves them.")


class AlreadyApproved(NotPossible):
    """Another person has approved them."""

    message = _("Another person has approved this already.")


class NotTheSame(NotPossible):
    """The second person's account number is another one."""

    message = _(
        "That is not the account number that was proposed. Ask the programme again, by a"
        " telephone number that you know."
    )


class NoneInForce(NotPossible):
    """A programme has no bank details in force, or newer ones are on their seven days."""

    message = _("There are no bank details in force: new ones wait seven days after approval.")


@dataclass(frozen=True, slots=True)
class Account:
    """A bank account in clear. Never logged, never stored like this, never in a page."""

    holder: str
    number: str
    bank_code: str
    country: str

    def __repr__(self) -> str:
        """Hide it from tracebacks."""
        return f"Account({masked(self.number)})"


def normal(number: str) -> str:
    """Return an account number without spaces and dashes, in capitals."""
    return "".join(sign for sign in number if sign.isalnum()).upper()


def masked(number: str) -> str:
    """Return what may be shown of an account number: its last digits."""
    kept = normal(number)
    return "•••• " + kept[-4:] if len(kept) >= 8 else "•••• " + kept[-2:]


def is_checked(number: str) -> bool:
    """Say whether a number that looks like an IBAN has the right check digits (ISO 13616)."""
    kept = normal(number)
    if not (len(kept) >= 15 and kept[:2].isalpha() and kept[2:4].isdigit()):
        return True
    if not kept.isascii():
        return False
    turned = kept[4:] + kept[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def propose(
    *, programme: Programme, account: Account, reason: str, actor: User, now: datetime
) -> BankDetails:
    """Store new details, encrypted, for a second person to approve. Raises encryption.NoKey."""
    return BankDetails.objects.create(
        programme=programme,
        sealed=encryption.seal(json.dumps(asdict(account))),
        masked=masked(account.number),
        reason=reason,
        proposed_by=actor,
        proposed_at=now,
    )


def opened(details: BankDetails) -> Account:
    """Return the account in clear, for the bank's file. Raises encryption.NoKey, Unreadable."""
    return Account(**json.loads(encryption.unseal(details.sealed)))


def approve(
    *, details: BankDetails, number: str, actor: User, now: datetime, four_eyes: bool
) -> BankDetails:
    """Approve details; they are in force seven days later. Approving twice changes nothing.

    `number` is the account number as the second person heard it: it must be the same. Raises
    SecondPersonNeeded, AlreadyApproved, NotTheSame, encryption.NoKey, encryption.Unreadable.
    """
    with transaction.atomic():
        locked = BankDetails.objects.select_for_update().get(pk=details.pk)
        if locked.approved_at:
            if locked.approved_by_id != actor.pk:
                raise AlreadyApproved
            return locked
        is_single_handed = locked.proposed_by_id == actor.pk
        if is_single_handed and four_eyes:
            raise SecondPersonNeeded
        if normal(number) != normal(opened(locked).number):
            raise NotTheSame
        locked.approved_by = actor
        locked.approved_at = now
        locked.in_force_at = now + HOLD
        locked.is_single_handed = is_single_handed
        locked.save(update_fields=["approved_by", "approved_at", "in_force_at", "is_single_handed"])
    return locked


def in_force(*, programme_id: int, at: datetime) -> BankDetails:
    """Return the details that money may follow. Raises NoneInForce, also during the hold.

    While a change waits its seven days nothing is paid to the former account either: who asked
    for the change may be right that it is no longer theirs.
    """
    newest = BankDetails.objects.approved(programme_id).first()
    if newest is None or not newest.is_in_force(at):
        raise NoneInForce
    return newest
