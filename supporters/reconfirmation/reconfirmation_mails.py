"""Sends a reconfirmation email to one person, and records the event of the question.

Both happen in one transaction. The subscriber row changes only for `IDLE`.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import force_locale

from supporters import clock
from supporters.consent.consent_events import NewEvent, record_event
from supporters.consent.eligibility import may_be_written_to
from supporters.consent.models import ConsentEvent, EventKind, Method, Purpose, Wording
from supporters.consent.queries import find_wording_to_show, is_suppressed
from supporters.consent.suppression import campaign_scopes
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, in_transaction
from supporters.extensions import current_settings, current_tokens
from supporters.lists.models import MailingList
from supporters.lists.queries import find_list_of_purpose, name_of_purpose
from supporters.lists.subscriptions import ActiveConsent, find_active_consent
from supporters.mail.links import link_to
from supporters.mail.mail_templates import OutboxMessage, write_message
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import EmailDraft, TemplateValues, put_email
from supporters.people.addresses import key_of, mailbox_mac
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber
from supporters.public_languages import choose_text_language
from supporters.reconfirmation.models import ConsentChange, ConsentChangeKind
from supporters.reconfirmation.queries import get_current_purpose
from supporters.reconfirmation.rules import RECONFIRMATION_LIFETIME
from supporters.text.local_dates import format_date

MAIL_USEFUL_FOR = timedelta(days=3)
NO_CAMPAIGN = 0
SAMPLE_LINK = "example"


class ReconfirmationReason(StrEnum):
    """Why a person is asked again: the purpose changed, or they were inactive for long.

    IDLE: retention deletes people who do not answer (REQ-36). The time to answer starts when the
    email is sent, so its id is stored on the subscriber. The question is about the purpose that
    they agreed to. A change of it needs another question, because this email may fail.
    """

    CHANGED = "changed"
    IDLE = "idle"


@in_transaction
def send_reconfirmation(
    subscriber: Subscriber, purpose_id: int, *, reason: ReconfirmationReason, now: datetime
) -> OutboxEmail | None:
    """Put an email about the current purpose to a person who agreed to an earlier one.

    Return None, and write nothing, when the person has no active consent for either. The caller
    checks that the person may be written to (consent.eligibility).
    """
    purpose = get_current_purpose(purpose_id)
    mailing_list = find_list_of_purpose(purpose.id)
    active = find_active_consent(subscriber.id, purpose.id, mailing_list)
    new = find_wording_to_show(purpose.id, subscriber.language)
    if active is None or new is None:
        return None
    asked_about = active.purpose_id if reason is ReconfirmationReason.IDLE else purpose.id
    act = NewEvent(
        kind=EventKind.RECONFIRMATION_REQUESTED,
        method=Method.EMAIL,
        now=now,
        purpose_id=asked_about,
    )
    asked = record_event(subscriber, act)
    draft = EmailDraft(
        kind=EmailKind.RECONFIRMATION,
        recipient=subscriber.address,
        language=subscriber.language,
        values={
            "reason": reason.value,
            "subscriber_id": subscriber.id,
            "purpose_id": purpose.id,
            "list_slug": "" if mailing_list is None else mailing_list.slug,
            **_values(subscriber, active, new),
            **_links(asked, subscriber.language, mailing_list),
        },
        useful_for=MAIL_USEFUL_FOR,
        rate_mac=mailbox_mac(subscriber.address),
    )
    email = put_email(draft, now=now)
    if reason is ReconfirmationReason.IDLE:
        db.session.flush()
        subscriber.inactivity_email_id = email.id
    return email


def preview_reconfirmation(purpose: Purpose, language: str) -> str | None:
    """Return the text of the email, for a person who agreed today. Its links don't work.

    Return None when the purpose has no wording at all: nobody gets an email then.
    """
    sample = write_sample(purpose, language)
    return None if sample is None else str(sample.body)


def preview_change(change: ConsentChange, language: str) -> str | None:
    """Return the text of the email that a consent change allows, as `preview_reconfirmation`."""
    purpose = db.session.get_one(Purpose, change.purpose_id)
    is_mailing = change.kind is ConsentChangeKind.MAILING
    old_id = purpose.succeeds_id if is_mailing else purpose.id
    old = find_wording_to_show(old_id, language) if old_id else None
    chosen = choose_text_language(language, change.texts)
    if old is None or chosen is None:
        return None
    return str(_write_sample(purpose, old.text, change.texts[chosen], language=language).body)


def write_sample(purpose: Purpose, language: str) -> OutboxMessage | None:
    """Return the email to a person who agreed today, for a preview or a test."""
    new = find_wording_to_show(purpose.id, language)
    old = find_wording_to_show(purpose.succeeds_id, language) if purpose.succeeds_id else None
    if new is None or old is None:
        return None
    return _write_sample(purpose, old.text, new.text, language=language)


def _write_sample(purpose: Purpose, old: str, new: str, *, language: str) -> OutboxMessage:
    email = OutboxEmail(kind=EmailKind.RECONFIRMATION, language=language, id=0)
    is_of_a_list = find_list_of_purpose(purpose.id) is not None
    values: TemplateValues = {
        "reason": ReconfirmationReason.CHANGED.value,
        **_text_values(purpose.id, old, new, agreed_at=clock.now(), language=language),
        "answer_url": link_to("public.renew", lang_code=language, token=SAMPLE_LINK),
        "leave_url": link_to("public.leave", token=SAMPLE_LINK) if is_of_a_list else "",
        "why_url": link_to("public.why", lang_code=language, token=SAMPLE_LINK)
        if is_of_a_list
        else "",
    }
    return write_message(email, current_settings().party_contact, values)


def is_reconfirmation_wanted(email: OutboxEmail, recipient: str, values: TemplateValues) -> bool:
    """Tell whether the person still has the consent in question, and may be written to.

    The mailbox may belong to another person by now, and the links are for the earlier one.
    """
    subscriber_id, purpose_id = values.get("subscriber_id"), values.get("purpose_id")
    if not isinstance(subscriber_id, int) or not isinstance(purpose_id, int):
        return False
    subscriber = find_subscriber(subscriber_id)
    if subscriber is None or subscriber.address_key != key_of(recipient):
        return False
    if find_active_consent(subscriber_id, purpose_id, find_list_of_purpose(purpose_id)) is None:
        return False
    if values.get("reason") == ReconfirmationReason.IDLE:
        return _may_get_inactivity_mail(subscriber, email, purpose_id)
    return may_be_written_to(subscriber_id, purpose_id, clock.now())


def _may_get_inactivity_mail(subscriber: Subscriber, email: OutboxEmail, purpose_id: int) -> bool:
    """Tell whether this email is still wanted: an activity, a restriction or a case cancels it.

    A pause does not stop it: a pause may have no end. A mailbox that can't be reached does.
    """
    if subscriber.unreachable_since is not None:
        return False
    scopes = campaign_scopes(purpose_id)
    is_blocked = is_suppressed(subscriber.address_mac, scopes, clock.now())
    return subscriber.inactivity_email_id == email.id and not is_blocked


def wording_of(active: ActiveConsent) -> Wording:
    """Return the wording of an active consent."""
    event = db.session.get_one(ConsentEvent, active.consent_event_id)
    return db.session.get_one(Wording, event.wording_id)


def _values(subscriber: Subscriber, active: ActiveConsent, new: Wording) -> TemplateValues:
    event = db.session.get_one(ConsentEvent, active.consent_event_id)
    old, language = wording_of(active).text, subscriber.language
    agreed_at = event.occurred_at
    return _text_values(new.purpose_id, old, new.text, agreed_at=agreed_at, language=language)


def _text_values(
    purpose_id: int, old: str, new: str, *, agreed_at: datetime, language: str
) -> TemplateValues:
    """Return the two wordings of an email, with the list and the day of the consent."""
    with force_locale(language):
        return {
            "list_name": name_of_purpose(purpose_id),
            "agreed_on": format_date(agreed_at),
            "old_text": old,
            "new_text": new,
            "days": RECONFIRMATION_LIFETIME.days,
        }


def _links(asked: ConsentEvent, language: str, mailing_list: MailingList | None) -> TemplateValues:
    """Return the links to the question, to unsubscribe and to "why". Only the first expires."""
    tokens = current_tokens()
    question = tokens.sign(TokenPurpose.RECONFIRMATION, asked.id)
    links = {"answer_url": link_to("public.renew", lang_code=language, token=question)}
    if mailing_list is not None:
        mail = [asked.subscriber_id, mailing_list.id, NO_CAMPAIGN]
        leave, why = (
            tokens.sign(each, [*mail]) for each in (TokenPurpose.UNSUBSCRIBE, TokenPurpose.WHY)
        )
        links["leave_url"] = link_to("public.leave", token=leave)
        links["why_url"] = link_to("public.why", lang_code=language, token=why)
    return links
