"""Each form of the console says whether it asks for a fresh password: one table for all of them."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import get_role
from supporters.database import db, transaction
from tests.architecture.entry_points.campaign_entries import (
    CAMPAIGN_FORMS_THAT_ASK,
    CAMPAIGN_FORMS_THAT_ASK_NOT,
)
from tests.architecture.entry_points.pace_routes import PACE_FORMS_THAT_ASK, PACE_FORMS_THAT_ASK_NOT
from tests.architecture.entry_points.setup_routes import (
    SETUP_FORMS_THAT_ASK,
    SETUP_FORMS_THAT_ASK_NOT,
)
from tests.factories.accounts import make_owner, sign_in

ACCOUNTS = {
    "console.change_role",
    "console.disable_organiser",
    "console.enable_organiser",
    "console.invite",
    "console.limit_account",
    "console.request_right",
    "console.resend_invitation",
    "console.revoke_invitation",
    "console.revoke_right",
    "console.show_right_request",
}
SECOND_FACTORS = {
    *("console.new_passkey", "console.remove_own_passkey", "console.authenticator_app"),
    *("console.remove_own_app", "console.recovery_codes", "console.reset_organiser_factors"),
}
PERSONAL_DATA = {
    "console.erase_person",
    "console.evidence",
    *("console.export_list", "console.export_breach_people"),
    "console.lift_restriction",
    "console.restrict_person",
    *("console.correct_person", "console.stop_writing", "console.more_lookups"),
}
APPROVALS = {
    *CAMPAIGN_FORMS_THAT_ASK,
    *PACE_FORMS_THAT_ASK,
    *SETUP_FORMS_THAT_ASK,
    *("console.approve_import", "console.approve_breach_notice"),
    *("console.ask_people_again", "console.show_consent_change"),
    *("console.lift_hold", "console.list_sender", "console.list_thanks"),
    "console.consent_notice",
    "console.new_broadcast",
}
MEANING_AND_RETENTION = {
    "console.change_retention",
    "console.reword",
    "console.write_purpose",
    *("console.new_question", "console.edit_question"),
    # A form speaks to the public in the name of the party.
    *("console.new_signup_form", "console.edit_signup_form"),
}
FRESH = ACCOUNTS | SECOND_FACTORS | PERSONAL_DATA | APPROVALS | MEANING_AND_RETENTION
WITHOUT = {
    *CAMPAIGN_FORMS_THAT_ASK_NOT,
    *PACE_FORMS_THAT_ASK_NOT,
    *SETUP_FORMS_THAT_ASK_NOT,
    *("console.test_reconfirmation", "console.change_archive"),
    # To stop must be quick, and to go on restores what was approved before.
    *("console.stop_sending", "console.resume_sending", "console.stop_asking_people"),
    # Emails that a spike holds are those that people asked for. An event ends by itself, too.
    *("console.release_emails", "console.drop_held_emails", "console.end_broadcast_now"),
    # Lists, and texts that stay as they are.
    *("console.new_list", "console.close_list", "console.open_list"),
    *("console.list_words", "console.place_list", "console.offer_list", "console.remove_list"),
    *("console.offer", "console.stop_offering", "console.list_territory"),
    # To order and to close questions; to delete one that nobody answered.
    *("console.move_question", "console.close_list_question", "console.open_list_question"),
    "console.delete_question",
    # To open what was written after a fresh password; to close and to order it; to make a draft
    # of it; to delete one that nobody used.
    *("console.open_signup_form", "console.close_signup_form", "console.order_signup_form"),
    *("console.duplicate_signup_form", "console.remove_signup_form"),
    # Imports before their approval, and what slows them down.
    *("console.new_import", "console.import_columns", "console.import_provenance"),
    *("console.hand_over_import", "console.cancel_import", "console.resume_import"),
    # The file of the audit log names accounts, and nobody else; the download is recorded.
    "console.audit_file",
    # People and cases: they add a record, and give nothing out.
    *("console.people", "console.archive", "console.open_person", "console.new_case"),
    *("console.note_case", "console.extend_case", "console.close_case"),
    # The register of breaches: lines are added, and none is overwritten. The notice is held by the
    # approval of a second person.
    *("console.new_breach", "console.note_breach", "console.correct_breach"),
    *("console.notify_authority", "console.dismiss_notification", "console.close_breach"),
    *("console.decide_about_people", "console.reopen_breach", "console.breach_people"),
    *("console.empty_breach_people", "console.breach_notice"),
    # One's own account: the new password asks for the old one, and a new key for its form above.
    *("console.account", "console.change_password", "console.passkey"),
    *("console.passkey_add_options", "console.end_device", "console.end_other_devices"),
    # The confirmation itself.
    *("console.passkey_confirm_options", "console.confirm_with_passkey"),
    # Open to everybody.
    *("console.passkey_sign_in_options", "console.passkey_sign_in", "console.second_factor"),
    *("console.forgotten_password", "console.new_password"),
    *("console.choose_language", "console.welcome"),
}
CONFIRMS = {"console.confirm_with_passkey"}  # a wrong key leads back to the question
READING_ASKS_TOO = {
    *("console.evidence_pack", "console.evidence_json", "console.evidence_html"),
    "console.evidence_page",
    *("console.evidence", "console.stop_writing", "console.correct_person"),
}


@pytest.fixture
def rules(app: Flask) -> dict[str, Rule]:
    """Return the routes of the console that take a form."""
    return {
        rule.endpoint: rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("console.") and "POST" in (rule.methods or set())
    }


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Return the browser of an account with every role and right."""
    owner = make_owner()
    with transaction():
        held = db.session.get_one(Organiser, owner.id)
        held.roles = [get_role(each) for each in RoleName]
    return sign_in(app, owner)


def path_of(app: Flask, rule: Rule, method: str) -> str:
    known = {
        "code": "fr",
        "name": "people",
        "kind": "targeting",
        "right": "approver",
        "provider": "free",
    }
    known |= {"by": "domain", "again_to": "missed"}
    values = {name: known.get(name, 1) for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=method)


def test_each_form_says_whether_it_asks_for_a_fresh_password(rules: dict[str, Rule]) -> None:
    assert {*rules} == FRESH | WITHOUT, "A new form needs a row in FRESH or in WITHOUT."
    assert FRESH.isdisjoint(WITHOUT)


def test_a_form_that_asks_can_be_opened_again(rules: dict[str, Rule]) -> None:
    assert {each for each in FRESH if "GET" not in (rules[each].methods or set())} == set()


def test_forms_ask_for_a_password_after_ten_minutes_as_the_table_says(
    app: Flask, rules: dict[str, Rule], browser: FlaskClient
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    asked = set()
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        for endpoint, rule in rules.items():
            answer = browser.post(path_of(app, rule, "POST"))
            if str(answer.location).startswith("/console/password"):
                asked.add(endpoint)
    assert asked - CONFIRMS == FRESH


def test_evidence_and_forms_about_people_are_not_read_without_a_fresh_password(
    app: Flask, browser: FlaskClient
) -> None:
    found = {}
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        for rule in app.url_map.iter_rules():
            if rule.endpoint in READING_ASKS_TOO:
                found[rule.endpoint] = browser.get(path_of(app, rule, "GET")).location
    assert {*found} == READING_ASKS_TOO
    assert all(str(each).startswith("/console/password") for each in found.values())
