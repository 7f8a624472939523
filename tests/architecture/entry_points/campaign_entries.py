"""All entry points of campaigns: routes, commands and jobs, with their rule about people.

Beside them: the roles that open each page, and whether its form asks for a fresh password.
"""

import json

from supporters.campaigns.language_texts import add_language
from supporters.campaigns.models import Campaign
from supporters.database import transaction, update_where
from supporters.delivery.emergency_stop import stop_all
from supporters.mail.social_links import Network
from tests.architecture.entry_points.rows import NOBODY, Rule, Way, nobody
from tests.architecture.scenario import STRANGER, Scenario, file_of
from tests.factories.backup_files import hold_with_log
from tests.factories.imports import APPROVER
from tests.factories.pictures import plain_file
from tests.factories.returned.feedback import make_unreadable
from tests.factories.sending_day.planned import hour_to_type, put_in_grace, put_on_plan

DRAFT = {"mailing_list_id": "1", "language": "fr", "subject": "Bonjour", "body": STRANGER}
TEXT = {"type": "text", "text": STRANGER}
DOCUMENT = {
    "revision": "1",
    "document": json.dumps({"content": [{"type": "paragraph", "content": [TEXT]}]}),
}
THEME = {
    "accent": "#0e4c59",
    "accent_words": "#ffffff",
    "stripe": "#ffcc00",
    "logo": "",
    "look": "",
    "alignment": "left",
    "shows_name": "y",
    "postal_address": STRANGER,
    **{f"link_{network}": "" for network in Network},
}
BALLOT = {
    "name": STRANGER,
    "country": "FR",
    "first_day": "2099-05-01",
    "silence": "rule",
    **dict.fromkeys(("departements", "communes", "postcodes"), ""),
}


def _in_stop(_scenario: Scenario) -> dict[str, object]:
    """Stop all sending. The route has no parameter."""
    stop_all(STRANGER)
    return {}


def _in_wave(scenario: Scenario) -> int:
    """Return a campaign whose first wave holds the others back."""
    with transaction():
        ours = Campaign.id == scenario.running_id
        update_where(Campaign, ours, wave_size=1, wave_batches=1)
    return scenario.running_id


def _in_two_languages(scenario: Scenario) -> int:
    """Return the draft, which has a text in English as well."""
    add_language(scenario.draft_id, "en")
    return scenario.draft_id


CAMPAIGN_ROUTES = {
    "console.new_campaign": nobody(with_=lambda _: DRAFT),
    "console.edit_campaign": nobody(with_=lambda _: DRAFT),
    "console.create_document": nobody(with_=lambda _: {**DRAFT, **DOCUMENT}),
    "console.save_document": nobody(with_=lambda _: DOCUMENT),
    "console.rescue_document": nobody(with_=lambda _: DOCUMENT),
    "console.delete_campaign": NOBODY,
    "console.take_out": nobody(lambda scenario: {"campaign_id": scenario.trashed_id()}),
    "console.delete_for_ever": nobody(lambda scenario: {"campaign_id": scenario.trashed_id()}),
    "console.history": nobody(with_=lambda _: {"name": STRANGER}),
    "console.saved_text": nobody(lambda _: {"number": 1}, with_=lambda _: {"name": STRANGER}),
    "console.add_text": nobody(with_=lambda _: {"language": "en", "is_copied": "y"}),
    "console.remove_text": nobody(
        lambda scenario: {"campaign_id": _in_two_languages(scenario), "language": "en"}
    ),
    "console.restore_text": nobody(lambda _: {"number": 1}, with_=lambda _: {"read": "1"}),
    "console.test_campaign": NOBODY,
    "console.team_tests": nobody(with_=lambda scenario: {"to": str(scenario.other_id)}),
    "console.presence": NOBODY,
    "console.comments": nobody(with_=lambda _: {"comment": STRANGER}),
    "console.resolve_comment": nobody(lambda scenario: {"comment_id": scenario.comment_id()}),
    "console.reopen_comment": nobody(
        lambda scenario: {"comment_id": scenario.comment_id(is_resolved=True)}
    ),
    "console.delete_comment": nobody(lambda scenario: {"comment_id": scenario.comment_id()}),
    "console.ask_for_approval": NOBODY,
    "console.approval": nobody(
        lambda scenario: {"campaign_id": scenario.asked_id()}, with_=lambda _: {"recipients": "1"}
    ),
    "console.reject": nobody(
        lambda scenario: {"campaign_id": scenario.asked_id()},
        with_=lambda scenario: {"remarks": STRANGER, "fingerprint": scenario.asked_hash()},
    ),
    "console.withdraw_approval": nobody(lambda scenario: {"campaign_id": scenario.asked_id()}),
    "console.upload_picture": nobody(
        with_=lambda _: {"picture": file_of(plain_file(), f"{STRANGER}.png")}
    ),
    "console.show_picture": nobody(
        lambda scenario: {"picture_id": scenario.picture().id},
        with_=lambda _: {"description": STRANGER},
    ),
    "console.remove_picture": nobody(lambda scenario: {"picture_id": scenario.picture().id}),
    "console.save_template": nobody(with_=lambda _: {"name": STRANGER}),
    "console.save_piece": nobody(
        with_=lambda _: {"name": STRANGER, "language": "fr", "document": DOCUMENT["document"]}
    ),
    "console.show_team_text": nobody(
        lambda scenario: {"text_id": scenario.piece().id}, with_=lambda _: {"name": STRANGER}
    ),
    "console.remove_team_text": nobody(lambda scenario: {"text_id": scenario.piece().id}),
    "console.mail_theme": nobody(with_=lambda _: THEME),
    "console.approval_rule": nobody(with_=lambda _: {"people": "1"}),
    "console.sending_window": nobody(
        with_=lambda _: {"kind": "hours", "days": "0", "opens": "08:00", "closes": "21:00"}
    ),
    "console.new_ballot": nobody(with_=lambda _: BALLOT),
    "console.change_ballot_page": nobody(
        lambda scenario: {"ballot_id": scenario.ballot_id()}, with_=lambda _: BALLOT
    ),
    "console.remove_ballot": nobody(lambda scenario: {"ballot_id": scenario.ballot_id()}),
    "console.launch": nobody(
        with_=lambda _: {"recipients": "1", "when": "now", "day": "", "hour": ""}
    ),
    "console.move_hour": nobody(
        lambda scenario: {"campaign_id": put_on_plan(scenario.draft_id)},
        with_=lambda _: dict(zip(("day", "hour"), hour_to_type().split(), strict=True)),
    ),
    "console.unschedule": nobody(lambda scenario: {"campaign_id": put_on_plan(scenario.draft_id)}),
    "console.take_back": nobody(
        lambda scenario: {"campaign_id": put_in_grace(scenario.running_id)}
    ),
    "console.continue_after_wave": nobody(lambda scenario: {"campaign_id": _in_wave(scenario)}),
    "console.sending_thresholds": nobody(
        with_=lambda _: {"refused": "40", "departed": "9", "disputed": "2", "complained": "2"}
    ),
    "console.discard_unreadable_mail": nobody(lambda _: {"mail_id": make_unreadable()}),
    "console.pause": nobody(lambda scenario: {"campaign_id": scenario.running_id}),
    "console.refused_people": NOBODY,
    "console.resume": nobody(lambda scenario: {"campaign_id": scenario.paused_id()}),
    "console.cancel": nobody(lambda scenario: {"campaign_id": scenario.running_id}),
    "console.release_emails": nobody(Scenario.with_held_emails),
    "console.drop_held_emails": nobody(
        lambda scenario: {
            **scenario.with_held_emails(),
            "by": "domain",
            "key": scenario.domain_of_held(),
        }
    ),
    "console.new_broadcast": nobody(
        with_=lambda _: {
            "name": STRANGER,
            "day": "2099-01-01",
            "hour": "20:00",
            "hours": "3",
            "factor": "10",
        }
    ),
    "console.end_broadcast_now": nobody(lambda scenario: {"broadcast_id": scenario.broadcast_id()}),
    "console.stop_sending": nobody(with_=lambda _: {"reason": STRANGER}),
    "console.resume_sending": nobody(_in_stop, with_=lambda _: {"reason": STRANGER}),
    "console.lift_hold": nobody(Scenario.in_hold, with_=lambda _: {"reason": STRANGER, "head": ""}),
    "console.resume_restored": nobody(
        lambda scenario: {"campaign_id": scenario.restored_id()},
        with_=lambda _: {"recipients": "1"},
    ),
}
CAMPAIGN_COMMANDS: dict[str, Way] = {
    "campaigns approve": Way(
        rule=Rule.NOBODY,
        arguments=lambda scenario: [
            *(scenario.asked_id(), "--by", "approver@parti.example", "--expect", 1)
        ],
    ),
    "campaigns ask": Way(rule=Rule.NOBODY, arguments=lambda scenario: [scenario.draft_id]),
    "campaigns cancel": Way(rule=Rule.NOBODY, arguments=lambda scenario: [scenario.running_id]),
    "campaigns create": nobody(
        arguments=["--list", "national", "--subject", STRANGER, "--body-file", "-"]
    ),
    "campaigns continue": Way(rule=Rule.NOBODY, arguments=lambda scenario: [_in_wave(scenario)]),
    "campaigns launch": Way(rule=Rule.NOBODY, arguments=lambda scenario: [scenario.draft_id]),
    "campaigns list": NOBODY,
    "campaigns pause": Way(rule=Rule.NOBODY, arguments=lambda scenario: [scenario.running_id]),
    "campaigns resume": Way(rule=Rule.NOBODY, arguments=lambda scenario: [scenario.paused_id()]),
    "campaigns settle": Way(
        rule=Rule.NOBODY, arguments=lambda scenario: [scenario.running_id, *hold_with_log()]
    ),
    "campaigns schedule": Way(
        rule=Rule.NOBODY,
        arguments=lambda scenario: [scenario.draft_id, "--at", hour_to_type()],
    ),
    "campaigns take-back": Way(
        rule=Rule.NOBODY, arguments=lambda scenario: [put_in_grace(scenario.running_id)]
    ),
    "campaigns unschedule": Way(
        rule=Rule.NOBODY, arguments=lambda scenario: [put_on_plan(scenario.draft_id)]
    ),
    "campaigns test": Way(
        rule=Rule.NOBODY,
        arguments=lambda scenario: [scenario.draft_id, "--to", scenario.owner_at(APPROVER)],
    ),
    "campaigns withdraw": Way(rule=Rule.NOBODY, arguments=lambda scenario: [scenario.asked_id()]),
    "campaigns languages": Way(rule=Rule.NOBODY, arguments=lambda scenario: [scenario.draft_id]),
    "campaigns write": Way(
        rule=Rule.NOBODY,
        arguments=lambda scenario: [
            *(scenario.draft_id, "--language", "en", "--subject", STRANGER, "--body-file", "-")
        ],
    ),
    "campaigns remove-language": Way(
        rule=Rule.NOBODY,
        arguments=lambda scenario: [_in_two_languages(scenario), "--language", "en"],
    ),
    "campaigns status": Way(rule=Rule.NOBODY, arguments=lambda scenario: [scenario.running_id]),
}
CAMPAIGN_JOBS = dict.fromkeys(
    [
        *("count_audiences", "count_domains", "keep_silence", "launch_planned", "score_tests"),
        *("skip_rest_of_cancelled", "sweep_deliveries", "tell_mentioned", "watch_campaigns"),
    ],
    NOBODY,
)
READERS, WRITERS = {"organiser", "owner", "dpo"}, {"organiser", "owner"}
CAMPAIGN_ROLES: dict[str, set[str]] = {
    # Readable by all roles
    **dict.fromkeys(
        [
            *("console.comments", "console.resolve_comment", "console.reopen_comment"),
            *("console.delete_comment", "console.decision", "console.approval", "console.reject"),
            *("console.withdraw_approval", "console.campaigns", "console.show_campaign"),
            *("console.preview", "console.preview_html", "console.progress"),
            *("console.result_file", "console.refused_people", "console.campaign_week"),
        ],
        READERS,
    ),
    # Writing and sending
    **dict.fromkeys(
        [
            "console.ask_for_approval",
            *("console.cancel", "console.continue_after_wave"),
            *("console.delete_campaign", "console.edit_campaign", "console.restore_text"),
            *("console.add_text", "console.remove_text"),
            *("console.trash", "console.take_out", "console.delete_for_ever"),
            *("console.history", "console.saved_text", "console.saved_text_html"),
            *("console.create_document", "console.show_document", "console.save_document"),
            *("console.show_findings", "console.rescue_document", "console.audience"),
            *("console.launch", "console.move_hour", "console.unschedule", "console.take_back"),
            *("console.hour_notes", "console.new_campaign"),
            "console.pause",
            *("console.pictures", "console.remove_picture", "console.show_picture"),
            "console.upload_picture",
            *("console.start_campaign", "console.starting_text_html", "console.save_template"),
            *("console.team_texts", "console.show_team_text", "console.remove_team_text"),
            *("console.save_piece", "console.show_piece"),
            *("console.resume", "console.follow_up"),
            *("console.resume_restored", "console.publish", "console.take_off_site"),
            "console.stop_sending",
            *("console.test_campaign", "console.team_tests", "console.presence"),
        ],
        WRITERS,
    ),
}
# Each form of campaigns that asks for a fresh password, and each that doesn't.
CAMPAIGN_FORMS_THAT_ASK = {
    *("console.approval", "console.approval_rule", "console.mail_theme", "console.sending_window"),
    *("console.new_ballot", "console.change_ballot_page", "console.remove_ballot"),
    "console.sending_thresholds",
}
CAMPAIGN_FORMS_THAT_ASK_NOT = {
    # Writing and steering: the launch is held by the approval of a second person.
    *("console.new_campaign", "console.edit_campaign", "console.delete_campaign"),
    *("console.create_document", "console.save_document", "console.rescue_document"),
    *("console.history", "console.saved_text", "console.restore_text"),
    *("console.add_text", "console.remove_text"),
    # A draft was sent to nobody, and is deleted from the trash only.
    *("console.take_out", "console.delete_for_ever", "console.discard_unreadable_mail"),
    *("console.comments", "console.resolve_comment", "console.reopen_comment"),
    *("console.delete_comment", "console.presence", "console.team_tests"),
    *("console.test_campaign", "console.launch", "console.pause", "console.resume"),
    *("console.cancel", "console.resume_restored", "console.continue_after_wave"),
    *("console.move_hour", "console.unschedule", "console.take_back"),
    # A draft for people of a sent campaign; and masked addresses, counted as a search.
    *("console.follow_up", "console.refused_people"),
    # An issue says to everybody what thousands have read, and goes at one press.
    *("console.publish", "console.take_off_site"),
    *("console.upload_picture", "console.show_picture", "console.remove_picture"),
    *("console.save_template", "console.save_piece"),
    *("console.show_team_text", "console.remove_team_text"),
    # To ask for an approval, to withdraw the question, or to send the text back.
    *("console.ask_for_approval", "console.withdraw_approval", "console.reject"),
}
