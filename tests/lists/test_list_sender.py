"""A list has a sender of its own: its name poses as no address, and its answers are read."""

from flask import Flask

from supporters.audit_log.audit_events import find_newest_act
from supporters.lists.acts import ListAct
from supporters.lists.list_sender import ListSender, change_sender, sender_of
from supporters.lists.queries import get_list
from supporters.lists.rules import SenderFault
from tests.factories.lists import make_list
from tests.machinery.prepared_states import begins_with

HIDDEN = "\u202e"


def make_one(_app: Flask) -> int:
    return make_list().id


pytestmark = begins_with(make_one)


def change(list_id: int, name: str = "", reply_to: str = "") -> bool | SenderFault:
    return change_sender(list_id, ListSender(name=name, reply_to=reply_to))


def test_a_sender_that_misleads_or_is_not_read_is_refused(app: Flask, prepared: int) -> None:
    cases = [
        ("impots@gouv.fr", "", SenderFault.NAME_LIKE_ADDRESS),
        ("Camille \uff20 parti", "", SenderFault.NAME_LIKE_ADDRESS),
        ("Parti <a>", "", SenderFault.NAME_LIKE_ADDRESS),
        ("www.parti.example", "", SenderFault.NAME_LIKE_ADDRESS),
        ("Parti\r\nBcc: eve", "", SenderFault.NAME_UNREADABLE),
        (f"Parti {HIDDEN}itrap", "", SenderFault.NAME_UNREADABLE),
        ("Par\u200bti", "", SenderFault.NAME_UNREADABLE),
        ("=?utf-8?q?Parti?=", "", SenderFault.NAME_UNREADABLE),
        ("— 2027 —", "", SenderFault.NAME_UNREADABLE),
        ("", "Lyon <lyon@parti.example>", SenderFault.REPLY_INVALID),
        ("", "lyon@parti.example, eve@elsewhere.example", SenderFault.REPLY_INVALID),
        ("", "lyon@parti.example\nBcc: eve@elsewhere.example", SenderFault.REPLY_INVALID),
        ("", "élu@parti.example", SenderFault.REPLY_INVALID),
        ("", "lyon", SenderFault.REPLY_INVALID),
        ("", "no-reply@parti.example", SenderFault.REPLY_UNREAD),
        ("", "Ne-Pas-Repondre@parti.example", SenderFault.REPLY_UNREAD),
    ]
    for name, reply_to, fault in cases:
        assert change(prepared, name, reply_to) is fault
        mailing_list = get_list(prepared)
        assert (mailing_list.sender_name, mailing_list.reply_to) == ("", "")


def test_a_list_without_a_sender_writes_as_the_party(app: Flask, prepared: int) -> None:
    sender = sender_of(get_list(prepared))
    settings = app.extensions["settings"]
    assert (sender.name, sender.reply_to) == (settings.party_name, settings.party_contact)


def test_a_change_is_recorded_once_and_can_be_taken_back(app: Flask, prepared: int) -> None:
    name = "Générations.s Lyon, L’équipe d’à côté"
    assert change(prepared, name, "Lyon@PARTI.example") is True
    assert change(prepared, name, "Lyon@parti.example") is False
    sender = sender_of(get_list(prepared))
    assert (sender.name, sender.reply_to) == (name, "Lyon@parti.example")
    recorded = find_newest_act(ListAct.SENDER_CHANGED, prepared)
    assert recorded is None  # no account did it here
    assert change(prepared) is True
    assert sender_of(get_list(prepared)).reply_to == app.extensions["settings"].party_contact
