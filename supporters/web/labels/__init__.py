"""The labels of all enums: one table for each enum and use, keyed by the member.

A member without a label raises KeyError, so a page never shows its key. Feature folders below the
pages may have their own table, which is included here.
"""

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Any, TypeAlias

from flask import Flask
from flask_babel.speaklater import LazyString

from supporters.consent.labels import PURPOSE_KINDS
from supporters.consent.models import EventKind, Method
from supporters.consent.suppression import ScopeKind
from supporters.delivery.rules import DeliveryStatus, SkipReason
from supporters.mail.models import EmailKind, EmailStatus
from supporters.organisers.labels import ROLES
from supporters.organisers.models import RoleName
from supporters.personal_data.labels import LOOKUP_REASONS
from supporters.privacy_requests.models import CaseKind, Channel, StoredText
from supporters.questions.labels import QUESTION_KINDS
from supporters.retention.labels import BASES, CATEGORIES, CATEGORY_MEANINGS, NOTES
from supporters.web.labels import address_labels as addresses
from supporters.web.labels import approval_labels as approvals
from supporters.web.labels import breach_labels as breaches
from supporters.web.labels import campaign_labels as campaigns
from supporters.web.labels import case_labels as cases
from supporters.web.labels import consent_labels as consent
from supporters.web.labels import doubt_labels as doubts
from supporters.web.labels import form_labels as forms
from supporters.web.labels import import_labels as imports
from supporters.web.labels import list_labels as lists
from supporters.web.labels import mail_labels as mails
from supporters.web.labels import organiser_labels as organisers
from supporters.web.labels import origin_labels as origins
from supporters.web.labels import promise_labels as promises
from supporters.web.labels import question_labels as questions
from supporters.web.labels import shell_labels as shell
from supporters.web.labels.person_labels import LANGUAGE_NAMES
from supporters.web.labels.tones import Tone

Words: TypeAlias = LazyString | str
Table = Mapping[Any, Words]


class Use(StrEnum):
    """The place of a label, for enums that need different words in different places."""

    NAME = "name"  # alone, for the team
    MY_DATA = "my-data"  # alone, for the person concerned
    IN_A_SENTENCE = "in-a-sentence"  # inside a sentence for the team
    YOUR_REQUEST = "your-request"  # inside a sentence for the person
    MEANING = "meaning"  # a second line under the name
    SHELL = "shell"  # a sentence of a command


def _by_enum(*tables: Table) -> dict[type[Enum], Table]:
    return {type(next(iter(table))): table for table in tables}


TABLES: Mapping[Use, Mapping[type[Enum], Table]] = {
    Use.NAME: _by_enum(
        *(addresses.ADDRESS_FAULTS, approvals.APPROVAL_ERRORS, approvals.LINK_DOUBTS),
        *(approvals.VERSION_ENDS, approvals.COMMENT_PLACES, approvals.COMMENT_ERRORS),
        *(breaches.BREACH_STATUSES, breaches.BREACH_NATURES, breaches.BREACH_FACTS),
        *(breaches.BREACH_ACTS, breaches.AFFECTED_WAYS, breaches.BREACH_NOTICE_STATUSES),
        breaches.BREACH_ERRORS,
        *(BASES, CATEGORIES, NOTES, PURPOSE_KINDS, ROLES),
        *(campaigns.CAMPAIGN_STATUSES, campaigns.DELIVERY_STATUSES, campaigns.WHY_SKIPPED),
        *(campaigns.DRAFT_FAULTS, campaigns.DOCUMENT_FAULTS, campaigns.REFUSED_TESTS),
        *(campaigns.PICTURE_FAULTS, campaigns.REFUSED_DELETIONS, campaigns.SENDER_FAULTS),
        campaigns.REFUSED_ISSUES,
        *(campaigns.READY_TEMPLATES, campaigns.REFUSED_TEAM_TEXTS, campaigns.FACE_ERRORS),
        *(cases.CASE_KINDS, cases.CHANNELS, cases.CASE_STATES, cases.CASE_ACTS),
        *(cases.ERASURE_GROUNDS, cases.STORED_TEXTS, cases.REFUSED_ACTS, LOOKUP_REASONS),
        cases.REFUSED_EVIDENCE,
        *(consent.EVENT_KINDS, consent.METHODS, consent.WORDING_FAULTS, consent.SCOPES),
        consent.CONSENT_CHANGE_ERRORS,
        *(doubts.DRAFT_DOUBTS, doubts.LINK_OUTCOMES),
        *(imports.IMPORT_STATUSES, imports.REFUSED_ROWS, imports.EXPORT_FORMATS, imports.WAYS),
        *(imports.REFUSED_WAYS, imports.INVITATION_FIGURES, imports.REFUSED_TEXTS),
        *(imports.REFUSED_HEADERS, imports.REFUSED_UPLOADS, imports.PROVENANCE_FAULTS),
        *(imports.REFUSED_APPROVALS, mails.EMAIL_KINDS, mails.EMAIL_STATUSES),
        *(lists.LIST_STATUSES, lists.DELETE_LIST_ERRORS, mails.NETWORKS, mails.LINK_FAULTS),
        *(organisers.WHY_KEPT, organisers.REFUSED_REQUESTS, organisers.SECOND_PERSON_FAULTS),
        *(QUESTION_KINDS, questions.FORBIDDEN_KINDS, questions.QUESTION_FAULTS),
        *(questions.ANSWER_FAULTS, questions.QUESTION_ERRORS, questions.PLACE_FAULTS),
        *(organisers.PASSWORD_FAULTS, organisers.SIGN_IN_WAYS, promises.PROMISES),
        *(origins.VERDICTS, origins.ORIGIN_DOUBTS),
        *(forms.FORM_STATUSES, forms.FORM_FAULTS, forms.OPEN_FORM_ERRORS),
    ),
    Use.MY_DATA: _by_enum(
        *(consent.EVENT_KINDS, consent.METHODS_ON_MY_DATA, consent.SCOPES_ON_MY_DATA),
        *(campaigns.DELIVERY_STATUSES, campaigns.WHY_SKIPPED_ON_MY_DATA, PURPOSE_KINDS),
        *(cases.CASE_KINDS_ON_MY_DATA, cases.CHANNELS, cases.CASE_ACTS_ON_MY_DATA),
        *(cases.STORED_TEXTS_ON_MY_DATA, cases.DISCLOSURE_KINDS, cases.DEPARTURE_KINDS),
        *(imports.INVITATION_STATUSES_ON_MY_DATA, imports.WAYS_ON_MY_DATA),
        *(mails.EMAIL_KINDS_ON_MY_DATA, mails.EMAIL_STATUSES_ON_MY_DATA),
    ),
    Use.IN_A_SENTENCE: _by_enum(
        *(cases.CASE_KINDS_IN_A_SENTENCE, imports.REFUSED_WAYS_IN_A_SENTENCE),
        organisers.ROLES_IN_A_SENTENCE,
    ),
    Use.YOUR_REQUEST: _by_enum(cases.CASE_KINDS_AS_YOUR_REQUEST),
    Use.MEANING: _by_enum(
        *(CATEGORY_MEANINGS, imports.INVITATION_FIGURE_MEANINGS, promises.PROMISE_MEANINGS),
        *(organisers.ROLE_MEANINGS, campaigns.READY_TEMPLATE_MEANINGS, origins.VERDICT_MEANINGS),
    ),
    Use.SHELL: _by_enum(
        *(shell.REFUSED_TEXTS, shell.REFUSED_HEADERS, shell.REFUSED_UPLOADS, shell.REFUSED_WAYS),
        *(shell.REFUSED_PROVENANCES, shell.REFUSED_APPROVALS, shell.REFUSED_ORDERS),
        *(shell.REFUSED_ROWS, shell.REFUSED_EXPORTS, shell.DRAFT_FAULTS, shell.TROUBLES),
        *(shell.APPROVAL_ERRORS, shell.REFUSED_TESTS),
        shell.REFUSED_LAUNCHES,
        *(shell.HOLD_REASONS, shell.VERDICTS, shell.DELAYS, shell.ERASURES),
        *(shell.SECOND_PERSON_FAULTS, shell.DELETE_LIST_ERRORS),
    ),
}
TONES: Mapping[type[Enum], Mapping[Any, Tone]] = {
    type(next(iter(table))): table
    for table in (
        *(campaigns.CAMPAIGN_STATUS_TONES, campaigns.DELIVERY_STATUS_TONES, cases.CASE_ACT_TONES),
        *(breaches.BREACH_STATUS_TONES, breaches.BREACH_ACT_TONES),
        *(breaches.BREACH_NOTICE_STATUS_TONES, lists.LIST_STATUS_TONES),
        *(consent.EVENT_KIND_TONES, imports.IMPORT_STATUS_TONES, mails.EMAIL_STATUS_TONES),
        *(origins.VERDICT_TONES, forms.FORM_STATUS_TONES),
    )
}
OF_JSON: Mapping[str, type[StrEnum]] = {
    enum.__name__: enum
    for enum in (
        *(CaseKind, Channel, DeliveryStatus, EventKind, EmailKind, EmailStatus, Method, RoleName),
        ScopeKind,
    )
}


def label(item: Enum, use: str = Use.NAME) -> str:
    """Return the label of a member in the current language. Raises KeyError if there is none."""
    return str(TABLES[Use(use)][type(item)][item])


def tone(state: Enum) -> Tone:
    """Return the tone of the badge of a state. Raises KeyError if there is none."""
    return TONES[type(state)][state]


def member(key: str, enum: str) -> Enum:
    """Return the member of a key: the values of an email and of an evidence pack are JSON.

    Raises ValueError for an unknown key.
    """
    return OF_JSON[enum](key)


def delivery_label(status: DeliveryStatus, reply: str | None, use: str = Use.NAME) -> str:
    """Return the label of a delivery. For a skipped one, `reply` holds the cause."""
    if status is DeliveryStatus.SKIPPED and reply in [*SkipReason]:
        return label(SkipReason(reply or ""), use)
    return label(status, use)


def stored_label(text: str, use: str = Use.NAME) -> str:
    """Return the label of a stored key, or the typed text."""
    return label(StoredText(text), use) if text in [*StoredText] else text


def language_name(code: str) -> str:
    """Return the name of a language of the public in the current language."""
    return str(LANGUAGE_NAMES[code])


def init_app(app: Flask) -> None:
    """Register the filters."""
    app.add_template_filter(language_name)
    app.add_template_filter(label)
    app.add_template_filter(tone)
    app.add_template_filter(delivery_label)
    app.add_template_filter(stored_label)
    app.add_template_filter(member)
