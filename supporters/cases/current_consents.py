"""The current consents of a person, each with the wording that they agreed to.

A mailbox that confirms them again sees exactly these sentences.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flask_babel import force_locale

from supporters.consent.consent_events import ConfirmationEvidence
from supporters.consent.models import EventKind, Wording
from supporters.consent.queries import list_agreements_of
from supporters.database import in_transaction
from supporters.lists.models import MailingList
from supporters.lists.queries import find_list_of_purpose, list_subscriptions_of, name_of_purpose
from supporters.lists.subscriptions import ActiveConsent, kind_of_confirmation
from supporters.mailbox_health.reachability import reset_unreachable
from supporters.people.models import Subscriber
from supporters.reconfirmation.reconfirmation_mails import wording_of
from supporters.signup.confirmed_signups import make_repeated_event, renew_consent


class Sentence(NamedTuple):
    """A sentence that a person can agree to, as a page or an email shows it."""

    name: str
    text: str
    language: str
    wording_id: int


@dataclass(frozen=True, kw_only=True)
class ConfirmedSentences:
    """A confirmation by the mailbox: the sentences and the page that it saw."""

    wording_ids: Sequence[int]
    page_url: str
    page_snapshot_id: int


@dataclass(frozen=True, kw_only=True)
class CurrentConsent:
    """A current consent: its subscription or agreement, and its wording."""

    standing: ActiveConsent
    mailing_list: MailingList | None
    wording: Wording


def list_current_consents(subscriber_id: int) -> list[CurrentConsent]:
    """Return the current consents of a person: lists by name, then the others."""
    found: list[tuple[ActiveConsent, MailingList | None]] = [
        *list_subscriptions_of(subscriber_id),
        *((agreement, None) for agreement in list_agreements_of(subscriber_id)),
    ]
    return [
        CurrentConsent(standing=standing, mailing_list=mailing_list, wording=wording_of(standing))
        for standing, mailing_list in found
    ]


def list_sentences(wordings: Iterable[Wording]) -> list[Sentence]:
    """Return the sentences, each with the name of its list or purpose."""
    return [
        Sentence(name_of_purpose(each.purpose_id), each.text, each.language, each.id)
        for each in wordings
    ]


def list_sentences_of(subscriber_id: int) -> list[Sentence]:
    """Return the sentences of a person's current consents."""
    return list_sentences(each.wording for each in list_current_consents(subscriber_id))


def list_sentences_to(person: Subscriber) -> list[Sentence]:
    """Return the same for an email: with names in the language of its reader, not of the page."""
    with force_locale(person.language):
        return list_sentences_of(person.id)


@in_transaction
def restore_consents(
    subscriber: Subscriber,
    wordings: Sequence[Wording],
    *,
    evidence: ConfirmationEvidence,
    now: datetime,
) -> None:
    """Record that the mailbox of a person confirmed consents that had been withdrawn."""
    for wording in wordings:
        event = make_repeated_event(
            subscriber, wording, kind=kind_of_confirmation(None), evidence=evidence, now=now
        )
        mailing_list = find_list_of_purpose(wording.purpose_id)
        renew_consent(subscriber, event, active=None, mailing_list=mailing_list)
    reset_unreachable(subscriber.address_mac, now)


@in_transaction
def renew_consents(
    subscriber: Subscriber,
    consents: Sequence[CurrentConsent],
    *,
    evidence: ConfirmationEvidence,
    now: datetime,
) -> None:
    """Record that the mailbox of a person confirmed these current consents."""
    for each in consents:
        renew_consent(
            subscriber,
            make_repeated_event(
                subscriber, each.wording, kind=EventKind.RENEWED, evidence=evidence, now=now
            ),
            active=each.standing,
            mailing_list=each.mailing_list,
        )
    reset_unreachable(subscriber.address_mac, now)
