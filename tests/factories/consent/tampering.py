"""Writes to the database past the program, as somebody with access to it can."""

from sqlalchemy import bindparam, text

from supporters import clock
from supporters.consent.suppression import purpose_scope
from supporters.database import UtcDateTime, db, transaction
from supporters.lists.models import MailingList
from supporters.migrations.ended_consent_triggers import NAME, SQLITE_EVENTS, TABLES
from supporters.people.models import Subscriber

INVENTED = 7
PUT_ON_LIST = """INSERT INTO subscription (subscriber_id, mailing_list_id, purpose_id,
consent_event_id, consent_kind, subscribed_at)
SELECT subscriber_id, :list, purpose_id, id, kind, occurred_at
FROM consent_event WHERE id = :event"""
INVENT_PERSON = """INSERT INTO subscriber (id, address, address_key, address_mac, language,
created_at, acted_at, log_salt, joined_event_id, joined_event_kind)
VALUES (:id, :address, :address, :mac, 'fr', :now, :now, :mac, :id, 'confirmed')"""
INVENT_CONSENT = """INSERT INTO consent_event (id, kind, subscriber_id, address_mac, purpose_id,
wording_id, method, page_url, requested_at, occurred_at, evidence)
SELECT :id, 'confirmed', :id, :mac, purpose_id, id, 'link', 'x', :now, :now, :mac
FROM wording WHERE purpose_id = :purpose LIMIT 1"""


def put_back_on_list(person: Subscriber, mailing_list: MailingList) -> None:
    """Put a person on a list by the consent by which they joined, and lift what prevents it."""
    with transaction():
        db.session.execute(
            text("DELETE FROM suppression WHERE address_mac = :mac AND scope = :scope"),
            {"mac": person.address_mac, "scope": purpose_scope(mailing_list.purpose_id)},
        )
        db.session.execute(
            text(PUT_ON_LIST), {"list": mailing_list.id, "event": person.joined_event_id}
        )


def invent_subscriber(address: str, mailing_list: MailingList, number: int = INVENTED) -> None:
    """Put a person on a list who never signed up, with a consent that nobody gave."""
    now = bindparam("now", clock.now(), UtcDateTime)
    values = {"id": number, "address": address, "mac": address.encode()}
    with transaction():
        consent = {"id": number, "mac": address.encode(), "purpose": mailing_list.purpose_id}
        db.session.execute(text(INVENT_CONSENT).bindparams(now), consent)
        db.session.execute(text(INVENT_PERSON).bindparams(now), values)
        db.session.execute(text(PUT_ON_LIST), {"list": mailing_list.id, "event": number})


def drop_triggers() -> None:
    """Drop the triggers that refuse ended consents."""
    names = [f"{NAME}_{event}_{table}" for table in TABLES for event in SQLITE_EVENTS]
    with transaction():
        for name in names if _is_sqlite() else ():
            db.session.execute(text(f"DROP TRIGGER {name}"))
        for table in () if _is_sqlite() else TABLES:
            db.session.execute(text(f"DROP TRIGGER {NAME} ON {table}"))


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"
