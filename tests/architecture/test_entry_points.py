"""Only a confirmation by its owner makes an address mailable. Tries all entry points (REQ-2).

The same tries show that each change of the team leaves an event of its actor in the audit log.
"""

import inspect
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing

import click
import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from werkzeug.routing import Rule as UrlRule
from werkzeug.test import TestResponse

from supporters import create_app, tasks
from supporters.actors import ActorKind
from supporters.campaigns.models import Campaign
from supporters.config import load_settings
from supporters.consent.log_sealing import seal
from supporters.extensions import queue
from supporters.signup.confirmation import confirm_by_link
from supporters.web.public.signup.forms import DECOY
from tests.architecture.entry_points.acts import (
    COMMANDS_WITHOUT_AN_ACT,
    ROUTES_WITHOUT_AN_ACT,
    audited_commands,
    audited_routes,
    new_events,
)
from tests.architecture.entry_points.commands import COMMANDS
from tests.architecture.entry_points.jobs import JOBS
from tests.architecture.entry_points.pages import NOTHING_TO_SHOW, READ
from tests.architecture.entry_points.routes import ROUTES
from tests.architecture.entry_points.rows import Rule, Way
from tests.architecture.scenario import KNOWN, STRANGER, FirstRows, Scenario, add_first_rows
from tests.factories.accounts import csrf_token_on
from tests.factories.approvals import launch_ready
from tests.factories.signups import confirm_token
from tests.machinery.prepared_states import begins_with
from tests.web.console.pages import FORGOTTEN
from tests.web.public.pages import inputs_of

pytestmark = begins_with(add_first_rows)
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
CLAIMS = {
    "email": STRANGER,
    "address": STRANGER,
    "addresses": STRANGER,
    "status": "confirmed",
    "confirmed": "true",
    "consent_kind": "confirmed",
    "lists": "1",
}


def every_command(group: click.Group, *words: str) -> Iterator[tuple[str, click.Command]]:
    """Yield all commands with the words that call them."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from every_command(command, *words, name)
        else:
            yield " ".join([*words, name]), command


def every_job() -> list[str]:
    """Return the names of the jobs: the functions of the jobs module."""
    return [
        name
        for name, each in vars(tasks).items()
        if inspect.isfunction(each) and each.__module__ == tasks.__name__
    ]


def writing_rules(app: Flask) -> dict[str, UrlRule]:
    """Return all routes that accept a form, by endpoint."""
    return {
        rule.endpoint: rule
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) & WRITING
    }


def refuse_differences(found: Iterable[str], rows: Mapping[str, Way], what: str) -> None:
    """Fail for each entry point without a row, and each row without an entry point."""
    found = {*found}
    faults = [
        *(f"  {each} has no row: what is its rule about people?" for each in found - {*rows}),
        *(f"  {each} is gone: take its row out." for each in {*rows} - found),
    ]
    if faults:
        title = f"Each {what} has a row in tests/architecture/entry_points:"
        pytest.fail("\n".join([title, *sorted(faults)]), pytrace=False)


def test_every_route_that_takes_a_form_has_its_rule(app: Flask) -> None:
    refuse_differences(writing_rules(app), ROUTES, "route")


def test_every_command_has_its_rule(app: Flask) -> None:
    refuse_differences((name for name, _ in every_command(app.cli)), COMMANDS, "command")


def test_every_job_has_its_rule() -> None:
    refuse_differences(every_job(), JOBS, "job")


def test_production_has_no_entry_point_that_development_lacks(tmp_path: object, app: Flask) -> None:
    production = create_app(
        load_settings(
            {
                "SUPPORTERS_BASE_URL": "https://supporters.example",
                "SUPPORTERS_INSTANCE_DIR": str(tmp_path),
                "SUPPORTERS_SECRET_KEYS": "zq8Wf3-kVx0mB7_rT5yLc2Nn9HdJ6sGa",
                **{
                    f"SUPPORTERS_{name}": "a@parti.example"
                    for name in ("PARTY_CONTACT", "DPO_CONTACT", "MAIL_FROM")
                },
                "SUPPORTERS_PARTY_NAME": "Parti",
                "SUPPORTERS_PARTY_ADDRESS": "Paris",
                "SUPPORTERS_MAIL_SERVER": "relay.example",
            }
        )
    )
    assert {*writing_rules(production)} <= {*writing_rules(app)}


def test_each_audited_entry_point_is_tried() -> None:
    assert audited_routes() <= {*tried(ROUTES)}
    assert audited_commands() <= {*tried(COMMANDS)}
    assert {*ROUTES_WITHOUT_AN_ACT} <= {*ROUTES}
    assert {*COMMANDS_WITHOUT_AN_ACT} <= {*COMMANDS}


WITH_PAGE_AT_SAME_ADDRESS = {
    *("public.sign_up", "public.sign_up_corrected", "public.sign_up_at_home"),
    *("public.sign_up_in_frame", "public.sign_up_at_stall"),
}
DECISIONS = {"console.ask_for_approval", "console.approval", "console.launch"}


def tried(rows: Mapping[str, Way]) -> list[str]:
    """Return the entry points whose tries must succeed: all but those of the person."""
    untried = {Rule.PERSON, Rule.PROVIDER, Rule.SCHEMA, Rule.RUNS}
    return [name for name, way in rows.items() if way.rule not in untried]


def of_the_holder(rows: Mapping[str, Way]) -> list[str]:
    """Return the entry points that need an email to the person, or a signature."""
    return [name for name, way in rows.items() if way.rule in {Rule.PERSON, Rule.PROVIDER}]


@pytest.fixture
def scenario(app: Flask, prepared: FirstRows) -> Scenario:
    """Return an installation with a subscriber and a stranger who did not confirm."""
    return Scenario(app, prepared)


@pytest.mark.parametrize("endpoint", tried(ROUTES))
def test_no_route_makes_a_stranger_mailable_and_each_act_is_recorded(
    app: Flask, scenario: Scenario, endpoint: str
) -> None:
    assert scenario.browser, "It signs in before its acts are noted."
    before = scenario.reached()
    visitors = [ActorKind.VISITOR] if ROUTES[endpoint].is_anonymous else []
    with new_events(ActorKind.ACCOUNT, *visitors) as events:
        response = send(app, scenario, endpoint)
    assert response.status_code < 400, f"It didn't get through: {response.text}"
    assert complaints_in(scenario) == []
    if endpoint in audited_routes():
        assert [event.act for event in events if event.network_mac], response.location
    queue.run_all()
    assert scenario.reached().has_nobody_new(before)
    assert scenario.reached_by_a_campaign() <= {KNOWN}


@pytest.mark.parametrize("endpoint", of_the_holder(ROUTES))
def test_no_entry_point_of_a_person_opens_without_their_email(
    app: Flask, scenario: Scenario, endpoint: str
) -> None:
    before = scenario.reached()
    send(app, scenario, endpoint)
    queue.run_all()
    assert scenario.reached() == before
    assert scenario.reached_by_a_campaign() == {KNOWN}


def complaints_in(scenario: Scenario) -> list[str]:
    """Return the error messages that the next page would show."""
    with scenario.browser.session_transaction() as session:
        said = session.get("_flashes", [])
    return [words for category, words in said if category in {"error", "warning"}]


def send(app: Flask, scenario: Scenario, endpoint: str) -> TestResponse:
    """Send the form of a route, with the stranger's address in each field for an address."""
    way, rule = ROUTES[endpoint], writing_rules(app)[endpoint]
    places = {"token": "forged", **scenario.places, **way.at(scenario)}
    place = app.url_map.bind("localhost").build(
        endpoint, {name: places[name] for name in rule.arguments}, method="POST"
    )
    browser = app.test_client() if way.is_anonymous else scenario.browser
    has_page = "GET" in (rule.methods or set()) or endpoint in WITH_PAGE_AT_SAME_ADDRESS
    if endpoint in DECISIONS:
        page = browser.get(f"{place.rpartition('/')[0]}/decision").text
    else:
        page = browser.get(place).text if has_page else ""
    fields = {**CLAIMS, **filled(page), **way.with_(scenario)}
    if not page:
        fields["csrf_token"] = csrf_token_on(browser, FORGOTTEN)
    return browser.post(place, data=fields)


def filled(html: str) -> dict[str, object]:
    """Return the fields of a form with its boxes ticked and the stranger's address in it."""
    sent: dict[str, object] = {}
    for name, attributes in inputs_of(html).items():
        kind, value = attributes.get("type") or "text", attributes.get("value") or ""
        if kind in {"hidden", "checkbox", "radio", "submit", "date", "time"}:
            sent[name] = value
        elif kind != "file" and name != DECOY:
            sent[name] = value or STRANGER
    return sent


@pytest.mark.parametrize("name", tried(COMMANDS))
def test_no_command_makes_a_stranger_mailable_and_each_act_is_recorded(
    runner: FlaskCliRunner, scenario: Scenario, name: str
) -> None:
    before = scenario.reached()
    arguments = [str(each) for each in COMMANDS[name].arguments(scenario)]
    with new_events(ActorKind.COMMAND) as events:
        ran = runner.invoke(args=[*name.split(), *arguments], input=f"{STRANGER}\n")
    assert ran.exit_code == COMMANDS[name].ends_with, f"It didn't get through: {ran.output}"
    if name in audited_commands():
        assert events
        assert all(event.actor_name for event in events)
    queue.run_all()
    assert scenario.reached().has_nobody_new(before)
    assert scenario.reached_by_a_campaign() <= {KNOWN}


@pytest.mark.parametrize("name", tried(JOBS))
def test_no_job_makes_a_stranger_mailable(app: Flask, scenario: Scenario, name: str) -> None:
    before = scenario.reached()
    arguments = JOBS[name].arguments(scenario)
    getattr(tasks, name)(*arguments)
    queue.run_all()
    assert scenario.reached().has_nobody_new(before)
    assert scenario.reached_by_a_campaign() <= {KNOWN}


def read_pages(app: Flask) -> list[str]:
    """Return the endpoints of pages that have something to show."""
    rules = app.url_map.iter_rules()
    found = {rule.endpoint for rule in rules if "GET" in (rule.methods or set())}
    return sorted(found - {*NOTHING_TO_SHOW})


def what_to_ask(app: Flask, scenario: Scenario, endpoint: str) -> tuple[str, dict[str, object]]:
    """Return the parameters of a page, with its query string."""
    rules = app.url_map.iter_rules(endpoint)
    arguments = next(each.arguments for each in rules if "GET" in (each.methods or set()))
    said = READ.get(endpoint, lambda _: {})(scenario)
    values = {**scenario.places, **said}
    place = app.url_map.bind("localhost").build(
        endpoint, {name: values[name] for name in arguments}
    )
    behind = {name: value for name, value in said.items() if name not in arguments}
    return place, {**CLAIMS, **behind}


def test_reading_a_page_makes_nobody_mailable(app: Flask, scenario: Scenario) -> None:
    seal()
    asked = {endpoint: what_to_ask(app, scenario, endpoint) for endpoint in read_pages(app)}
    before = scenario.reached()
    statuses = {}
    for endpoint, (place, query) in asked.items():
        with closing(scenario.browser.get(place, query_string=query, buffered=True)) as answer:
            statuses[endpoint] = answer.status_code
    assert {endpoint: status for endpoint, status in statuses.items() if status >= 400} == {}
    assert scenario.reached() == before


def test_a_confirmation_is_noticed_by_these_tests(app: Flask, scenario: Scenario) -> None:
    before = scenario.reached()
    confirm_by_link(confirm_token(scenario.asked))
    after = scenario.reached()
    assert not after.has_nobody_new(before)
    assert after.people - before.people == {STRANGER}
    assert scenario.reached_by_a_campaign() == {KNOWN, STRANGER}
    launched = launch_ready(scenario.draft_id)
    assert isinstance(launched, Campaign)
    assert launched.audience == len([KNOWN, STRANGER]), "A launch writes to others."
