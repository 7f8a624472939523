"""The data of affected people: exported to them, erased with them, deleted after its time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, union

from supporters.breaches.models import Breach, BreachEntry, BreachNotice, BreachPerson
from supporters.database import db, delete_where, use_case
from supporters.mail.links import link_to
from supporters.personal_data.data_subjects import DataSource, DataSubject, ExportedRow
from supporters.personal_data.exported_rows import export_columns


def _is_of(subject: DataSubject) -> ColumnElement[bool]:
    return or_(
        BreachPerson.subscriber_id == subject.id,
        BreachPerson.address_mac == subject.address_mac,
    )


def export_affected(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the breaches that affect a person, and when our notice was written."""
    people = db.session.scalars(
        select(BreachPerson).where(_is_of(subject)).order_by(BreachPerson.breach_id)
    )
    return [
        {
            **export_columns(each, "breach_id", "added_at"),
            "written_at": each.settled_at if each.is_written else None,
        }
        for each in people
    ]


def erase_affected(subject: DataSubject) -> None:
    """Take a person off the lists of affected people: nothing can be written to them any more."""
    db.session.execute(delete(BreachPerson).where(_is_of(subject)))


def find_breaches_with(address_key: str) -> Sequence[str]:
    """Return the pages of the breaches with an address in their title, history or notice."""
    texts = (
        (Breach.id, Breach.title),
        (BreachEntry.breach_id, BreachEntry.text),
        (BreachNotice.breach_id, BreachNotice.content),
    )
    found = union(
        *(
            select(number).where(func.lower(text).contains(address_key, autoescape=True))
            for number, text in texts
        )
    )
    return [link_to("console.show_breach", breach_id=each) for each in db.session.scalars(found)]


@use_case
def purge_affected(days: int, now: datetime) -> int:
    """Delete the lists of breaches that were closed more than so many days ago; return how many.

    The register stays: it names nobody whom a breach affects.
    """
    closed = select(Breach.id).where(Breach.closed_at < now - timedelta(days=days))
    return delete_where(BreachPerson, BreachPerson.breach_id.in_(closed))


BREACH_DATA_SOURCES = (
    DataSource(
        table="breach_person",
        export=export_affected,
        erase=erase_affected,
        columns_left_out={
            "address_mac": "a keyed hash of the system: useless to the person, dangerous elsewhere",
            "subscriber_id": "the person's own key: it has no meaning for them",
            "settled_at": "exported as the time when we wrote to them",
            "is_written": "the time when we wrote to them says it",
            "email_id": "exported with the transactional emails",
        },
    ),
)
