"""Lets accounts look at people, and use up what they may do in a day; reads their notices."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit_log.audit_events import Act, record_act
from supporters.cases.rules import ACTS_A_DAY_OF_GUARDIANS
from supporters.database import db, transaction
from supporters.extensions import current_encryptor
from supporters.lists.acts import ListAct
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.personal_data.acts import PersonAct
from supporters.personal_data.rules import PEOPLE_A_DAY, SEARCHES_A_DAY


@contextmanager
def acting_account(account_id: int) -> Iterator[None]:
    """Make an account the actor of a block."""
    with acting_as(Actor(ActorKind.ACCOUNT, account_id=account_id)):
        yield


def record_many(account_id: int, act: Act, number: int) -> None:
    """Record an act of an account a number of times, each with another object."""
    with acting_account(account_id), transaction():
        for each in range(number):
            record_act(act, each + 1)


def use_up_people(account_id: int) -> None:
    """Let an account open as many people as it may."""
    record_many(account_id, PersonAct.OPENED, PEOPLE_A_DAY)


def use_up_searches(account_id: int) -> None:
    """Let an account make as many searches as it may."""
    record_many(account_id, PersonAct.PEOPLE_SEARCHED, SEARCHES_A_DAY)


def use_up_acts(account_id: int, number: int = ACTS_A_DAY_OF_GUARDIANS) -> None:
    """Let an account act on behalf of as many people as it may."""
    record_many(account_id, ListAct.PERSON_STOPPED, number)


def notices_to(address: str) -> list[dict[str, Any]]:
    """Return the values of the notices about security to an account, oldest first."""
    db.session.rollback()
    found = select(OutboxEmail.encrypted).where(OutboxEmail.kind == EmailKind.SECURITY_NOTICE)
    opened = [
        json.loads(current_encryptor().decrypt(each))
        for each in db.session.scalars(found.order_by(OutboxEmail.id))
        if each is not None
    ]
    return [each["values"] for each in opened if each["recipient"] == address]
