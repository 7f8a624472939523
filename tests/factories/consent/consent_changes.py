"""Factories of consent changes that wait for a second person."""

from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser_by_email
from supporters.actors import Actor, ActorKind, acting_as
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.lists.purpose_changes import current_texts
from supporters.reconfirmation.consent_changes import request_meaning
from supporters.reconfirmation.models import ConsentChange, ConsentChangeStatus
from tests.factories.accounts import make_owner
from tests.factories.lists import SENTENCES

FIRST, SECOND, THIRD = (f"{name}@parti.example" for name in ("first", "second", "third"))
OTHER = {code: each.replace(".", " !") for code, each in SENTENCES.items()}


def ask_for_meaning(mailing_list: MailingList, owner: Organiser) -> int:
    """Ask for another meaning as an owner; return the id of the change."""
    with acting_as(Actor(ActorKind.ACCOUNT, account_id=owner.id)):
        change = request_meaning(mailing_list.purpose_id, SENTENCES, owner.id)
    assert isinstance(change, ConsentChange), change
    return change.id


def status_of(change_id: int) -> ConsentChangeStatus:
    """Return the stored status of a change."""
    db.session.rollback()
    return db.session.get_one(ConsentChange, change_id, populate_existing=True).status


def texts_of(mailing_list: MailingList) -> dict[str, str]:
    """Return the texts that a signup page shows now."""
    db.session.rollback()
    db.session.refresh(mailing_list)
    return current_texts(mailing_list.purpose_id)


def ask_for_other_meaning(list_id: int, email: str) -> int:
    """Ask for another meaning of a list as the owner with this address; return the change's id."""
    owner = find_organiser_by_email(email) or make_owner(email)
    return ask_for_meaning(db.session.get_one(MailingList, list_id), owner)
