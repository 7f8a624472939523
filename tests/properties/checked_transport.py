"""A relay that compares each message of a history with the model, and queries."""

import re

from supporters.smtp_relay.transport import RelayReply
from tests.factories.campaigns import RecordingTransport
from tests.properties.consents import Model

CAMPAIGN = re.compile(rb"^Message-ID: <c(\d+)\.", re.MULTILINE)

# Children before what they refer to.
TABLES = (
    *(
        "invitation",
        "import_refusal",
        "import_seen",
        "import_evidence",
        "import_file_part",
        "list_import",
        "access_ticket",
        "delivery_erased",
        "delivery",
        "delivery_batch",
        "delivery_interval",
        "mailbox_failure",
        "domain_count",
        "campaign",
        "signup_choice",
        "signup_request",
        "subscription",
    ),
    *("list_purpose", "mailing_list", "consent_event", "subscriber", "suppression", "wording"),
    *("purpose", "outbox_email", "log_entry", "erasure"),
    *("consent_count", "event_count", "former_count", "people_count"),  # last: triggers write them
)
# Rows that rest on no confirmed consent of their own person and purpose.
UNFOUNDED = """
    SELECT count(*) FROM {table} r LEFT JOIN consent_event e ON e.id = r.consent_event_id
    AND e.kind = 'confirmed' AND e.subscriber_id = r.subscriber_id
    AND e.purpose_id = r.purpose_id WHERE e.id IS NULL
"""
UNFOUNDED_PEOPLE = """
    SELECT count(*) FROM subscriber s LEFT JOIN consent_event e ON e.id = s.joined_event_id
    AND e.kind = 'confirmed' AND e.subscriber_id = s.id WHERE e.id IS NULL
"""


class CheckingTransport(RecordingTransport):
    """Gives every message the same answer, and fails at the first without a consent."""

    def __init__(self, model: Model, reply: RelayReply) -> None:
        super().__init__(self._check)
        self._model = model
        self._reply = reply

    def _check(self, recipient: str) -> RelayReply:
        found = CAMPAIGN.search(self.taken[-1][1])
        assert found is not None
        slug, audience = self._model.audiences[int(found[1])]
        key = recipient.lower()
        assert self._model.consents.get((key, slug)) == audience[key]
        assert key not in self._model.objections | self._model.restricted
        return self._reply
