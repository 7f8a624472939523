"""Creates a party at work: people on several lists, campaigns, cases, imports, acts, emails."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, insert, select, update

from benchmarks.parts.records.consents import add_missing_entries
from benchmarks.parts.records.ledger import make_sent_campaign
from benchmarks.parts.records.month import WIDE, give_languages, make_month
from benchmarks.parts.records.people import (
    Crowd,
    Place,
    add_people,
    person,
    place_on,
    run_maintenance,
)
from benchmarks.parts.records.team import make_team
from supporters import clock
from supporters.actors import ActorKind
from supporters.audit_log.audit_events import AuditEvent
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.cases.models import Case, CaseKind, Channel
from supporters.cases.rules import due_at
from supporters.consent.log_sealing import seal
from supporters.consent.models import Purpose, PurposeKind
from supporters.consent.page_snapshots import store_page_snapshot
from supporters.consent.rules import WordingChange
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.languages import TEAM_LANGUAGES
from supporters.lists.acts import ListAct
from supporters.lists.models import MailingList
from supporters.lists.purpose_changes import (
    change_wording,
    create_optional_purpose,
    show_purpose_on_pages,
    suggest_wording,
)
from supporters.lists.queries import find_list_by_slug
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.people.models import Subscriber
from supporters.personal_data.acts import PersonAct
from supporters.sign_in.acts import SignInAct
from tests.factories.imports import checked, csv_of_many, draft, invited, waiting
from tests.factories.lists import SENTENCES, make_list

SLUGS = ("national", "regional", "lyon", "brest", "rhone")
LOCAL = ("lyon", "brest")
OTHER_CAMPAIGNS = 460
ACTS, CASES, EMAILS = 10_000, 400, 100_000
INVITED = 100_000
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def make_party(people: int) -> None:
    """Fill an installation with so many people on a list, and with the work of some years."""
    crowd = Crowd(people=people, suppressed=people // 100, former=people // 50, short=0)
    add_people(crowd, [*_make_places(crowd)])
    _restrict_and_pause()
    give_languages()
    add_missing_entries()  # nobody without one is in an audience
    seal()
    everybody = _make_campaigns(people)
    for rows, model in ((_acts, AuditEvent), (_cases, Case), (_emails, OutboxEmail)):
        with transaction():
            db.session.execute(insert(model), [*rows()])
    _make_imports(people)
    team = make_team([_get_list(slug) for slug in LOCAL], _get_list("national"))
    run_maintenance()
    make_month([_get_list(slug) for slug in WIDE], everybody, team)
    run_maintenance()


def _make_places(crowd: Crowd) -> Iterator[Place]:
    """Yield the lists: one with everybody, one with six in ten, three local ones; and a purpose."""
    number, digit = person.c.number, person.c.number % 20
    for slug in SLUGS:
        make_list(slug, f"La Lettre {slug}")
    is_there = number < crowd.people + crowd.suppressed
    earlier = place_on("regional", digit == 0, page_snapshot_id=_make_page(0))
    assert isinstance(
        change_wording(earlier.purpose_id, SENTENCES, WordingChange.MATERIAL), Purpose
    )
    yield place_on("national", left=~is_there, page_snapshot_id=_make_page(1))
    yield earlier
    current = digit.between(1, 13)
    yield place_on("regional", current, left=digit > 11, page_snapshot_id=_make_page(2))
    yield place_on("lyon", is_there & (digit == 14), page_snapshot_id=_make_page(3))
    yield place_on("brest", is_there & (number % 100 == 15), page_snapshot_id=_make_page(4))
    yield place_on("rhone", is_there & (number % 1000 == 16), page_snapshot_id=_make_page(5))
    yield Place(
        purpose_id=_make_purpose(), joined=is_there & (digit < 6), page_snapshot_id=_make_page(6)
    )


def _make_page(number: int) -> int:
    return store_page_snapshot(f"<p>Inscription {number}</p>", "fr", style={}).id


def _make_purpose() -> int:
    kind = PurposeKind.TARGETING
    made = create_optional_purpose(
        kind, {code: suggest_wording(kind, code) for code in TEAM_LANGUAGES}
    )
    assert isinstance(made, Purpose)
    show_purpose_on_pages(made.id)
    return made.id


def _restrict_and_pause() -> None:
    """Restrict one in 2,000 people, and let one in 500 pause.

    They are counted: ids grow by equal steps, and the rest of a division may never come up.
    """
    now, count = clock.now(), func.row_number().over(order_by=Subscriber.id)
    people = select(Subscriber.id, count.label("number")).subquery()
    with transaction():
        for every, first, values in (
            (2_000, 50, {"restricted_at": now}),
            (500, 60, {"paused_until": now + 30 * DAY}),
        ):
            some = select(people.c.id).where(people.c.number % every == first)
            change = update(Subscriber).where(Subscriber.id.in_(some)).values(values)
            db.session.execute(change.execution_options(synchronize_session=False))


def _make_campaigns(people: int) -> int:
    """Send a campaign to everybody, and others to 500 up to 5,000 people; pause one of them.

    Return the id of the one to everybody.
    """
    now = clock.now()
    for number in range(OTHER_CAMPAIGNS):
        slug = SLUGS[number % 4]
        launched_at = now - WEEK * (OTHER_CAMPAIGNS - number) / 2
        make_sent_campaign(_get_list(slug), 500 + number * 4_500 // OTHER_CAMPAIGNS, launched_at)
    everybody = make_sent_campaign(_get_list("national"), people, now - DAY)
    with transaction():
        last = db.session.get_one(Campaign, everybody - 1)
        last.status, last.finished_at, last.restored_at = CampaignStatus.PAUSED, None, now
    return everybody


def _get_list(slug: str) -> MailingList:
    found = find_list_by_slug(slug)
    assert found is not None
    return found


def _acts() -> Iterator[dict[str, object]]:
    """Yield the acts of the team over two years."""
    step = 700 * DAY / ACTS
    acts = (
        SignInAct.SIGNED_IN,
        PersonAct.PEOPLE_SEARCHED,
        ListAct.CREATED,
        ListAct.PURPOSE_REWORDED,
    )
    for number in range(ACTS):
        moment = clock.now() - (ACTS - number) * step
        yield {
            "id": new_id(moment),
            "act": acts[number % len(acts)].value,
            "actor_kind": ActorKind.WORKER,
            "object_id": 1 + number % 5,
            "details": "{}",
            "occurred_at": moment,
        }


def _cases() -> Iterator[dict[str, object]]:
    """Yield cases of two years; the last thirty days are open."""
    kinds = (CaseKind.ACCESS, CaseKind.OBJECTION, CaseKind.ERASURE, CaseKind.DISPUTE)
    for number in range(CASES):
        moment = clock.now() - 2 * (CASES - number) * DAY + DAY
        is_closed = clock.now() - moment > 30 * DAY
        yield {
            "id": new_id(moment),
            "kind": kinds[number % len(kinds)],
            "channel": Channel.PAGE,
            "received_at": moment,
            "due_at": due_at(moment),
            "closed_at": moment + DAY if is_closed else None,
            "outcome": "Fait." if is_closed else None,
        }


def _emails() -> Iterator[dict[str, object]]:
    """Yield the confirmation emails of the last thirty days; one in a hundred was given up."""
    for number in range(EMAILS):
        moment = clock.now() - 30 * DAY * (EMAILS - number) / EMAILS
        is_lost = number % 100 == 0
        yield {
            "id": new_id(moment),
            "kind": EmailKind.CONFIRM_SIGNUP,
            "language": "fr",
            "status": EmailStatus.GIVEN_UP if is_lost else EmailStatus.SENT,
            "attempts": 1,
            "created_at": moment,
            "next_attempt_at": moment,
            "expires_at": moment + 3 * DAY,
            "settled_at": moment,
            "last_reply": "550" if is_lost else "250",
        }


def _make_imports(people: int) -> None:
    """Upload a file for each state of an import. One has invitations."""
    for number, bring in enumerate((draft, checked, waiting)):
        bring(csv_of_many(1_000, f"former{number}-"))
    invited(csv_of_many(min(people, INVITED), "invited"))
