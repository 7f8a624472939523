"""The tables of privacy requests with personal data (REQ-26, 28); create_app adds them."""

from supporters.personal_data.data_registry import A_KEY, A_SECRET, THE_PERSON
from supporters.personal_data.data_subjects import Holding
from supporters.privacy_requests.case_data import (
    erase_case_entries,
    erase_cases,
    erase_changes,
    erase_departures,
    erase_tickets,
    tell_case_entries,
    tell_cases,
    tell_changes,
    tell_departures,
    tell_tickets,
)

CASE_HOLDINGS = (
    Holding(
        table="access_ticket",
        tell=tell_tickets,
        erase=erase_tickets,
        left_out={"subscriber_id": THE_PERSON, "token_hash": A_SECRET},
    ),
    Holding(
        table="address_change",
        tell=tell_changes,
        erase=erase_changes,
        left_out={
            "subscriber_id": THE_PERSON,
            "address_mac": A_KEY,
            "token_hash": A_SECRET,
            "letter_id": "the letter went to another mailbox, whose holder is told of it",
        },
    ),
    Holding(
        table="departure",
        tell=tell_departures,
        erase=erase_departures,
        left_out={"subscriber_id": THE_PERSON, "token_hash": A_SECRET},
    ),
    Holding(
        table="case_entry",
        tell=tell_case_entries,
        erase=erase_case_entries,
        left_out={
            "made_by": "the account of somebody in the team",
            "letter_id": "one to the person is told among the letters",
        },
    ),
    Holding(
        table="rights_case",
        tell=tell_cases,
        erase=erase_cases,
        left_out={"subscriber_id": THE_PERSON},
    ),
)
