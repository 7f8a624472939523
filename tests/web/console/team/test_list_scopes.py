"""An account that is limited to lists sees nothing of the others: each route, each role (REQ-125).

A page either names a thing of a list in its URL, and is then called with foreign ones, or has a row
in `NOTHING_OF_A_LIST`. The accounts here are limited to one list, also those whose role the
product never limits: the pages must not rely on the role.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.breaches.models import Breach, BreachNotice, BreachNoticeStatus
from supporters.breaches.queries import count_unwritten
from supporters.campaigns.models import Campaign
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.delivery.after_sending.models import FollowKind, FollowUp
from supporters.imports.models import ListImport
from supporters.lists.models import MailingList
from supporters.lists.queries import get_list
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.people.models import Subscriber
from supporters.signup.pending_counts import count_pending
from supporters.signup.signup_stats import Totals, get_totals_within
from supporters.team.list_scopes import ListScope, limit_organiser
from supporters.web.console.console_blueprint import roles_of
from tests.factories.accounts import make_organiser, make_owner, sign_in
from tests.factories.approvals import launch_ready
from tests.factories.breaches import affect, write_notice
from tests.factories.campaigns import send
from tests.factories.drafts import make_campaign, make_campaign_to, make_trashed
from tests.factories.signups import make_subscriber_with_snapshot
from tests.machinery.prepared_states import begins_with
from tests.web.console.pages import (
    answer_errors_with_a_status,
    open_person,
    post,
    search,
    speak_english,
)
from tests.web.console.scope_rows import NOTHING_OF_A_LIST
from tests.web.console.two_lists import Party, PartyIds, limited, make_party
from tests.web.public.pages import press

ROLES = (
    (RoleName.ORGANISER,),
    (RoleName.ORGANISER, RoleName.APPROVER, RoleName.EXPORTER),
    (RoleName.OWNER,),
    (RoleName.OWNER, RoleName.APPROVER, RoleName.EXPORTER),
    (RoleName.DPO,),
)
# The parameters of a route that name something of a list.
NAMED = {
    *["list_id", "campaign_id", "subscriber_id", "import_id", "purpose_id", "case_id", "breach_id"],
    "form_id",
}
# Drafts, and some that are being sent: to the foreign list, and to both.
CAMPAIGNS = ("campaign_id", "running_id", "common_id", "common_running_id")


pytestmark = [pytest.mark.either_database, begins_with(make_party)]


@pytest.fixture
def party(app: Flask, prepared: PartyIds) -> Party:
    """Return a party with two lists."""
    own, foreign = get_list(prepared.own), get_list(prepared.foreign["list_id"])
    return Party(own, foreign, prepared.person, prepared.foreign)


def console_rules(app: Flask) -> Iterator[Rule]:
    yield from (each for each in app.url_map.iter_rules() if each.endpoint.startswith("console."))


def test_each_page_names_something_of_a_list_or_says_why_not(app: Flask) -> None:
    naming = {rule.endpoint for rule in console_rules(app) if NAMED & rule.arguments}
    everything = {rule.endpoint for rule in console_rules(app)}
    assert everything - naming == {*NOTHING_OF_A_LIST}
    assert naming & {*NOTHING_OF_A_LIST} == set()


@pytest.mark.parametrize("roles", ROLES, ids="+".join)
def test_nothing_foreign_is_there(app: Flask, party: Party, roles: tuple[RoleName, ...]) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer_errors_with_a_status(app)
    browser, before = limited(app, party, *roles), state(party)
    wrong = {}
    for rule in console_rules(app):
        if not NAMED & rule.arguments:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            for campaign in CAMPAIGNS if "campaign_id" in rule.arguments else CAMPAIGNS[:1]:
                answer = open_foreign(app, browser, rule, method, party, campaign)
                if answer.status_code != (404 if may_open(rule, roles) else 403):
                    wrong[f"{method} {rule.endpoint} {campaign}"] = answer.status_code
    assert wrong == {}
    assert state(party) == before


def test_a_campaign_closes_when_its_second_list_is_lost(app: Flask, party: Party) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer_errors_with_a_status(app)
    draft, sent = (make_campaign_to(party.own, party.foreign).id for _ in range(2))
    launch_ready(sent)
    ids = {"campaign_id": draft, "running_id": sent}
    party = replace(party, foreign_ids={**party.foreign_ids, **ids})
    account = make_organiser()
    limit_organiser(account.id, [party.own.id, party.foreign.id])
    browser = sign_in(app, account)
    opened = {each: browser.get(f"/console/campaigns/{each}").status_code for each in ids.values()}
    assert opened == {draft: 200, sent: 200}
    limit_organiser(account.id, [party.own.id])
    before, found = state(party), {}
    for rule in (each for each in console_rules(app) if "campaign_id" in each.arguments):
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            for campaign in CAMPAIGNS:
                answer = open_foreign(app, browser, rule, method, party, campaign)
                found[method, rule.endpoint, campaign] = answer.status_code
    assert {each: code for each, code in found.items() if code not in {403, 404}} == {}
    assert state(party) == before
    assert "Des nouvelles" not in browser.get("/console/campaigns").text


def may_open(rule: Rule, roles: tuple[RoleName, ...]) -> bool:
    return not roles_of(rule.endpoint).isdisjoint(roles)


def open_foreign(
    app: Flask, browser: FlaskClient, rule: Rule, method: str, party: Party, campaign: str
) -> TestResponse:
    """Call a route with the ids of the foreign list."""
    values: dict[str, object] = dict.fromkeys(rule.arguments, 1)
    values |= dict.fromkeys({"code", "lang_code"} & rule.arguments, "fr")
    values |= dict.fromkeys({"kind"} & rule.arguments, "svg")
    values |= dict.fromkeys({"again_to"} & rule.arguments, "missed")
    values |= {name: party.foreign_ids[name] for name in rule.arguments & {*party.foreign_ids}}
    if "campaign_id" in values:
        values["campaign_id"] = party.foreign_ids[campaign]
    path = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
    return browser.open(path, method=method)


def state(party: Party) -> list[object]:
    """Return what a form about a foreign thing could have changed."""
    db.session.rollback()
    db.session.expire_all()
    return [
        db.session.get_one(MailingList, party.foreign.id).closed_at,
        *db.session.execute(db.select(Campaign.id, Campaign.status, Campaign.revision)),
        *db.session.execute(db.select(ListImport.id, ListImport.status)),
        *db.session.execute(db.select(Subscriber.id, Subscriber.restricted_at)),
    ]


@pytest.mark.both_databases
@pytest.mark.parametrize("roles", ROLES, ids="+".join)
def test_no_page_tells_of_a_foreign_list(
    app: Flask, party: Party, roles: tuple[RoleName, ...]
) -> None:
    browser = limited(app, party, *roles)
    open_person(browser, party.person_id)
    launched = make_campaign(party.own, "Envoi de Lyon").id
    last = make_campaign_to(party.own, party.foreign, subject="Dernier envoi secret").id
    for each in (launched, last):
        launch_ready(each)
    send()
    draft = make_campaign(party.own, "Autre lettre de Lyon").id
    trashed = make_trashed(party.foreign, "Corbeille secrete").id
    told = {}
    for path in (
        *("/console/", "/console/lists", "/console/campaigns", "/console/people"),
        *("/console/campaigns/new", f"/console/campaigns/new?list={party.foreign.id}"),
        *("/console/campaigns/trash", f"/console/campaigns?trashed={trashed}"),
        *("/console/imports", "/console/imports/new", "/console/consents"),
        *("/console/people/archive", f"/console/people/{party.person_id}"),
        *(f"/console/lists/{party.own.id}", f"/console/campaigns/{launched}"),
        *(f"/console/campaigns/{launched}/result.csv", f"/console/campaigns/{draft}/ask"),
        *(f"/console/campaigns/{draft}", f"/console/campaigns/{draft}/launch"),
    ):
        if path == "/console/people" and RoleName.DPO in roles:
            continue  # the officer's directory: the product never limits the officer
        page = browser.get(path).text
        found = [each for each in ("secret", "boris@", "chloe@") if each in page]
        if found:
            told[path] = found
    assert told == {}


def test_figures_are_those_of_the_own_lists(app: Flask, party: Party) -> None:
    browser = limited(app, party, RoleName.ORGANISER)
    speak_english(browser)
    assert "subscriptions: 1, unsubscribed: 0." in browser.get("/console/lists").text
    own, both = ListScope(frozenset({party.own.id})), ListScope()
    assert get_totals_within(own, count_pending(clock.now())) == Totals(confirmed=1, pending=0)
    assert get_totals_within(both, count_pending(clock.now())) == Totals(confirmed=2, pending=1)


def test_subscriptions_that_ended_count_for_their_list_alone(app: Flask, party: Party) -> None:
    unsubscribe_from_list(party.foreign_ids["subscriber_id"], party.foreign.id, Method.PAGE)
    told = {}
    for browser in (limited(app, party, RoleName.ORGANISER), sign_in(app, make_owner())):
        speak_english(browser)
        html = browser.get("/console/").text
        told[browser] = re.findall(r"(\d+) subscriptions? (began|ended)", html)
    assert [*told.values()] == [[("1", "began"), ("0", "ended")], [("2", "began"), ("1", "ended")]]


def test_a_draft_names_no_campaign_to_more_lists_that_it_follows(app: Flask, party: Party) -> None:
    sent = make_campaign_to(party.own, party.foreign, subject="Rendez-vous secret")
    launch_ready(sent.id)
    draft = make_campaign(party.own, "Rectificatif")
    with transaction():
        kind = FollowKind.SAME_PEOPLE
        db.session.add(FollowUp(campaign_id=draft.id, followed_id=sent.id, kind=kind))
    browser, page = limited(app, party, RoleName.ORGANISER), f"/console/campaigns/{draft.id}"
    for each in (page, f"{page}/decision"):
        html = browser.get(each).text
        assert ("qui ont reçu cette campagne" in html, "secret" in html) == (True, False)


def test_a_search_finds_nobody_of_a_foreign_list(app: Flask, party: Party) -> None:
    browser = limited(app, party, RoleName.ORGANISER)
    assert "anna@example.org" in search(browser, "anna@example.org")
    found = search(browser, "boris@example.org")
    assert f"/console/people/{party.foreign_ids['subscriber_id']}" not in found


def test_a_campaign_is_not_written_to_a_foreign_list(app: Flask, party: Party) -> None:
    browser = limited(app, party, RoleName.ORGANISER)
    draft = {"language": "fr", "subject": "Bonjour", "body": "Bonjour."}
    answer = press(
        browser, "/console/campaigns/new", mailing_list_id=str(party.foreign.id), **draft
    )
    assert answer.status_code == 422


def test_a_person_on_both_lists_is_seen_on_the_own_one_alone(app: Flask, party: Party) -> None:
    both = make_subscriber_with_snapshot("both@example.org", party.own, "<h1>L</h1>")
    make_subscriber_with_snapshot("both@example.org", party.foreign, "<h1>N</h1>")
    browser = limited(app, party, RoleName.ORGANISER)
    page = browser.get(open_person(browser, both.id)).text
    assert ("Liste de Lyon" in page, "secret" in page) == (True, False)


def test_a_limit_ends_with_the_next_request(app: Flask, party: Party) -> None:
    browser = limited(app, party, RoleName.ORGANISER)
    page = f"/console/lists/{party.foreign.id}"
    assert browser.get(page).status_code == 404
    limit_organiser(account_id(), None)
    assert browser.get(page).status_code == 200


def account_id() -> int:
    return db.session.scalars(
        db.select(Organiser.id).where(Organiser.email == "org@parti.example")
    ).one()


@pytest.mark.both_databases
def test_a_limited_officer_approves_no_notice_of_a_breach(app: Flask, party: Party) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    breach = db.session.get_one(Breach, party.foreign_ids["breach_id"])
    affect(breach)
    notice = write_notice(breach, make_owner())
    read = {"fingerprint": notice.hash, "people": str(count_unwritten(breach.id))}
    browser = limited(app, party, RoleName.DPO)
    answer = browser.post(f"/console/breaches/{breach.id}/notice/approve", data=read)
    assert answer.status_code == 404
    db.session.rollback()
    approved = db.session.get_one(BreachNotice, breach.id).status
    assert approved is BreachNoticeStatus.AWAITING_APPROVAL


def test_an_account_limited_to_no_list_sees_nothing(app: Flask, party: Party) -> None:
    browser = limited(app, party, RoleName.ORGANISER)
    limit_organiser(account_id(), [])
    assert "Liste de Lyon" not in browser.get("/console/").text
    assert browser.get(f"/console/people/{party.person_id}").status_code == 404
    assert post(browser, f"/console/people/{party.person_id}/stop").status_code == 404
