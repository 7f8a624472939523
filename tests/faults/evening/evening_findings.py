"""Compares all that people were told on an evening with the database, the log and the mailboxes."""

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass

from supporters.mail.models import LOST
from tests.faults.evening.evening_visitors import EveningVisitors
from tests.faults.findings import Findings
from tests.faults.installation import Installation
from tests.faults.ledger import Ledger
from tests.faults.receiver.mail_server import Receiving
from tests.servers.processes import wait_until

ALL_WITHIN_SECONDS = 300
REQUESTED = "SELECT address FROM signup_request"
SEALED = (
    "SELECT address FROM signup_request"
    " JOIN signup_choice ON signup_choice.signup_request_id = signup_request.id"
    " JOIN log_entry ON log_entry.record_id = signup_choice.event_id"
    " WHERE log_entry.position IS NOT NULL"
)
UNKNOWN = (
    "SELECT signup_request.address FROM signup_request"
    " JOIN outbox_email ON outbox_email.id = signup_request.email_id"
    " WHERE outbox_email.last_reply = :lost"
)
ON_THE_LIST = (
    "SELECT subscriber.address FROM subscription"
    " JOIN subscriber ON subscriber.id = subscription.subscriber_id"
)


@dataclass(frozen=True, kw_only=True)
class EveningFindings:
    """The addresses for which a promise was broken, by promise; and the emails in doubt.

    `repeated`: their email came more than once. `uncertain`: it came never, and the outbox says
    that its outcome is unknown. At most one for each connection and kill may be in these two.
    """

    without_row: Set[str]
    without_email: Set[str]
    without_leaf: Set[str]
    not_on_list: Set[str]
    still_on_list: Set[str]
    on_list_unasked: Set[str]
    repeated: Set[str]
    uncertain: Set[str]

    @property
    def broken(self) -> Set[str]:
        """The addresses for which any promise was broken."""
        lost = self.without_row | self.without_email | self.without_leaf
        return lost | self.not_on_list | self.still_on_list | self.on_list_unasked

    def as_row(self) -> Findings:
        """Return the figures of the table."""
        return Findings(
            duplicates=len(self.repeated),
            lost=len(self.without_row | self.without_email | self.without_leaf),
            uncertain=len(self.uncertain),
            unwanted=len(self.still_on_list | self.on_list_unasked),
            mismatched=len(self.not_on_list),
        )


def examine_evening(
    site: Installation, receiving: Receiving, visitors: EveningVisitors
) -> EveningFindings:
    """Let a worker send and seal what waits, then compare."""
    taken, ledger = visitors.taken, site.ledger

    def has_all() -> bool:
        came = _count_emails(receiving)
        return taken <= (
            set(came) | _addresses(ledger, UNKNOWN, lost=LOST)
        ) and taken <= _addresses(ledger, SEALED)

    ledger.make_emails_due()
    with site.worker(1):
        wait_until(has_all, seconds=ALL_WITHIN_SECONDS, every=0.5)
    came, unknown = _count_emails(receiving), _addresses(ledger, UNKNOWN, lost=LOST)
    on_list = _addresses(ledger, ON_THE_LIST)
    return EveningFindings(
        without_row=taken - _addresses(ledger, REQUESTED),
        without_email=taken - set(came) - unknown,
        without_leaf=taken - _addresses(ledger, SEALED),
        not_on_list=visitors.confirmed - visitors.clicked - on_list,
        still_on_list=visitors.left & on_list,
        on_list_unasked=on_list - visitors.pressed,
        repeated={address for address in visitors.answers if came[address] > 1},
        uncertain=taken & (unknown - set(came)),
    )


def _count_emails(receiving: Receiving) -> Counter[str]:
    return Counter(each.recipient for each in receiving.arrivals() if each.link)


def _addresses(ledger: Ledger, statement: str, **values: str) -> Set[str]:
    return {address for (address,) in ledger.ask(statement, **values)}
