"""The pages of the console ask for little: few statements, and none that reads everybody.

At a million people, each table of `EVERYBODY` has a million rows or more. SQLite tells for each
statement of a page whether it would go through all of a table.
"""

from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import event

from supporters.accounts.models import Organiser, RoleName
from supporters.database import db
from supporters.lists.queries import get_list
from supporters.sending_times.ballots import add_ballot
from supporters.team.list_scopes import limit_organiser
from tests.factories.accounts import make_account, make_owner, sign_in
from tests.factories.approvals import launch_ready, record_test
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.sending_day.sending_times import draft_of
from tests.factories.sending_day.weeks import at, next_monday, put_on_hour
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with

EVERYBODY = ("subscriber", "subscription", "consent_event", "agreement", "delivery", "log_entry")
Statement = tuple[str, Any]


class Party(NamedTuple):
    """The records that the pages show."""

    owner_id: int
    organiser_id: int
    list_id: int
    purpose_id: int
    draft_id: int
    sent_id: int


def party(_app: Flask) -> Party:
    """Make two lists, one of them with two texts, people on them, and two campaigns."""
    national, local = make_list(), make_list("local", "La Lettre de Brest")
    make_subscriber("anna@example.org", national)
    purpose = change_meaning(national)
    make_subscriber("boris@example.org", national)
    make_subscriber("boris@example.org", local)
    draft, sent = make_campaign(national), make_campaign(national)
    record_test(draft.id)
    launch_ready(sent.id)
    organiser = make_account("org@parti.example", RoleName.ORGANISER)
    limit_organiser(organiser.id, [national.id, local.id])
    owner = make_owner()
    return Party(owner.id, organiser.id, national.id, purpose.id, draft.id, sent.id)


pytestmark = begins_with(party)


def statements_of(app: Flask, account_id: int, path: str) -> list[Statement]:
    """Return the statements of a page, with their values, when an account opens it again."""
    client = sign_in(app, db.session.get_one(Organiser, account_id))
    client.get(path)
    said: list[Statement] = []

    def note(*arguments: Any) -> None:
        said.append((arguments[2], arguments[3]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return said


def scans(statements: list[Statement]) -> set[str]:
    """Return the tables of everybody that a statement goes through as a whole."""
    found = set()
    with db.engine.connect() as connection:
        for statement, values in statements:
            if not statement.startswith(("SELECT", "WITH")):
                continue
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            steps = [str(row[3]).split() for row in plan]
            found |= {step[1] for step in steps if step[0] == "SCAN"} & {*EVERYBODY}
    return found


@pytest.mark.parametrize(
    ("page", "budget"),
    [
        ("/console/", 38),
        ("/console/lists", 15),
        ("/console/lists/{list_id}", 32),
        ("/console/consents", 30),
        ("/console/consents/{purpose_id}", 42),
        ("/console/consents/{purpose_id}/pages", 25),
        ("/console/consents/{purpose_id}/ask", 50),
        ("/console/campaigns", 13),
        ("/console/campaigns/week", 18),
        ("/console/delivery-health", 20),
        ("/console/campaigns/{sent_id}", 33),
        ("/console/campaigns/{draft_id}", 15),
        ("/console/campaigns/{draft_id}/edit", 33),
        ("/console/campaigns/{draft_id}/decision", 40),
        ("/console/impact-assessment", 18),
    ],
)
def test_page_has_few_statements_and_none_reads_everybody(
    app: Flask, prepared: Party, page: str, budget: int
) -> None:
    statements = statements_of(app, prepared.owner_id, page.format(**prepared._asdict()))
    assert scans(statements) == set()
    assert len(statements) <= budget


@pytest.mark.parametrize("page", ["/console/", "/console/campaigns/week?from={monday}"])
def test_a_page_asks_no_more_for_thirty_campaigns_than_for_ten(
    app: Flask, prepared: Party, page: str
) -> None:
    add_ballot(draft_of("Législatives", day=at(6, "00:00").date()), None)
    lists = [get_list(prepared.list_id), *(make_list(f"l{each}", f"L {each}") for each in range(9))]
    counts = []
    for more in (10, 20):
        for number in range(more):
            campaign = make_campaign(lists[number % len(lists)], f"N {number}")
            put_on_hour(campaign, at(number % 7, "09:00"))
        path = page.format(monday=next_monday())
        counts.append(len(statements_of(app, prepared.owner_id, path)))
    assert counts[0] == counts[1]


def test_dashboard_of_a_limited_account_reads_nobody_elses_list(
    app: Flask, prepared: Party
) -> None:
    statements = statements_of(app, prepared.organiser_id, "/console/")
    assert scans(statements) == set()


def test_a_scan_of_a_table_is_seen(app: Flask) -> None:
    assert scans([("SELECT count(*) FROM subscription", ())]) == {"subscription"}
