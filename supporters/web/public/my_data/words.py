"""What tables, fields and values are called, as a person reads them on "My data"."""

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.countries import name_of_country
from supporters.extensions import current_settings
from supporters.languages import DEFAULT_LANGUAGE
from supporters.rights.retention.naming import tell_of, time_of
from supporters.rights.retention.queries import list_rules
from supporters.rights.retention.rules import Category

TITLES: dict[str, LazyString] = {
    "subscriber": _("Who you are to us"),
    "subscription": _("Lists you are on"),
    "agreement": _("What else you agreed to"),
    "consent_event": _("What you did, and the exact words you agreed to"),
    "delivery": _("Messages we sent you"),
    "letter": _("Letters of the system itself, of the last 31 days"),
    "rights_case": _("What you asked of us, or complained of"),
    "disclosure": _("Who was shown your data"),
    "suppression": _("What keeps our messages away from you"),
    "access_ticket": _("Letters that opened this page"),
    "address_change": _("New addresses that wait for your yes"),
    "departure": _("When a link in a mail took you off every list"),
    "signup_request": _("Sign-ups of the last 72 hours"),
    "signup_choice": _("Boxes that were ticked in them"),
    "invitation": _("Whether we may write to you: a question, because of a former list"),
    "case_entry": _("What happened to what you asked, and what was noted"),
}

LABELS: dict[str, LazyString] = {
    "address": _("E-mail address"),
    "given_name": _("First name"),
    "language": _("Language"),
    "list": _("List"),
    "purpose": _("About"),
    "subject": _("Subject"),
    "kind": _("What it was"),
    "method": _("How"),
    "wording": _("The exact words"),
    "status": _("What became of it"),
    "reply": _("Answer of the mail server"),
    "last_reply": _("Answer of the mail server"),
    "asked_by": _("Asked by"),
    "reason": _("Reason"),
    "note": _("What was noted"),
    "outcome": _("Outcome"),
    "channel": _("How it reached us"),
    "scope": _("What is kept away"),
    "people": _("How many people it was about"),
    "created_at": _("Made on"),
    "acted_at": _("Your last act"),
    "asked_again_at": _("Asked whether you want to stay on"),
    "paused_until": _("Paused until"),
    "restricted_at": _("Frozen since"),
    "subscribed_at": _("Since"),
    "since": _("Since"),
    "until": _("Until"),
    "requested_at": _("Asked for on"),
    "occurred_at": _("When"),
    "settled_at": _("Settled on"),
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
    "left_at": _("Taken off on"),
    "undone_at": _("Undone by you on"),
    "confirmed_at": _("Confirmed on"),
    "refused_at": _("Refused on"),
    "page_url": _("On this page"),
    "wording_version": _("Version of the words"),
    "wording_language": _("Language of the words"),
    "wording_sha256": _("Fingerprint of the words"),
    "controller": _("Who answered for it then"),
    "basis": _("Legal ground, of GDPR article 9"),
    "evidence": _("Fingerprint of the link that only you had"),
    "attempts": _("Attempts"),
    "code_attempts": _("Codes typed on the page"),
    "code_guesses": _("Codes compared"),
    "batch": _("Batch"),
    "consent_kind": _("By which act"),
    "act": _("What happened"),
    "text": _("What was noted"),
    "made_at": _("When"),
    "way": _("How your address was collected"),
    "collected_by": _("Collected by"),
    "collected_from": _("Collected from"),
    "collected_until": _("Collected until"),
    "asked_at": _("Asked on"),
    "case_id": _("Number of the case"),
    "id": _("Number"),
    "campaign_id": _("Number of the campaign"),
    "consent_event_id": _("Number of the act that allows it"),
    "joined_event_id": _("Number of the act you came by"),
    "event_id": _("Number in the consent log"),
    "mailing_list_id": _("Number of the list"),
    "page_version_id": _("Number of the page as it was shown"),
    "purpose_id": _("Number of the purpose"),
    "request_id": _("Number of the act that asked for it"),
    "signup_request_id": _("Number of the sign-up"),
    "wording_id": _("Number of the words"),
}

VALUES: dict[str, LazyString] = {
    "unsubscribed": _("Unsubscribed from every list"),
    "disputed": _("“I never signed up”"),
    "requested": _("Asked for"),
    "confirmed": _("Confirmed"),
    "renewed": _("Confirmed again"),
    "withdrawn": _("Left"),
    "objected": _("Objected"),
    "restricted": _("Frozen"),
    "released": _("No longer frozen"),
    "asked-again": _("Asked again"),
    "moved": _("New address"),
    "link": _("the button behind the link in the letter"),
    "code": _("the code in the letter"),
    "one-click": _("the unsubscribe button of the mail program"),
    "page": _("the page behind the link in a message"),
    "organiser": _("an organiser, at your request"),
    "form": _("the form of the signup page"),
    "my-data": _("this page"),
    "letter": _("a letter that we sent"),
    "queued": _("Waiting"),
    "sending": _("Leaving now"),
    "sent": _("Sent"),
    "withheld": _("Not sent: one had gone to you shortly before"),
    "given_up": _("Given up"),
    "accepted": _("Accepted by the mail server"),
    "deferred": _("To be tried again"),
    "refused": _("Refused by the mail server"),
    "skipped": _("Not sent"),
    "skipped: cancelled": _("Not sent: we cancelled this campaign"),
    "skipped: unsubscribed": _("Not sent: you had unsubscribed"),
    "skipped: paused": _("Not sent: you had paused our messages"),
    "skipped: restricted": _("Not sent: your data was restricted"),
    "skipped: objected": _("Not sent: you asked for no more messages"),
    "skipped: left": _("Not sent: you had left or paused"),
    "uncertain": _("Uncertain"),
    "confirm_signup": _("To confirm a sign-up"),
    "already_subscribed": _("That you are on our lists already"),
    "my_data": _("To open this page"),
    "new_address": _("To confirm a new address"),
    "address_moved": _("That your address has changed"),
    "re_permission": _("Whether we may write to you"),
    "ask_again": _("Whether you still agree"),
    "case_extended": _("That an answer takes longer"),
    "waiting": _("Not asked yet"),
    "leaving": _("Leaving now"),
    "noted": _("Noted"),
    "extended": _("Extended"),
    "reminded": _("Our data protection officer was reminded"),
    "reminded-last": _("Our data protection officer was reminded once more"),
    "closed": _("Closed"),
    "access": _("Access"),
    "rectification": _("Correction"),
    "erasure": _("Erasure"),
    "restriction": _("Freezing"),
    "portability": _("Taking data along"),
    "objection": _("Objection"),
    "contested": _("“I never signed up”"),
    "complaint": _("Complaint"),
    "mail": _("by mail"),
    "post": _("by post"),
    "phone": _("by telephone"),
    "evidence": _("The proof of what you agreed to"),
    "export": _("An export of a list, which you may have been on"),
    "done at once": _("Done at once"),
    "the mailbox says that it was somebody else": _("You said that it was somebody else"),
    "the person": _("you"),
    "a fresh letter to their mailbox": _("a fresh letter to your mailbox"),
    "everything": _("every message of ours"),
    "signup-letters": _("letters about sign-ups, for you told us that it wasn’t you"),
    "fr": _("French"),
    "en": _("English"),
}


def recipients() -> list[str]:
    """Return who gets to see the data (GDPR article 15(1)(c))."""
    return [
        str(gettext("The team of the party that writes these messages.")),
        str(gettext("The mail service that delivers them on its behalf.")),
        *_outside_the_union(),
    ]


def _outside_the_union() -> list[str]:
    """Return where the mail service stands, if that is outside of the Union (article 15(2))."""
    settings = current_settings()
    if not settings.leaves_the_union:
        return []
    place = name_of_country(settings.mail_country, str(get_locale() or DEFAULT_LANGUAGE))
    words = gettext(
        "It stands in %(country)s, outside the European Union. The ground: %(ground)s",
        country=place,
        ground=settings.transfer_ground,
    )
    return [str(words)]


def retention() -> list[str]:
    """Return how long what is kept, by the rules of the moment (GDPR article 15(1)(d))."""
    kept = [rule for rule in list_rules() if Category(rule.category) is not Category.ACCOUNTS]
    return [
        *(f"{tell_of(Category(rule.category), time_of(rule.days))}." for rule in kept),
        str(
            gettext(
                "Once you are erased: a fingerprint of your address that keeps our messages away, "
                "and sealed numbers in the log that nobody can open any more."
            )
        ),
    ]
