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
        export=tell_tickets,
        erase=erase_tickets,
        columns_left_out={"subscriber_id": THE_PERSON, "token_hash": A_SECRET},
    ),
    Holding(
        table="address_change",
        export=tell_changes,
        erase=erase_changes,
        columns_left_out={
            "subscriber_id": THE_PERSON,
            "address_mac": A_KEY,
            "token_hash": A_SECRET,
            "letter_id": "the email went to another mailbox and is exported with that one",
        },
    ),
    Holding(
        table="departure",
        export=tell_departures,
        erase=erase_departures,
        columns_left_out={"subscriber_id": THE_PERSON, "token_hash": A_SECRET},
    ),
    Holding(
        table="case_entry",
        export=tell_case_entries,
        erase=erase_case_entries,
        columns_left_out={
            "made_by": "the account of a team member",
            "letter_id": "exported with the transactional emails, if it went to the person",
        },
    ),
    Holding(
        table="rights_case",
        export=tell_cases,
        erase=erase_cases,
        columns_left_out={"subscriber_id": THE_PERSON},
    ),
)
