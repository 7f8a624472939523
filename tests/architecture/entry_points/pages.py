"""The parameters of pages that are only read, so that each page has something to show.

Parameters outside of the path go into the query string.
All other pages show the default rows of the scenario, or are listed in `NOTHING_TO_SHOW`.
"""

from supporters.database import db, transaction
from supporters.transparency_log.models import LogTimestamp
from supporters.transparency_log.queries import find_latest_checkpoint
from tests.architecture.entry_points.breach_routes import BREACH_PAGES
from tests.architecture.entry_points.factor_routes import FACTOR_PAGES
from tests.architecture.entry_points.form_routes import with_unused_form
from tests.architecture.entry_points.issue_routes import ISSUE_PAGES
from tests.architecture.entry_points.question_routes import with_question
from tests.architecture.entry_points.rows import Values
from tests.architecture.scenario import Scenario
from tests.factories.lists import make_list
from tests.factories.returned.dkim_keys import a_waiting_key
from tests.factories.returned.feedback import make_unreadable
from tests.factories.themes import make_style_name

NOTHING_TO_SHOW = {
    "public.meeting": "the campaign of the scenario announces no meeting",
    "console.openid_start": "the installation of these tests has no provider",
    "console.openid_return": "as the page that leads to the provider",
    "console.try_the_day": "the installation of these tests leads to no training",
    "health.healthz": "no worker runs here, so it says 503",
    "dev.mail": "the mail server of these tests keeps no mail for it",
    "dev.mail_html": "as the mail that it is of",
    "dev.mail_source": "as the mail that it is of",
}


def _of_disclosure(scenario: Scenario) -> dict[str, object]:
    return {"disclosure_id": scenario.disclosure_id()}


def _of_import(scenario: Scenario) -> dict[str, object]:
    return {"import_id": scenario.import_in("waiting")}


def _of_timestamp(_scenario: Scenario) -> dict[str, object]:
    newest = find_latest_checkpoint()
    assert newest is not None
    with transaction():
        db.session.merge(
            LogTimestamp(
                size=newest.size,
                url="https://tsa.example/tsr",
                answer=b"an answer",
                stamped_at=newest.sealed_at,
                received_at=newest.sealed_at,
            )
        )
    return {"size": newest.size}


READ: dict[str, Values] = {
    **FACTOR_PAGES,
    **BREACH_PAGES,
    **ISSUE_PAGES,
    "static": lambda _: {"filename": "css/base.css"},
    "public.confirm": lambda scenario: {"token": scenario.confirm_token()},
    "public.not_me": lambda scenario: {"token": scenario.not_me_token()},
    "public.leave_page": lambda scenario: {"token": scenario.leave_token()},
    "public.subscriptions": lambda scenario: {"token": scenario.manage_token()},
    "public.invited": lambda scenario: {"token": scenario.invited_token("yes_url")},
    "public.no_more": lambda scenario: {"token": scenario.invited_token("no_more_url")},
    "public.renew": lambda scenario: {"token": scenario.renew_token()},
    "public.receipt": lambda scenario: {"token": scenario.receipt_token()},
    "public.promise_file": lambda scenario: {"token": scenario.receipt_token()},
    "public.receipt_file": lambda scenario: {"token": scenario.receipt_token()},
    "public.why": lambda scenario: {"token": scenario.why_token()},
    "public.why_page": lambda scenario: {"token": scenario.why_token()},
    "public.open_my_data_page": lambda scenario: {"token": scenario.my_data_token()},
    "public.new_address": lambda scenario: {"token": scenario.new_address_token()},
    "public.not_my_address": lambda scenario: {"token": scenario.refusal_token()},
    "public.undo": lambda scenario: {"token": scenario.undo_token()},
    **{
        f"public.my_data_{name}": Scenario.in_my_data
        for name in (
            *("overview", "everything", "file", "subscriptions", "person", "address"),
            *("join", "restrict", "object", "erase", "answers"),
        )
    },
    "console.remove_list": lambda _: {"list_id": make_list("unused", "Unused").id},
    "console.welcome": lambda scenario: {"token": scenario.welcome_token()},
    "console.new_password": lambda scenario: {"token": scenario.reset_token()},
    "public.consistency_proof": lambda _: {"first": 1, "second": 2},
    "public.script": lambda _: {"file": "watch_log.py"},
    "public.timestamp": _of_timestamp,
    "public.stamped_checkpoint": _of_timestamp,
    "public.tile": lambda _: {"place": "0/000.p/1"},
    "public.inclusion_proof": lambda scenario: {"leaf": scenario.leaf()},
    "public.never_check": lambda _scene: {"promise": "unasked"},
    "console.progress": lambda scenario: {"campaign_id": scenario.running_id},
    **{
        f"console.{name}": Scenario.with_opened_person
        for name in ("person", "stop_writing", "correct_person", "erase_person", "restrict_person")
    },
    "console.edit_question": with_question,
    **dict.fromkeys(
        map("console.{}_signup_form".format, ("show", "edit", "preview", "share", "duplicate")),
        with_unused_form,
    ),
    **dict.fromkeys(("console.remove_signup_form", "console.signup_form_poster"), with_unused_form),
    "console.signup_form_qr_code": lambda scenario: {**with_unused_form(scenario), "kind": "svg"},
    "console.qr_code": lambda _: {"kind": "svg"},
    "console.provider_pace": lambda _: {"provider": "orange"},
    "console.show_case": lambda scenario: {"case_id": scenario.case_id()},
    **{
        f"console.{name}": _of_import
        for name in (
            *("show_import", "import_progress", "import_report", "import_evidence"),
            *("approve_import", "cancel_import"),
        )
    },
    "console.show_invitation": lambda scenario: {**_of_import(scenario), "code": "fr"},
    **{
        f"console.{name}": lambda scenario: {"organiser_id": scenario.invited_id()}
        for name in ("resend_invitation", "revoke_invitation")
    },
    "console.show_right_request": lambda scenario: {"request_id": scenario.right_request_id()},
    "console.show_consent_change": lambda scenario: {"change_id": scenario.consent_change_id()},
    "console.lift_hold": Scenario.in_hold,
    "console.rush": Scenario.with_held_emails,
    **dict.fromkeys(
        ("console.unreadable_mail", "console.discard_unreadable_mail"),
        lambda _: {"mail_id": make_unreadable()},
    ),
    "console.drop_held_emails": lambda scenario: {
        **scenario.with_held_emails(),
        "by": "domain",
        "key": scenario.domain_of_held(),
    },
    **dict.fromkeys(
        ("console.change_ballot_page", "console.remove_ballot"),
        lambda scenario: {"ballot_id": scenario.ballot_id()},
    ),
    "console.show_broadcast": lambda scenario: {"broadcast_id": scenario.broadcast_id()},
    "console.resume_restored": lambda scenario: {"campaign_id": scenario.restored_id()},
    "public.short_address": lambda scenario: {"word": scenario.places["slug"]},
    "public.short_address_with_slash": lambda scenario: {"word": scenario.places["slug"]},
    "public.picture": lambda scenario: {"filename": f"{scenario.picture().name}.jpg"},
    "public.theme_file": lambda _: {"name": make_style_name()},
    "console.delete_for_ever": lambda scenario: {"campaign_id": scenario.trashed_id()},
    **{f"console.saved_text{part}": lambda _: {"number": 1} for part in ("", "_html")},
    "console.retire_dkim_key": lambda _: {"key_id": a_waiting_key().id},
    "console.show_team_text": lambda scenario: {"text_id": scenario.piece().id},
    "console.show_piece": lambda scenario: {"text_id": scenario.piece().id},
    "console.starting_text_html": lambda scenario: {"saved": scenario.piece().id},
    "console.show_picture": lambda scenario: {"picture_id": scenario.picture().id},
    "console.import_columns": lambda scenario: {"import_id": scenario.import_in("draft")},
    "console.import_provenance": lambda scenario: {"import_id": scenario.import_in("draft")},
    **{
        f"console.{name}": _of_disclosure
        for name in ("evidence_pack", "evidence_html", "evidence_json", "evidence_page")
    },
}
