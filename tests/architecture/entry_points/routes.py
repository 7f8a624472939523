"""All routes that accept a form."""

from tests.architecture.entry_points.breach_routes import BREACH_ROUTES
from tests.architecture.entry_points.campaign_entries import CAMPAIGN_ROUTES
from tests.architecture.entry_points.elsewhere_routes import ELSEWHERE
from tests.architecture.entry_points.factor_routes import FACTOR_ROUTES
from tests.architecture.entry_points.form_routes import FORM_ROUTES
from tests.architecture.entry_points.issue_routes import ISSUE_ROUTES
from tests.architecture.entry_points.pace_routes import PACE_ROUTES
from tests.architecture.entry_points.question_routes import (
    QUESTION_ROUTES,
    with_answerable_question,
)
from tests.architecture.entry_points.rows import ASKS, NOBODY, Rule, Way, asks, known, nobody
from tests.architecture.entry_points.setup_routes import SETUP_ROUTES
from tests.architecture.scenario import STRANGER, Scenario, file_of
from tests.factories.accounts import PASSWORD
from tests.factories.exports import REASON
from tests.factories.imports import csv_of
from tests.factories.lists import SENTENCES, make_closed_list, make_list

PASSWORDS = {"password": PASSWORD, "password_confirm": PASSWORD}
PROVENANCE = {
    "way": "paper",
    "collected_by": "la section de Brest",
    "collected_from": "2015",
    "collected_until": "2019",
    "statement": STRANGER,
}
CASE = {"kind": "access", "channel": "post", "email": STRANGER, "note": STRANGER}
PUBLISHED = {**SENTENCES, "change": "material", "publish": "1", "people": "1"}

PUBLIC = {
    "public.sign_up": asks(with_=lambda _: {"is_15": "y", "given_name": "Eve"}),
    "public.sign_up_at_home": asks(with_=lambda _: {"is_15": "y", "given_name": "Eve"}),
    "public.sign_up_corrected": asks(
        Scenario.after_signup, with_=lambda _: {"is_15": "y", "given_name": "Eve"}
    ),
    "public.send_again": asks(Scenario.after_signup),
    "public.check": Way(rule=Rule.PERSON),
    "public.confirm_now": Way(rule=Rule.PERSON),
    "public.say_yes": Way(rule=Rule.PERSON),
    "public.renew_now": Way(rule=Rule.PERSON),
    "public.not_me_now": nobody(lambda scenario: {"token": scenario.not_me_token()}),
    "public.write_no_more": known(
        lambda scenario: {"token": scenario.invited_token("no_more_url")}
    ),
    "public.leave": known(lambda scenario: {"token": scenario.leave_token()}),
    "public.undo_leave": NOBODY,
    "public.check_email": nobody(with_=lambda _: {"source": f"From: {STRANGER}\n\nBonjour"}),
    "public.subscriptions": known(
        lambda scenario: {"token": scenario.manage_token()}, with_=lambda _: {"leave": "all"}
    ),
    "public.why_leave": known(lambda scenario: {"token": scenario.why_token()}),
    "public.undo_now": Way(rule=Rule.PERSON),
    "public.why_never": known(lambda scenario: {"token": scenario.why_token()}),
}

MY_DATA = {
    "public.my_data": ASKS,
    "public.open_my_data_now": known(lambda scenario: {"token": scenario.my_data_token()}),
    "public.my_data_address": asks(Scenario.in_my_data),
    "public.new_address_now": Way(rule=Rule.PERSON),
    "public.refuse_address": known(lambda scenario: {"token": scenario.refusal_token()}),
    "public.my_data_join": Way(rule=Rule.PERSON),
    "public.my_data_leave": known(Scenario.in_my_data, with_=lambda _: {"leave": "all"}),
    "public.my_data_pause": known(Scenario.in_my_data, with_=lambda _: {"pause": "resume"}),
    "public.my_data_reachable": known(Scenario.in_my_data),
    "public.my_data_person": known(
        Scenario.in_my_data, with_=lambda _: {"given_name": "Eve", "language": "en", "postcode": ""}
    ),
    "public.my_data_answers": known(with_answerable_question),
    "public.my_data_restrict": known(Scenario.in_my_data),
    "public.my_data_object": known(Scenario.in_my_data),
    "public.my_data_erase": known(Scenario.in_my_data, with_=lambda _: {"is_sure": "y"}),
    "public.my_data_close": nobody(Scenario.in_my_data),
}

ACCOUNTS = {
    "security.login": Way(
        rule=Rule.NOBODY, with_=lambda _: {"password": PASSWORD}, is_anonymous=True
    ),
    "security.logout": NOBODY,
    "security.verify": nobody(with_=lambda _: {"password": PASSWORD}),
    "console.forgotten_password": Way(rule=Rule.NOBODY, is_anonymous=True),
    "console.account": nobody(with_=lambda _: {"name": "Eve", "language": "fr"}),
    "console.change_password": nobody(with_=lambda _: {**PASSWORDS, "old_password": PASSWORD}),
    "console.end_device": nobody(lambda scenario: {"session_id": scenario.other_session_id()}),
    "console.end_other_devices": NOBODY,
    "console.new_password": Way(
        rule=Rule.NOBODY,
        at=lambda scenario: {"token": scenario.reset_token()},
        with_=lambda _: PASSWORDS,
        is_anonymous=True,
    ),
    "console.welcome": Way(
        rule=Rule.NOBODY,
        at=lambda scenario: {"token": scenario.welcome_token()},
        with_=lambda _: PASSWORDS,
        is_anonymous=True,
    ),
    "console.choose_language": nobody(lambda _: {"code": "en"}),
    "console.people": nobody(with_=lambda _: {"q": STRANGER}),
    "console.open_person": NOBODY,
    "console.more_lookups": Way(
        rule=Rule.NOBODY,
        at=Scenario.with_used_up_lookups,
        with_=lambda _: {"reason": "event", "note": STRANGER},
    ),
    "console.archive": nobody(with_=lambda _: {"q": STRANGER}),
    "console.invite": nobody(with_=lambda _: {"role": "organiser"}),
    "console.change_role": nobody(with_=lambda _: {"role": "dpo"}),
    "console.limit_account": nobody(with_=lambda _: {"extent": "all"}),
    "console.request_right": NOBODY,
    "console.revoke_right": nobody(lambda scenario: {"organiser_id": scenario.exporter_id()}),
    "console.resend_invitation": nobody(lambda scenario: {"organiser_id": scenario.invited_id()}),
    "console.revoke_invitation": nobody(lambda scenario: {"organiser_id": scenario.invited_id()}),
    "console.show_right_request": nobody(
        lambda scenario: {"request_id": scenario.right_request_id()}
    ),
    "console.disable_organiser": NOBODY,
    "console.enable_organiser": NOBODY,
    "dev.clear": NOBODY,
}

LISTS = {
    "console.new_list": nobody(
        with_=lambda _: {
            "name_fr": STRANGER,
            "description_fr": STRANGER,
            "slug": "lyon",
            "sentence_fr": "",
            "sentence_en": "",
        }
    ),
    "console.list_words": nobody(
        with_=lambda _: dict.fromkeys(
            [*("name_fr", "description_fr"), *("name_en", "description_en")], STRANGER
        )
    ),
    "console.place_list": nobody(
        lambda _: {"list_id": make_list("other", "Other").id}, with_=lambda _: {"where": "up"}
    ),
    "console.offer_list": nobody(with_=lambda _: {"offer": "no"}),
    "console.remove_list": nobody(lambda _: {"list_id": make_list("unused", "Unused").id}),
    "console.close_list": NOBODY,
    "console.open_list": nobody(lambda _: {"list_id": make_closed_list().id}),
    **ISSUE_ROUTES,
    **PACE_ROUTES,
    **SETUP_ROUTES,
    **QUESTION_ROUTES,
    **FORM_ROUTES,
    "console.list_sender": nobody(with_=lambda _: {"sender_name": STRANGER.partition("@")[0]}),
    "console.list_thanks": nobody(with_=lambda _: {"next_email_fr": STRANGER}),
    "console.consent_notice": nobody(with_=lambda _: {"is_on": "y"}),
    "console.export_list": nobody(with_=lambda _: {"reason": REASON}),
    "console.reword": nobody(with_=lambda _: PUBLISHED),
    "console.write_purpose": nobody(with_=lambda _: SENTENCES),
    "console.show_consent_change": nobody(
        lambda scenario: {"change_id": scenario.consent_change_id()},
        with_=lambda _: {"agree": "yes"},
    ),
    "console.offer": nobody(lambda scenario: {"purpose_id": scenario.optional_purpose_id()}),
    "console.stop_offering": nobody(lambda scenario: {"purpose_id": scenario.offered_purpose_id()}),
    "console.ask_people_again": asks(
        lambda scenario: {"purpose_id": scenario.changed_purpose_id()},
        with_=lambda _: {"people": "1"},
    ),
    "console.test_reconfirmation": nobody(
        lambda scenario: {"purpose_id": scenario.changed_purpose_id()}
    ),
    "console.stop_asking_people": nobody(
        lambda scenario: {"purpose_id": scenario.changed_purpose_id(is_asking=True)}
    ),
}

IMPORTS = {
    "console.new_import": nobody(
        with_=lambda _: {
            "file": file_of(csv_of(f"{STRANGER},Eve,fr"), "former.csv"),
            "mailing_list_id": "1",
            "language": "fr",
        }
    ),
    "console.import_columns": nobody(
        lambda scenario: {"import_id": scenario.import_in("draft")},
        with_=lambda _: {"address": "0", "given_name": "1", "language": "-1"},
    ),
    "console.import_provenance": nobody(
        lambda scenario: {"import_id": scenario.import_in("draft")},
        with_=lambda _: {**PROVENANCE, "evidence": file_of(b"%PDF", "form.pdf")},
    ),
    "console.hand_over_import": nobody(
        lambda scenario: {"import_id": scenario.import_in("checked")}
    ),
    "console.approve_import": asks(lambda scenario: {"import_id": scenario.import_in("waiting")}),
    "console.resume_import": asks(lambda scenario: {"import_id": scenario.import_in("held")}),
    "console.cancel_import": nobody(lambda scenario: {"import_id": scenario.import_in("asking")}),
}

RIGHTS = {
    "console.stop_writing": known(Scenario.with_opened_person, with_=lambda _: {"channel": "post"}),
    "console.correct_person": known(
        Scenario.with_opened_person,
        with_=lambda _: {"channel": "post", "given_name": "Eve", "language": "fr", "postcode": ""},
    ),
    "console.erase_person": known(Scenario.with_opened_person, with_=lambda _: {"channel": "post"}),
    "console.restrict_person": known(
        Scenario.with_opened_person, with_=lambda _: {"channel": "post", "reason": STRANGER}
    ),
    "console.lift_restriction": known(
        Scenario.with_restricted_person, with_=lambda _: {"channel": "post", "reason": STRANGER}
    ),
    "console.audit_file": NOBODY,
    "console.evidence": nobody(with_=lambda _: {"reason": REASON}),
    "console.new_case": nobody(with_=lambda scenario: {**CASE, "received_on": scenario.today}),
    "console.note_case": nobody(
        lambda scenario: {"case_id": scenario.case_id()}, with_=lambda _: {"note": STRANGER}
    ),
    "console.extend_case": nobody(
        lambda scenario: {"case_id": scenario.case_id()}, with_=lambda _: {"reason": STRANGER}
    ),
    "console.close_case": nobody(
        lambda scenario: {"case_id": scenario.case_id()}, with_=lambda _: {"outcome": STRANGER}
    ),
    "console.change_retention": nobody(with_=lambda _: {"days": "400", "reason": STRANGER}),
}

ROUTES: dict[str, Way] = {
    **PUBLIC,
    **ELSEWHERE,
    **MY_DATA,
    **ACCOUNTS,
    **FACTOR_ROUTES,
    **CAMPAIGN_ROUTES,
    **LISTS,
    **IMPORTS,
    **RIGHTS,
    **BREACH_ROUTES,
}
