"""The sender that readers of a list see: its name and the address that gets their answers.

The address in From stays that of the installation: it is the one whose domain signs the email.
"""

from dataclasses import dataclass

from supporters.audit_log.audit_events import record_team_act
from supporters.database import use_case
from supporters.extensions import current_settings
from supporters.lists.acts import ListAct
from supporters.lists.models import MailingList
from supporters.lists.queries import get_list
from supporters.lists.rules import SenderFault, find_sender_name_fault, is_unread_mailbox
from supporters.people.addresses import AddressInvalid, parse_address


@dataclass(frozen=True, kw_only=True)
class ListSender:
    """The name, the reply address and the clock of a list's emails; an empty text: the party's."""

    name: str
    reply_to: str
    time_zone: str = ""


def sender_of(mailing_list: MailingList) -> ListSender:
    """Return the sender of a list's emails, with the party's name and address where it has none."""
    settings = current_settings()
    return ListSender(
        name=mailing_list.sender_name or settings.party_name,
        reply_to=mailing_list.reply_to or settings.party_contact,
        time_zone=mailing_list.time_zone,
    )


def sender_values(mailing_list: MailingList | None) -> dict[str, str]:
    """Return the sender of a transactional email about a list, for its values.

    It has none if the list has no sender of its own.
    """
    if mailing_list is None:
        return {}
    own = {"sender_name": mailing_list.sender_name, "reply_to": mailing_list.reply_to}
    return {key: value for key, value in own.items() if value}


def find_reply_fault(address: str) -> SenderFault | None:
    """Return the fault of a reply address; an empty one is the party's."""
    if not address:
        return None
    try:
        parse_address(address)
    except AddressInvalid:
        return SenderFault.REPLY_INVALID
    return SenderFault.REPLY_UNREAD if is_unread_mailbox(address) else None


@use_case
def change_sender(list_id: int, sender: ListSender) -> bool | SenderFault:
    """Change the sender of a list; return whether anything changed.

    Messages that are frozen for their approval or launched keep the sender that was read.
    """
    if fault := find_sender_name_fault(sender.name) or find_reply_fault(sender.reply_to):
        return fault
    mailing_list = get_list(list_id)
    reply_to = parse_address(sender.reply_to).text if sender.reply_to else ""
    wanted = {"sender_name": sender.name, "reply_to": reply_to, "time_zone": sender.time_zone}
    if all(getattr(mailing_list, column) == value for column, value in wanted.items()):
        return False
    for column, value in wanted.items():
        setattr(mailing_list, column, value)
    details = {"name": sender_of(mailing_list).name, "time_zone": sender.time_zone}
    record_team_act(ListAct.SENDER_CHANGED, list_id, details)
    return True
