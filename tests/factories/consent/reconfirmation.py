"""Factories of changed purposes, and of people who are asked again."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from supporters import clock
from supporters.accounts.queries import find_organiser_by_email
from supporters.consent.models import Purpose
from supporters.consent.queries import find_current_wording
from supporters.consent.rules import WordingChange
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.lists.models import MailingList
from supporters.lists.purpose_changes import change_wording, current_texts
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.people.models import Subscriber
from supporters.reconfirmation.models import ConsentChange, ConsentChangeKind, ConsentChangeStatus
from supporters.reconfirmation.queries import hash_of_current_texts
from supporters.reconfirmation.reconfirmation_answers import (
    AcceptedWording,
    ReconfirmationQuestion,
    ReconfirmError,
    accept_reconfirmation,
)
from supporters.reconfirmation.reconfirmation_mails import ReconfirmationReason, send_reconfirmation
from supporters.reconfirmation.reconfirmation_rounds import (
    send_next_reconfirmations,
    start_reconfirmation,
)
from tests.factories.accounts import make_organiser
from tests.factories.lists import SENTENCES
from tests.factories.signups import values_in

PAGE = "http://localhost/fr/again/letter"
REQUESTER = "requester@parti.example"
MINUTE = timedelta(minutes=1)


def change_meaning(
    mailing_list: MailingList, texts: Mapping[str, str] = MappingProxyType(SENTENCES)
) -> Purpose:
    """Change the meaning of a list, as agreed by two owners; return its new purpose."""
    before = mailing_list.purpose_id
    changed = change_wording(before, texts, WordingChange.MATERIAL)
    assert isinstance(changed, Purpose)
    db.session.expire_all()
    agree_to_texts(changed)
    return changed


def agree_to_texts(purpose: Purpose) -> None:
    """Store that a second person agreed to the current texts of a purpose."""
    requester = find_organiser_by_email(REQUESTER) or make_organiser(REQUESTER)
    now = clock.now()
    with transaction():
        db.session.add(
            ConsentChange(
                id=new_id(now),
                purpose_id=purpose.id,
                kind=ConsentChangeKind.MAILING,
                status=ConsentChangeStatus.DONE,
                texts=current_texts(purpose.id),
                text_hash=hash_of_current_texts(purpose.id),
                requested_by_id=requester.id,
                requested_at=now,
                agreed_at=now,
                starts_at=now,
                ended_at=now,
                result_id=purpose.id,
            )
        )


def ask_everybody(purpose: Purpose) -> int:
    """Ask the people of a changed list; return how many were asked in the first minute."""
    assert start_reconfirmation(purpose.id) is None
    return send_next_reconfirmations(clock.now())


def ask_one(
    person: Subscriber, purpose_id: int, reason: ReconfirmationReason = ReconfirmationReason.CHANGED
) -> OutboxEmail:
    """Ask one person, and return the email."""
    with transaction():
        known = db.session.get_one(Subscriber, person.id)
        email = send_reconfirmation(known, purpose_id, reason=reason, now=clock.now())
    assert email is not None
    return email


def reconfirmation_emails() -> list[OutboxEmail]:
    """Return the reconfirmation emails, oldest first."""
    db.session.rollback()
    found = db.session.scalars(
        db.select(OutboxEmail)
        .where(OutboxEmail.kind == EmailKind.RECONFIRMATION)
        .order_by(OutboxEmail.id)
    )
    return [*found]


def token_in(email: OutboxEmail) -> str:
    """Return the token of the link to the question."""
    return str(values_in(email)["answer_url"]).rpartition("/")[2]


def accept(
    token: str, purpose_id: int, page_snapshot_id: int | None = None
) -> ReconfirmationQuestion | ReconfirmError:
    """Tick the box of the current wording of a purpose, and send the form."""
    wording = find_current_wording(purpose_id, "fr")
    assert wording is not None
    yes = AcceptedWording(
        language="fr", wording_id=wording.id, page_url=PAGE, page_snapshot_id=page_snapshot_id
    )
    return accept_reconfirmation(token, yes)
