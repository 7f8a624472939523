"""The access of each role: a table says who may open each route that is not of the public site."""

from typing import Literal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from supporters.accounts.models import RoleName
from supporters.imports.states import ImportMove
from supporters.web.console.campaigns import campaign_pages
from supporters.web.console.console_blueprint import PUBLIC_ENDPOINTS, roles_of
from supporters.web.console.imports import import_pages
from tests.architecture.entry_points.campaign_entries import CAMPAIGN_ROLES
from tests.factories.accounts import make_account, sign_in
from tests.web.console.evidence_rows import EVIDENCE_ROWS
from tests.web.console.factor_rows import FACTOR_ROWS
from tests.web.console.form_rows import FORM_ROWS
from tests.web.console.pages import answer_errors_with_a_status
from tests.web.console.question_rows import QUESTION_ROWS

Who = Literal["nobody", "organiser", "owner", "dpo", "exporter", "approver"]
ROLES = {
    "organiser": RoleName.ORGANISER,
    "owner": RoleName.OWNER,
    "dpo": RoleName.DPO,
    "exporter": RoleName.EXPORTER,
    "approver": RoleName.APPROVER,
}
ANYBODY = {"nobody", "organiser", "owner", "dpo", "exporter", "approver"}
TEAM = {"organiser", "owner", "dpo"}
OWNERS = {"owner"}
OFFICER = {"dpo"}
EXPORTERS = {"exporter"}
# The public site, the webhook of a provider, and the development mailbox.
OPEN = ("public.", "health.", "hooks.", "dev.", "static")
TABLE: dict[str, set[str]] = {
    # The sign-in
    **dict.fromkeys(
        [
            *("console.choose_language", "console.welcome", "console.forgotten_password"),
            *("console.new_password", "security.login", "security.logout"),
        ],
        ANYBODY,
    ),
    # Readable by all roles
    **dict.fromkeys(
        [
            *("console.account", "console.change_password"),
            *("console.end_device", "console.end_other_devices"),
            *("console.dashboard", "console.lists", "console.people"),
            *("console.more_lookups", "console.open_person", "console.person"),
            *("console.show_list", "console.stop_writing", "console.try_the_day"),
            *("console.preview_list", "console.share_list", "console.qr_code", "console.poster"),
        ],
        TEAM,
    ),
    # Lists, accounts and consent texts
    **dict.fromkeys(
        [
            *("console.mail_theme", "console.mail_theme_html", "console.mail_theme_page"),
            *("console.list_thanks", "console.consent_notice"),
            *("console.sending_times", "console.sending_window", "console.new_ballot"),
            *("console.change_ballot_page", "console.remove_ballot"),
            *("console.approval_rule", "console.ask_people_again", "console.change_retention"),
            "console.sending_thresholds",
            *("console.pace", "console.provider_pace", "console.undo_pace", "console.full_pace"),
            "console.pace_connections",
            *("console.dkim_keys", "console.make_dkim_key", "console.check_dkim_records"),
            "console.retire_dkim_key",
            *("console.unreadable_mails", "console.unreadable_mail"),
            "console.discard_unreadable_mail",
            *("console.sending_thresholds", "console.delivery_setup", "console.check_delivery"),
            *("console.try_delivery", "console.override_delivery"),
            *("console.make_setup_key", "console.end_delivery_override"),
            *("console.change_role", "console.close_list", "console.list_sender"),
            *("console.disable_organiser", "console.enable_organiser"),
            *("console.invite", "console.limit_account", "console.request_right"),
            *("console.resend_invitation", "console.revoke_invitation", "console.revoke_right"),
            *("console.show_organiser", "console.show_right_request"),
            "console.lift_hold",
            *("console.new_list", "console.list_words", "console.place_list"),
            *("console.offer_list", "console.remove_list", "console.change_archive"),
            "console.offer",
            *("console.open_list", "console.organisers"),
            *map(
                "console.{}".format, ("rush", "release_emails", "drop_held_emails", "new_broadcast")
            ),
            *("console.show_broadcast", "console.end_broadcast_now", "console.resume_sending"),
            "console.reword",
            "console.stop_asking_people",
            "console.stop_offering",
            "console.test_reconfirmation",
            "console.write_purpose",
        ],
        OWNERS,
    ),
    # Former lists
    **dict.fromkeys(
        [
            *("console.approve_import", "console.cancel_import", "console.hand_over_import"),
            *("console.import_columns", "console.import_evidence", "console.import_progress"),
            *("console.import_provenance", "console.import_report", "console.imports"),
            *("console.new_import", "console.resume_import", "console.show_import"),
            "console.show_invitation",
        ],
        OWNERS,
    ),
    "console.export_breach_people": EXPORTERS,
    "console.archive": OFFICER,
    "console.show_consent_change": {"owner", "dpo"},
    "console.came_back": {"owner", "dpo"},
    "console.export_list": EXPORTERS,
    "security.verify": {*ROLES},  # the password again
    **CAMPAIGN_ROLES,
    **EVIDENCE_ROWS,
    **FACTOR_ROWS,
    **QUESTION_ROWS,
    **FORM_ROWS,
}
MADE_BY_THE_WORK = {
    ImportMove.END_DRY_RUN,
    ImportMove.START_SENDING,
    ImportMove.HOLD,
    ImportMove.END,
}
STEPS_OF_THE_PAGE = {ImportMove.DECLARE, ImportMove.REQUEST_APPROVAL, ImportMove.APPROVE}


@pytest.fixture
def rules(app: Flask) -> list[Rule]:
    """Return all routes. Signing out is the last one, because it ends the session."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint == "security.logout")


def test_every_route_has_a_row_and_every_row_a_route(rules: list[Rule]) -> None:
    closed = {rule.endpoint for rule in rules if not rule.endpoint.startswith(OPEN)}
    assert closed == {*TABLE}


def test_every_page_of_the_console_says_whom_it_is_for(app: Flask, rules: list[Rule]) -> None:
    pages = {
        rule.endpoint for rule in rules if rule.endpoint.startswith("console.")
    } - PUBLIC_ENDPOINTS
    said = {endpoint: {role.value for role in roles_of(endpoint)} for endpoint in pages}
    assert said == {endpoint: TABLE[endpoint] for endpoint in pages}


def test_page_that_says_nothing_is_closed_to_everybody(app: Flask) -> None:
    app.add_url_rule("/console/forgotten", "console.forgotten", lambda: "secret")
    for role in ROLES.values():
        client = sign_in(app, make_account(f"{role}@parti.example", role))
        assert client.get("/console/forgotten").status_code == 403


@pytest.mark.parametrize("who", [*sorted(ANYBODY)])
def test_each_route_opens_for_whom_the_table_says(app: Flask, rules: list[Rule], who: Who) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # so that the role decides, not the missing token
    answer_errors_with_a_status(app)
    client = client_of(app, who)
    wrong = {}
    for rule in rules:
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            with open_page(app, client, rule, method) as response:
                answer = judge(response)
            if answer != expect(rule.endpoint, who):
                wrong[f"{method} {rule.endpoint}"] = answer
    assert wrong == {}


def client_of(app: Flask, who: Who) -> FlaskClient:
    """Return the browser of an account with only this role."""
    if who == "nobody":
        return app.test_client()
    return sign_in(app, make_account(f"{who}@parti.example", ROLES[who]))


def test_the_menu_has_compliance_open_for_its_roles_and_not_at_all_for_the_others(
    app: Flask,
) -> None:
    menus = {}
    for who, role in ROLES.items():
        html = sign_in(app, make_account(f"{who}@parti.example", role)).get("/console/account").text
        menu = html.partition('<nav id="menu"')[2].partition("</nav>")[0]
        menus[who] = ("Conformité" in menu, "<details" in menu)
    others = dict.fromkeys(["organiser", "exporter", "approver"], (False, False))
    assert menus == {"owner": (True, False), "dpo": (True, False), **others}


def open_page(app: Flask, client: FlaskClient, rule: Rule, method: str) -> TestResponse:
    """Call a route with valid arguments. No row belongs to them."""
    known = {"code": "fr", "lang_code": "fr", "filename": "x", "name": "people", "kind": "svg"}
    known |= {
        "right": "approver",
        "by": "domain",
        "file": "watch_log.py",
        "again_to": "missed",
        "provider": "free",
    }
    values = {name: known.get(name, "1") for name in rule.arguments}
    path = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
    return client.open(path, method=method)


def judge(response: TestResponse) -> str:
    """Return whether a page was opened, refused, or redirected to the sign-in."""
    if response.status_code == 403:
        return "refused"
    leads_to = response.location or ""
    return "sign-in" if "/console/sign-in?next=" in leads_to else "open"


def expect(endpoint: str, who: Who) -> str:
    """Return the expected result of the table."""
    if endpoint.startswith(OPEN) or who in TABLE[endpoint]:
        return "open"
    return "sign-in" if who == "nobody" else "refused"


def test_a_move_has_a_page_that_is_open_to_owners(app: Flask) -> None:
    pages = {*campaign_pages.PAGES_OF_MOVES.values()}
    pages |= {*import_pages.PAGES_OF_MOVES.values()}
    assert [page for page in pages if RoleName.OWNER not in roles_of(page)] == []


def test_every_move_of_an_import_has_a_button_a_step_or_is_made_by_the_work() -> None:
    others = MADE_BY_THE_WORK | STEPS_OF_THE_PAGE
    assert {*import_pages.PAGES_OF_MOVES} == set(ImportMove) - others
