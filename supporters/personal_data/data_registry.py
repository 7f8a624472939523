"""Lists every table that holds data on people; a test fails when one is missing (REQ-26, 28).

Erasure takes the tables in this order, except the last ones, which personal_data.erasure deletes
itself. A feature above this one declares its own tables; create_app adds them in front of these.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from flask import Flask, current_app

from supporters.personal_data import mail_data, person_data
from supporters.personal_data.data_subjects import Holder, Holding, Item

THE_PERSON = "the person's own key: it has no meaning for them"
A_KEY = "a keyed hash or secret of the system: useless to the person, dangerous in other hands"
GOES_LAST = "deleted by personal_data.erasure, with the person"
A_SECRET = "the hash of a secret that was only in an email to them"  # noqa: S105 - a reason
HOLDINGS = (
    Holding(
        table="signup_request",
        export=mail_data.tell_requests,
        erase=mail_data.erase_requests,
        columns_left_out={
            "public_id": A_SECRET,
            "address_key": "the address in lower case",
            "address_mac": A_KEY,
            "token_hash": A_SECRET,
            "code_mac": A_SECRET,
            "log_salt": A_KEY,
            "letter_id": "exported with the transactional emails",
            "controller_id": "each consent event names the controller, once it is confirmed",
        },
    ),
    Holding(
        table="signup_choice",
        export=mail_data.tell_choices,
        not_erased="deleted by the database, with its signup_request",
    ),
    Holding(
        table="invitation",
        export=mail_data.tell_invitations,
        erase=mail_data.erase_invitations,
        columns_left_out={
            "address_mac": A_KEY,
            "secret_hash": A_SECRET,
            "import_id": "the origin of the list is exported: collected by, when and how",
            "approved_by_id": "the account of a team member",
            "letter_id": "exported with the transactional emails",
        },
    ),
    Holding(
        table="letter",
        export=mail_data.tell_letters,
        erase=mail_data.erase_letters,
        columns_left_out={
            "rate_mac": A_KEY,
            "sealed": "the encrypted message; deleted once it is sent",
            "claimed_by": "the worker process that sends it",
        },
    ),
    Holding(
        table="subscription",
        export=person_data.tell_subscriptions,
        erase=person_data.erase_subscriptions,
        columns_left_out={"subscriber_id": THE_PERSON},
    ),
    Holding(
        table="agreement",
        export=person_data.tell_agreements,
        erase=person_data.erase_agreements,
        columns_left_out={"subscriber_id": THE_PERSON},
    ),
    Holding(
        table="suppression",
        export=person_data.tell_suppressions,
        not_erased="stops all mail to the address; contains only its keyed hash (REQ-35)",
        columns_left_out={"address_mac": A_KEY},
    ),
    Holding(
        table="delivery",
        export=mail_data.tell_deliveries,
        not_erased=GOES_LAST,
        columns_left_out={
            "subscriber_id": THE_PERSON,
            "left_by": "the name of our connection to the mail server",
        },
    ),
    Holding(
        table="disclosure",
        export=mail_data.tell_disclosures,
        not_erased=GOES_LAST,
        columns_left_out={"subscriber_id": THE_PERSON},
    ),
    Holding(
        table="consent_event",
        export=person_data.tell_events,
        not_erased=GOES_LAST,
        columns_left_out={
            "subscriber_id": THE_PERSON,
            "address_mac": A_KEY,
            "controller_id": "the name of the controller is exported instead",
        },
    ),
    Holding(
        table="subscriber",
        export=person_data.tell_person,
        not_erased=GOES_LAST,
        columns_left_out={
            "address_key": "the address in lower case",
            "address_mac": A_KEY,
            "log_salt": A_KEY,
            "joined_event_kind": "always the same",
            "asking_letter_id": "exported with the transactional emails",
        },
    ),
    Holding(
        table="pending_erasure",
        not_exported="it exists only while an erasure ends: nobody can ask for it any more",
        not_erased="deleted by the database, with the person",
    ),
    Holding(
        table="organiser",
        not_exported="accounts of the team, not of subscribers; each sees their own in the console",
        not_erased="the account of a team member has its own end",
    ),
    Holding(
        table="kept_form",
        not_exported="the unfinished form of a team member, encrypted: nobody else can read it",
        not_erased="deleted within an hour, and with its account",
    ),
)
FIRST = (
    *("subscriber", "subscription", "agreement", "consent_event", "delivery", "letter"),
    *("rights_case", "disclosure", "suppression"),
)


def init_app(app: Flask, declared: Sequence[Holding]) -> None:
    """Give the application the registry: the tables declared by features above, then these."""
    app.extensions["personal_data"] = (*declared, *HOLDINGS)


def list_holdings() -> Sequence[Holding]:
    """Return every table that holds data on people, in the order of erasure."""
    return cast(Sequence[Holding], current_app.extensions["personal_data"])


def tell_everything(subject: Holder) -> Mapping[str, Sequence[Item]]:
    """Return the rows of each table that can be exported, by the name of the table."""
    exporters = {
        source.table: source.export for source in list_holdings() if source.export is not None
    }
    order = [*FIRST, *(table for table in exporters if table not in FIRST)]
    return {table: exporters[table](subject) for table in order}
