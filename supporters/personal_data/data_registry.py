"""Lists every table that holds data on people; a test fails when one is missing (REQ-26, 28).

Erasure takes the tables in this order, except the last ones, which personal_data.erasure deletes
itself. A feature above this one declares its own tables; create_app adds them in front of these.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from flask import Flask, current_app
from sqlalchemy import delete, select

from supporters.database import db
from supporters.lists.models import list_name_of
from supporters.lists.queries import get_list
from supporters.personal_data import mail_data, person_data
from supporters.personal_data.data_subjects import DataSource, DataSubject, ExportedRow
from supporters.personal_data.exported_rows import export_columns
from supporters.questions.models import ListAnswer, SignupAnswer
from supporters.questions.queries import answer_in_words, find_question, list_answers_of, words_of
from supporters.signup.models import SignupRequest


def export_list_answers(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the answers of a person, with the words of the questions."""
    return [
        {
            **_describe(each.question.id, each.question.list_id, each.value),
            "answered_at": each.answered_at,
            "expires_at": each.expires_at,
        }
        for each in list_answers_of(subject.id)
    ]


def export_signup_answers(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the answers in the signup requests of an address of the last 72 hours."""
    rows = db.session.scalars(
        select(SignupAnswer)
        .join(SignupRequest, SignupRequest.id == SignupAnswer.signup_request_id)
        .where(SignupRequest.address_mac == subject.address_mac)
        .order_by(SignupAnswer.signup_request_id, SignupAnswer.question_id)
    )
    return [
        {
            **_describe(each.question_id, each.mailing_list_id, each.value),
            **export_columns(each, "days", "signup_request_id"),
        }
        for each in rows
    ]


def _describe(question_id: int, list_id: int, value: str) -> ExportedRow:
    question = find_question(question_id, list_id)
    return {
        "list": list_name_of(get_list(list_id)),
        "question": words_of(question).label if question else None,
        "answer": answer_in_words(question, value) if question else value,
        "value": value,
        "question_id": question_id,
        "mailing_list_id": list_id,
    }


def erase_list_answers(subject: DataSubject) -> None:
    """Delete the answers of a person."""
    db.session.execute(delete(ListAnswer).where(ListAnswer.subscriber_id == subject.id))


KEY_OF_THE_PERSON = "the person's own key: it has no meaning for them"
KEYED_HASH = "a keyed hash or secret of the system: useless to the person, dangerous in other hands"
FORM_OF_RECORD = "tells the program how the record was sealed"
DELETED_LAST = "deleted by personal_data.erasure, with the person"
HASH_OF_A_SECRET = "the hash of a secret that was only in an email to them"  # noqa: S105 - a reason
IN_THE_EVENT = "each consent event that the email led to has it"
DATA_SOURCES = (
    DataSource(
        table="signup_request",
        export=mail_data.export_signup_requests,
        erase=mail_data.erase_signup_requests,
        columns_left_out={
            "public_id": HASH_OF_A_SECRET,
            "address_key": "the address in lower case",
            "address_mac": KEYED_HASH,
            "token_hash": HASH_OF_A_SECRET,
            "code_mac": HASH_OF_A_SECRET,
            "network_mac": KEYED_HASH,
            "log_salt": KEYED_HASH,
            "email_id": "exported with the transactional emails",
            "controller_id": "each consent event names the controller, once it is confirmed",
            "record_form": FORM_OF_RECORD,
        },
    ),
    DataSource(
        table="signup_choice",
        export=mail_data.export_signup_choices,
        not_erased="deleted by the database, with its signup_request",
    ),
    DataSource(
        table="signup_answer",
        export=export_signup_answers,
        not_erased="deleted by the database, with its signup_request",
    ),
    DataSource(
        table="list_answer",
        export=export_list_answers,
        erase=erase_list_answers,
        columns_left_out={"subscriber_id": KEY_OF_THE_PERSON},
    ),
    DataSource(
        table="invitation",
        export=mail_data.export_invitations,
        erase=mail_data.erase_invitations,
        columns_left_out={
            "address_mac": KEYED_HASH,
            "secret_hash": HASH_OF_A_SECRET,
            "import_id": "the origin of the list is exported: collected by, when and how",
            "approved_by_id": "the account of a team member",
            "email_id": "exported with the transactional emails",
        },
    ),
    DataSource(
        table="outbox_email",
        export=mail_data.export_emails,
        erase=mail_data.erase_emails,
        columns_left_out={
            "rate_mac": KEYED_HASH,
            "encrypted": "the encrypted message; deleted once it is sent",
            "message_sha256": IN_THE_EVENT,
            "snapshot_sha256": IN_THE_EVENT,
            "claimed_by": "the worker process that sends it",
            "times_lost": "counts connections that broke while it was sent, for its next attempt",
            "is_dead": "that it came back is exported",
            "waits_for_relay": "tells a sender that the relay was away, for minutes",
        },
    ),
    DataSource(
        table="subscription",
        export=person_data.export_subscriptions,
        erase=person_data.erase_subscriptions,
        columns_left_out={"subscriber_id": KEY_OF_THE_PERSON},
    ),
    DataSource(
        table="agreement",
        export=person_data.export_agreements,
        erase=person_data.erase_agreements,
        columns_left_out={"subscriber_id": KEY_OF_THE_PERSON},
    ),
    DataSource(
        table="suppression",
        export=person_data.export_suppressions,
        not_erased="stops all mail to the address; contains only its keyed hash (REQ-35)",
        columns_left_out={
            "address_mac": KEYED_HASH,
            "record_id": "names its sealed record, which nobody else can open",
        },
    ),
    DataSource(
        table="ledger_tile",
        not_exported="hashes of the deliveries, which are exported",
        not_erased="nothing leads to them once the person and their log_salt are deleted",
    ),
    DataSource(
        table="delivery",
        export=mail_data.export_deliveries,
        not_erased=DELETED_LAST,
        columns_left_out={
            "subscriber_id": KEY_OF_THE_PERSON,
            "left_by": "the name of our connection to the mail server",
        },
    ),
    DataSource(
        table="mailbox_failure",
        export=mail_data.export_failures,
        erase=mail_data.erase_failures,
        columns_left_out={
            "id": "it has no meaning for the person",
            "subscriber_id": KEY_OF_THE_PERSON,
            "accepted_since": "counts later emails, until they end the failure",
        },
    ),
    DataSource(
        table="disclosure",
        export=mail_data.export_disclosures,
        not_erased=DELETED_LAST,
        columns_left_out={"subscriber_id": KEY_OF_THE_PERSON},
    ),
    DataSource(
        table="consent_event",
        export=person_data.export_consent_events,
        not_erased=DELETED_LAST,
        columns_left_out={
            "subscriber_id": KEY_OF_THE_PERSON,
            "address_mac": KEYED_HASH,
            "controller_id": "the name of the controller is exported instead",
            "record_form": FORM_OF_RECORD,
            "holder": "a hash of the address; the receipt of the person opens it",
            "form_id": "the title of the form is exported instead",
        },
    ),
    DataSource(
        table="subscriber",
        export=person_data.export_person,
        not_erased=DELETED_LAST,
        columns_left_out={
            "address_key": "the address in lower case",
            "address_mac": KEYED_HASH,
            "log_salt": KEYED_HASH,
            "joined_event_kind": "always the same",
            "failed_at": "the time of the newest failure, which is exported",
            "inactivity_email_id": "exported with the transactional emails",
        },
    ),
    DataSource(
        table="search_word",
        export=person_data.export_search_words,
        not_erased="deleted by the database, with the person; replaced when the person is blanked",
        columns_left_out={"subscriber_id": KEY_OF_THE_PERSON},
    ),
    DataSource(
        table="pending_erasure",
        not_exported="it exists only while an erasure ends: nobody can ask for it any more",
        not_erased="deleted by the database, with the person",
    ),
    DataSource(
        table="organiser",
        not_exported="accounts of the team, not of subscribers; each sees their own in the console",
        not_erased="the account of a team member has its own end",
    ),
    DataSource(
        table="import_file_part",
        not_exported="encrypted; the file is searched, and exported as an invitation that waits",
        not_erased="the records of the person are blanked in it as the erasure begins",
    ),
    DataSource(
        table="stored_form",
        not_exported="the unfinished form of a team member, encrypted: nobody else can read it",
        not_erased="deleted within an hour, and with its account",
    ),
)
FIRST = (
    *(
        "subscriber",
        "subscription",
        "list_answer",
        "agreement",
        "consent_event",
        "delivery",
        "outbox_email",
    ),
    *("privacy_case", "disclosure", "suppression"),
)


def init_app(app: Flask, declared: Sequence[DataSource]) -> None:
    """Give the application the registry: the tables declared by features above, then these."""
    app.extensions["personal_data"] = (*declared, *DATA_SOURCES)


def list_data_sources() -> Sequence[DataSource]:
    """Return every table that holds data on people, in the order of erasure."""
    return cast(Sequence[DataSource], current_app.extensions["personal_data"])


def export_everything(subject: DataSubject) -> Mapping[str, Sequence[ExportedRow]]:
    """Return the rows of each table that can be exported, by the name of the table."""
    exporters = {
        source.table: source.export for source in list_data_sources() if source.export is not None
    }
    order = [*FIRST, *(table for table in exporters if table not in FIRST)]
    return {table: exporters[table](subject) for table in order}
