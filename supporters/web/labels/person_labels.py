"""The words of people: the data that "My data" shows, exports, erasure, languages."""

from flask_babel import LazyString, lazy_gettext as _

from supporters.people.profile import PROFILE_WORDS, profile_of
from supporters.personal_data.erasure import EraseResult
from supporters.personal_data.labels import LOOKUP_REASONS
from supporters.personal_data.rules import (
    EXPORTS_A_DAY,
    LONGEST_REASON,
    SHORTEST_REASON,
    ExportError,
    LookupReason,
)
from supporters.web.labels.word_tables import Names, ShellTexts

REASONS_TO_LOOK: Names[LookupReason] = LOOKUP_REASONS
EXPORT_ERRORS: Names[ExportError] = {
    ExportError.UNKNOWN_LIST: _("This list doesn’t exist any more."),
    ExportError.REASON_TOO_SHORT: _("Write the reason in words: others will read it."),
    ExportError.REASON_TOO_LONG: _("Shorten the reason: others will read it."),
    ExportError.TOO_MANY: _(
        "You made %(most)d exports within 24 hours and reached the limit.", most=EXPORTS_A_DAY
    ),
    ExportError.NOBODY: _("There is nobody to export."),
    ExportError.NOT_LOGGED: _(
        "No file was made: the consent log can’t be sealed at the moment, so it can’t have the "
        "record of this export. Tell the operator, and export again once it can."
    ),
}
REFUSED_EXPORTS: ShellTexts[ExportError] = {
    ExportError.UNKNOWN_LIST: "There is no list with this address. See: flask lists show",
    ExportError.REASON_TOO_SHORT: (
        f"Give a reason of at least {SHORTEST_REASON} characters. It is recorded, and others"
        " read it."
    ),
    ExportError.REASON_TOO_LONG: (
        f"Shorten the reason. It can have {LONGEST_REASON} characters at most."
    ),
    ExportError.TOO_MANY: (
        f"You made {EXPORTS_A_DAY} exports within 24 hours. This is the limit. Try again tomorrow."
    ),
    ExportError.NOBODY: "Nobody on the list may be written to. Nothing was exported.",
    ExportError.NOT_LOGGED: (
        "The consent log can't be sealed, so it can't have the record of this export. Nothing was "
        "exported. See: flask consent verify"
    ),
}
ERASE_RESULTS: ShellTexts[EraseResult] = {
    EraseResult.DONE: "Erased. Only a keyed hash is left, so that no email is sent to it any more.",
    EraseResult.UNDER_WAY: (
        "Erased, except for the record of an email that is being sent. It is deleted within a "
        "minute."
    ),
    EraseResult.UNKNOWN: "Nobody here had this address. No email is sent to it any more.",
}
TABLES: dict[str, LazyString] = {
    "subscriber": _("You"),
    "subscription": _("Your lists"),
    "list_answer": _("Your answers to questions of lists"),
    "signup_answer": _("Answers in these sign-ups"),
    "agreement": _("Your other consents"),
    "consent_event": _("Your acts, and the exact texts that you agreed to"),
    "delivery": _("Campaigns sent to you"),
    "mailbox_failure": _("Emails to you that did not arrive"),
    "outbox_email": _("Transactional emails of the last 31 days"),
    "privacy_case": _("Your requests and complaints"),
    "disclosure": _("Disclosures of your data"),
    "suppression": _("Messages that we don’t send you"),
    "access_ticket": _("Emails with a link to this page"),
    "address_change": _("New addresses that wait for your confirmation"),
    "departure": _("Unsubscriptions from every list that you can undo"),
    "search_word": _("Words by which our team finds you"),
    "signup_request": _("Sign-ups of the last 72 hours"),
    "signup_choice": _("Boxes ticked in these sign-ups"),
    "invitation": _("Invitations from a former list"),
    "case_entry": _("History of your requests, with our notes"),
    "breach_person": _("Personal data breaches that affect you"),
}
FIELDS: dict[str, LazyString] = {
    "address": _("Email address"),
    **{name: words.name for name, words in PROFILE_WORDS.items()},
    "list": _("List"),
    "question": _("Question"),
    "answer": _("Your answer"),
    "value": _("The answer as it is stored"),
    "days": _("Days until it is deleted"),
    "question_id": _("Number of the question"),
    "purpose": _("About"),
    "subject": _("Subject"),
    "reached": _("People who got it before we cancelled it"),
    "audience": _("People that it was for"),
    "kind": _("Kind"),
    "method": _("How"),
    "surface": _("Where"),
    "origin": _("The site that was named"),
    "typed_at": _("Typed without network on"),
    "wording": _("The exact words"),
    "status": _("Result"),
    "reply": _("Answer of the mail server"),
    "last_reply": _("Answer of the mail server"),
    "bounced_at": _("Came back"),
    "asked_by": _("Asked by"),
    "reason": _("Reason"),
    "note": _("Note"),
    "outcome": _("Outcome"),
    "channel": _("Channel"),
    "scope": _("Messages not sent"),
    "people": _("How many people it was about"),
    "created_at": _("Recorded on"),
    "acted_at": _("Your last act"),
    "asked_again_at": _("We asked whether you want to stay"),
    "paused_until": _("Paused until"),
    "restricted_at": _("Restricted since"),
    "unreachable_since": _("Your address can’t be reached since"),
    "unreachable_because": _("Why your address can’t be reached"),
    "code": _("Answer of the mail server"),
    "bounce_class": _("Why it did not arrive"),
    "domain": _("Receiving domain"),
    "was_accepted": _("Came back after it was taken"),
    "excused_at": _("Excused on, because the domain was at fault"),
    "subscribed_at": _("Since"),
    "welcomed_at": _("Welcome email"),
    "since": _("Since"),
    "until": _("Until"),
    "requested_at": _("Requested on"),
    "occurred_at": _("When"),
    "settled_at": _("Finished on"),
    "next_attempt_at": _("Next attempt"),
    "answered_at": _("Answered by you on"),
    "received_at": _("Received on"),
    "due_at": _("To be answered by"),
    "extended_at": _("Extended on"),
    "extension_reason": _("Why it was extended"),
    "closed_at": _("Closed on"),
    "expires_at": _("Valid until"),
    "closes_at": _("Valid until"),
    "used_at": _("Used on"),
    "left_at": _("Unsubscribed on"),
    "undone_at": _("Undone by you on"),
    "confirmed_at": _("Confirmed on"),
    "refused_at": _("Refused on"),
    "page_url": _("On this page"),
    "source": _("Where you found the page, until it is counted"),
    "form": _("By the form"),
    "form_id": _("Number of the form"),
    "wording_version": _("Version of the words"),
    "wording_language": _("Language of the words"),
    "wording_sha256": _("Fingerprint of the words"),
    "controller": _("Controller at that time"),
    "basis": _("Legal ground, of GDPR article 9"),
    "evidence": _("Fingerprint of the link that only you had"),
    "email_status": _("Our email with the link"),
    "email_settled_at": _("Answer of the mail server on"),
    "email_reply": _("Answer of the mail server"),
    "email_sha256": _("Fingerprint of our email"),
    "email_snapshot_sha256": _("Fingerprint of the email without your data"),
    "attempts": _("Attempts"),
    "codes_typed": _("Codes typed on the page"),
    "code_guesses": _("Codes compared"),
    "batch": _("Batch"),
    "consent_kind": _("By which act"),
    "act": _("Act"),
    "text": _("Note"),
    "word": _("Word"),
    "made_at": _("When"),
    "way": _("How your address was collected"),
    "collected_by": _("Collected by"),
    "collected_from": _("Collected from"),
    "collected_until": _("Collected until"),
    "asked_at": _("Asked on"),
    "added_at": _("Noted on"),
    "written_at": _("We wrote to you on"),
    "breach_id": _("Number of the breach"),
    "case_id": _("Number of the case"),
    "id": _("Number"),
    "campaign_id": _("Number of the campaign"),
    "consent_event_id": _("Number of the act that allows it"),
    "joined_event_id": _("Number of the act by which you joined"),
    "event_id": _("Number in the log"),
    "mailing_list_id": _("Number of the list"),
    "page_snapshot_id": _("Number of the page snapshot"),
    "purpose_id": _("Number of the purpose"),
    "request_id": _("Number of the act that asked for it"),
    "signup_request_id": _("Number of the sign-up"),
    "wording_id": _("Number of the words"),
}
LANGUAGE_NAMES: dict[str, LazyString] = {
    "fr": _("French"),
    "en": _("English"),
    "de": _("German"),
    "es": _("Spanish"),
    "it": _("Italian"),
}


def list_profile_lines(row: object) -> list[tuple[str, str]]:
    """Return the name of each field of a profile, and its value in words, or an empty text."""
    shown = vars(profile_of(row))
    shown["language"] = str(LANGUAGE_NAMES.get(shown["language"], shown["language"]))
    return [(str(PROFILE_WORDS[name].name), value or "") for name, value in shown.items()]
