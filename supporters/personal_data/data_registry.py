"""Every table that holds something on people: a test refuses one that isn't here (REQ-26, 28).

They are erased in this order, but for the last ones, which personal_data.erasure takes itself. A
feature above declares its own tables; create_app adds them, and they are erased first.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from flask import Flask, current_app

from supporters.personal_data import mail_data, person_data
from supporters.personal_data.data_subjects import Holder, Holding, Item

THE_PERSON = "it is the person's own key, and says nothing"
A_KEY = "a keyed hash or secret of the system: to the person it says nothing, to others too much"
GOES_LAST = "deleted by rights.erasing, with the person"
A_SECRET = "the hash of a secret that only their mailbox had"  # noqa: S105 - a reason
HOLDINGS = (
    Holding(
        table="signup_request",
        tell=mail_data.tell_requests,
        erase=mail_data.erase_requests,
        left_out={
            "public_id": A_SECRET,
            "address_key": "the address in small letters",
            "address_mac": A_KEY,
            "token_hash": A_SECRET,
            "code_mac": A_SECRET,
            "log_salt": A_KEY,
            "letter_id": "told among the letters",
            "controller_id": "who answers for it is told of each act, once it is confirmed",
        },
    ),
    Holding(
        table="signup_choice",
        tell=mail_data.tell_choices,
        stays="deleted by the database, with its signup_request",
    ),
    Holding(
        table="invitation",
        tell=mail_data.tell_invitations,
        erase=mail_data.erase_invitations,
        left_out={
            "address_mac": A_KEY,
            "secret_hash": A_SECRET,
            "import_id": "whose list it was is told: who collected it, when and how",
            "approved_by_id": "the account of somebody in the team",
            "letter_id": "told among the letters",
        },
    ),
    Holding(
        table="letter",
        tell=mail_data.tell_letters,
        erase=mail_data.erase_letters,
        left_out={
            "rate_mac": A_KEY,
            "sealed": "what their mailbox gets or got; wiped once it is sent",
            "claimed_by": "which of our worker processes has it in hand",
        },
    ),
    Holding(
        table="subscription",
        tell=person_data.tell_subscriptions,
        erase=person_data.erase_subscriptions,
        left_out={"subscriber_id": THE_PERSON},
    ),
    Holding(
        table="agreement",
        tell=person_data.tell_agreements,
        erase=person_data.erase_agreements,
        left_out={"subscriber_id": THE_PERSON},
    ),
    Holding(
        table="suppression",
        tell=person_data.tell_suppressions,
        stays="keeps the address from being written to; only its keyed hash is there (REQ-35)",
        left_out={"address_mac": A_KEY},
    ),
    Holding(
        table="delivery",
        tell=mail_data.tell_deliveries,
        stays=GOES_LAST,
        left_out={
            "subscriber_id": THE_PERSON,
            "left_by": "the name of a connection of ours",
        },
    ),
    Holding(
        table="disclosure",
        tell=mail_data.tell_disclosures,
        stays=GOES_LAST,
        left_out={"subscriber_id": THE_PERSON},
    ),
    Holding(
        table="consent_event",
        tell=person_data.tell_events,
        stays=GOES_LAST,
        left_out={
            "subscriber_id": THE_PERSON,
            "address_mac": A_KEY,
            "controller_id": "the name of who answered for it is told",
        },
    ),
    Holding(
        table="subscriber",
        tell=person_data.tell_person,
        stays=GOES_LAST,
        left_out={
            "address_key": "the address in small letters",
            "address_mac": A_KEY,
            "log_salt": A_KEY,
            "joined_event_kind": "always the same",
            "asking_letter_id": "told among the letters",
        },
    ),
    Holding(
        table="pending_erasure",
        untold="nobody can ask any more: it is there while an erasure ends",
        stays="deleted by the database, with the person",
    ),
    Holding(
        table="organiser",
        untold="the accounts of the team, not of supporters; each sees their own in the console",
        stays="the account of somebody in the team lives and ends on its own",
    ),
    Holding(
        table="kept_form",
        untold="what somebody in the team is typing, sealed: nobody else can read it",
        stays="deleted within an hour, and with its account",
    ),
)
FIRST = (
    *("subscriber", "subscription", "agreement", "consent_event", "delivery", "letter"),
    *("rights_case", "disclosure", "suppression"),
)


def init_app(app: Flask, declared: Sequence[Holding]) -> None:
    """Give the application the registry: the tables that features above declare, and these."""
    app.extensions["personal_data"] = (*declared, *HOLDINGS)


def list_holdings() -> Sequence[Holding]:
    """Return every table that holds something on people, in the order of erasure."""
    return cast(Sequence[Holding], current_app.extensions["personal_data"])


def tell_everything(holder: Holder) -> Mapping[str, Sequence[Item]]:
    """Return the rows of each table that has any to tell of, by the table's name."""
    tellers = {
        holding.table: holding.tell for holding in list_holdings() if holding.tell is not None
    }
    order = [*FIRST, *(table for table in tellers if table not in FIRST)]
    return {table: tellers[table](holder) for table in order}
