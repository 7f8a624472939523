"""The tables of privacy requests with personal data (REQ-26, 28); create_app adds them."""

from supporters.cases.case_data import (
    erase_address_changes,
    erase_case_entries,
    erase_cases,
    erase_departures,
    erase_tickets,
    export_address_changes,
    export_case_entries,
    export_cases,
    export_departures,
    export_tickets,
)
from supporters.personal_data.data_registry import HASH_OF_A_SECRET, KEY_OF_THE_PERSON, KEYED_HASH
from supporters.personal_data.data_subjects import DataSource

CASE_DATA_SOURCES = (
    DataSource(
        table="access_ticket",
        export=export_tickets,
        erase=erase_tickets,
        columns_left_out={
            "encrypted": "the address itself, encrypted; deleted as soon as a worker has answered",
            "subscriber_id": KEY_OF_THE_PERSON,
            "token_hash": HASH_OF_A_SECRET,
        },
    ),
    DataSource(
        table="address_change",
        export=export_address_changes,
        erase=erase_address_changes,
        columns_left_out={
            "subscriber_id": KEY_OF_THE_PERSON,
            "address_mac": KEYED_HASH,
            "token_hash": HASH_OF_A_SECRET,
            "email_id": "the email went to another mailbox and is exported with that one",
        },
    ),
    DataSource(
        table="departure",
        export=export_departures,
        erase=erase_departures,
        columns_left_out={"subscriber_id": KEY_OF_THE_PERSON, "token_hash": HASH_OF_A_SECRET},
    ),
    DataSource(
        table="case_entry",
        export=export_case_entries,
        erase=erase_case_entries,
        columns_left_out={
            "made_by": "the account of a team member",
            "email_id": "exported with the transactional emails, if it went to the person",
        },
    ),
    DataSource(
        table="privacy_case",
        export=export_cases,
        erase=erase_cases,
        columns_left_out={"subscriber_id": KEY_OF_THE_PERSON},
    ),
)
