"""Addresses of which something is known, each in its own way, and addresses of strangers."""

import random
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select, update

from benchmarks.parts.installation import Installation
from supporters import clock
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_every_list
from supporters.mail.models import OutboxEmail
from supporters.personal_data.erasure import EraseResult, ErasureOrder, erase_person
from supporters.signup.models import SignupRequest
from supporters.signup.rejection import reject_signup
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, not_me_token, request_to_join

NEW = "new"
DAYS_AGO = timedelta(days=2)


def _let_wait(address: str, national: MailingList) -> None:
    request_to_join(address, national)


def _confirm(address: str, national: MailingList) -> None:
    make_subscriber(address, national)


def _let_leave(address: str, national: MailingList) -> None:
    person = make_subscriber(address, national)
    unsubscribe_from_every_list(person.id, Method.ONE_CLICK)


def _refuse(address: str, national: MailingList) -> None:
    reject_signup(not_me_token(request_to_join(address, national)))


def _suppress(address: str, national: MailingList) -> None:
    object_to_everything(make_subscriber(address, national).id, Method.PAGE)


def _erase(address: str, national: MailingList) -> None:
    person = make_subscriber(address, national)
    result = erase_person(person.id, ErasureOrder(reason=ErasureReason.ASKED))
    assert result is EraseResult.DONE, result


MAKERS: dict[str, Callable[[str, MailingList], None]] = {
    "waiting": _let_wait,
    "confirmed": _confirm,
    "left": _let_leave,
    "refused": _refuse,
    "suppressed": _suppress,
    "erased": _erase,
}
KNOWN = (*MAKERS,)


def mix_kinds(addresses: int, chance: random.Random) -> dict[str, str]:
    """Return addresses in random order with their kinds, as many of each."""
    kinds = [(NEW, *KNOWN)[number % (1 + len(KNOWN))] for number in range(addresses)]
    chance.shuffle(kinds)
    return {f"person{number:06}@example.org": kind for number, kind in enumerate(kinds)}


def make_known_people(installation: Installation, kinds: dict[str, str]) -> None:
    """Let the known ones do what makes them known, two days ago if they confirmed."""
    with installation.app.app_context():
        national = make_list()
        for address, kind in kinds.items():
            if kind != NEW:
                MAKERS[kind](address, national)
            db.session.rollback()
        _move_emails_back()


def _move_emails_back() -> None:
    """Let people who confirmed have done so days ago: they get today's first email."""
    confirmed = select(SignupRequest.email_id).where(SignupRequest.confirmed_at.is_not(None))
    change = update(OutboxEmail).where(OutboxEmail.id.in_(confirmed))
    db.session.execute(change.values(created_at=clock.now() - DAYS_AGO))
    db.session.commit()
    db.session.remove()
