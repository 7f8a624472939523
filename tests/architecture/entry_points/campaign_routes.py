"""The routes of campaigns, of their texts, pictures and comments, and of what stops them."""

import json

from supporters.mail.social_links import Network
from tests.architecture.entry_points.rows import NOBODY, nobody
from tests.architecture.scenario import STRANGER, file_of
from tests.factories.pictures import plain_file

DRAFT = {"mailing_list_id": "1", "language": "fr", "subject": "Bonjour", "body": STRANGER}
TEXT = {"type": "text", "text": STRANGER}
DOCUMENT = {
    "revision": "1",
    "document": json.dumps({"content": [{"type": "paragraph", "content": [TEXT]}]}),
}
FACE = {
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

CAMPAIGN_ROUTES = {
    "console.new_campaign": nobody(with_=lambda _: DRAFT),
    "console.edit_campaign": nobody(with_=lambda _: DRAFT),
    "console.create_document": nobody(with_=lambda _: {**DRAFT, **DOCUMENT}),
    "console.save_document": nobody(with_=lambda _: DOCUMENT),
    "console.delete_campaign": NOBODY,
    "console.take_out": nobody(lambda scenario: {"campaign_id": scenario.trashed_id()}),
    "console.delete_for_ever": nobody(lambda scenario: {"campaign_id": scenario.trashed_id()}),
    "console.history": nobody(with_=lambda _: {"name": STRANGER}),
    "console.saved_text": nobody(lambda _: {"number": 1}, with_=lambda _: {"name": STRANGER}),
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
        lambda scenario: {"campaign_id": scenario.asked_id()},
        with_=lambda _: {"recipients": "1"},
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
    "console.mail_face": nobody(with_=lambda _: FACE),
    "console.approval_rule": nobody(with_=lambda _: {"people": "1"}),
    "console.launch": nobody(with_=lambda _: {"recipients": "1"}),
    "console.pause": nobody(lambda scenario: {"campaign_id": scenario.running_id}),
    "console.resume": nobody(lambda scenario: {"campaign_id": scenario.paused_id()}),
    "console.cancel": nobody(lambda scenario: {"campaign_id": scenario.running_id}),
    "console.release_emails": nobody(lambda scenario: scenario.with_held_emails()),
    "console.drop_held_emails": nobody(
        lambda scenario: {
            **scenario.with_held_emails(),
            "by": "domain",
            "key": scenario.domain_of_held(),
        }
    ),
    "console.new_event": nobody(
        with_=lambda _: {
            "name": STRANGER,
            "day": "2099-01-01",
            "hour": "20:00",
            "hours": "3",
            "factor": "10",
        }
    ),
    "console.end_event_now": nobody(lambda scenario: {"event_id": scenario.event_id()}),
    "console.stop_sending": NOBODY,
    "console.resume_sending": NOBODY,
    "console.lift_hold": nobody(
        lambda scenario: scenario.in_hold(), with_=lambda _: {"reason": STRANGER, "head": ""}
    ),
    "console.resume_restored": nobody(
        lambda scenario: {"campaign_id": scenario.restored_id()},
        with_=lambda _: {"recipients": "1"},
    ),
}
