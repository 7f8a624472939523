"""Finds the names of the objects that acts of the audit log are about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from supporters.accounts.models import Organiser
from supporters.audit_log.audit_events import AuditEvent
from supporters.breaches.models import Breach
from supporters.campaigns.models import Campaign, TeamText
from supporters.campaigns.pictures.models import Picture
from supporters.cases.models import Case
from supporters.consent.models import Purpose
from supporters.database import db
from supporters.dialects import in_values
from supporters.imports.models import ListImport
from supporters.languages import DEFAULT_LANGUAGE
from supporters.lists.models import MailingList
from supporters.people.models import Subscriber
from supporters.questions.models import ListQuestion, QuestionText
from supporters.sending_times.models import Ballot
from supporters.signup_forms.models import SignupForm


@dataclass(frozen=True)
class _ObjectTable:
    """The table of a group of acts; without a name column, an object is named by its id."""

    id: InstrumentedAttribute[int]
    name: InstrumentedAttribute[str] | ColumnElement[str] | None = None


QUESTION_LABEL = (
    select(QuestionText.label)
    .where(QuestionText.question_id == ListQuestion.id, QuestionText.language == DEFAULT_LANGUAGE)
    .scalar_subquery()
)
TITLE = func.coalesce(func.nullif(Campaign.internal_name, ""), Campaign.subject)
OBJECT_TABLES = {
    "account": _ObjectTable(Organiser.id, Organiser.email),
    "list": _ObjectTable(MailingList.id, MailingList.name),
    "question": _ObjectTable(ListQuestion.id, QUESTION_LABEL),
    "form": _ObjectTable(SignupForm.id, SignupForm.name),
    "campaign": _ObjectTable(Campaign.id, TITLE),
    "picture": _ObjectTable(Picture.id),
    "template": _ObjectTable(TeamText.id, TeamText.name),
    "piece": _ObjectTable(TeamText.id, TeamText.name),
    "purpose": _ObjectTable(Purpose.id),
    "import": _ObjectTable(ListImport.id),
    "person": _ObjectTable(Subscriber.id),
    "case": _ObjectTable(Case.id),
    "breach": _ObjectTable(Breach.id, Breach.title),
    "ballot": _ObjectTable(Ballot.id, Ballot.name),
}
ObjectKey = tuple[str, int]


def group_of(act: str) -> str:
    """Return the group of an act: the part before its dot."""
    return act.partition(".")[0]


def find_objects(events: Iterable[AuditEvent]) -> Mapping[ObjectKey, str]:
    """Return the objects of these events that still exist: group and id, with their names.

    A person has no name here: the audit log names subscribers by their ids only.
    """
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for event in events:
        if event.object_id is not None:
            wanted[group_of(event.act)].add(event.object_id)
        if event.account_id is not None:
            wanted["account"].add(event.account_id)
    return {
        (group, row[0]): row[1] if table.name is not None else ""
        for group, table in OBJECT_TABLES.items()
        if wanted[group]
        for row in _read(table, wanted[group])
    }


def _read(table: _ObjectTable, ids: set[int]) -> Iterable[Any]:
    columns = [table.id] if table.name is None else [table.id, table.name]
    return db.session.execute(select(*columns).where(in_values(table.id, sorted(ids))))
