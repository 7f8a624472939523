"""Compares the kept counts of people and consents with a recount, and seals them each night."""

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select

from supporters.audit.suppression_check import UNSEALED, count_unsealed
from supporters.audit.verification_report import VerificationReport
from supporters.consent.models import Agreement, ConsentEvent
from supporters.consent.trigger_counts import ConsentCount, CountedPeople, PeopleCount
from supporters.database import db, snapshot, use_case
from supporters.lists.models import Subscription
from supporters.people.models import Subscriber
from supporters.transparency_log.models import FactKind
from supporters.transparency_log.sealed_facts import seal_fact


def check_counts(report: VerificationReport) -> None:
    """Report the counts that differ from the rows that they count."""
    with snapshot():
        pairs = (
            (ConsentCount.__tablename__, read_consent_counts(), _recount_consents()),
            (PeopleCount.__tablename__, read_people_counts(), _recount_people()),
        )
        for table, stored, counted in pairs:
            for key in sorted({*stored, *counted}):
                if stored[key] != counted[key]:
                    what = f"it says {stored[key]} people, and there are {counted[key]}"
                    report.fault(table, key, what)


@use_case
def record_counts(now: datetime, **older: int) -> None:
    """Seal what the kept counts are now, and how many rows are from before they were sealed."""
    counts = {
        **older,
        "people": dict(read_people_counts()),
        "consents": dict(read_consent_counts()),
        UNSEALED: count_unsealed(),
    }
    seal_fact(FactKind.COUNTED, counts, now)


def read_consent_counts() -> Counter[str]:
    """Return the kept count of active consents by wording."""
    people = func.sum(ConsentCount.people)
    rows = select(ConsentCount.wording_id, people).group_by(ConsentCount.wording_id)
    return Counter({f"wording_id={each}": int(count) for each, count in db.session.execute(rows)})


def read_people_counts() -> Counter[str]:
    """Return the kept counts of people."""
    people = func.sum(PeopleCount.people)
    rows = select(PeopleCount.counted, people).group_by(PeopleCount.counted)
    return Counter({f"counted={each}": int(count) for each, count in db.session.execute(rows)})


def _recount_consents() -> Counter[str]:
    counted: Counter[str] = Counter()
    for consent in (Subscription, Agreement):
        rows = (
            select(ConsentEvent.wording_id, func.count())
            .join(consent, consent.consent_event_id == ConsentEvent.id)
            .group_by(ConsentEvent.wording_id)
        )
        for wording_id, count in db.session.execute(rows):
            counted[f"wording_id={wording_id}"] += count
    return counted


def _recount_people() -> Counter[str]:
    known = db.session.scalar(select(func.count()).select_from(Subscriber))
    on_a_list = db.session.scalar(select(func.count(Subscription.subscriber_id.distinct())))
    return Counter(
        {
            f"counted={CountedPeople.KNOWN}": known or 0,
            f"counted={CountedPeople.ON_A_LIST}": on_a_list or 0,
        }
    )
