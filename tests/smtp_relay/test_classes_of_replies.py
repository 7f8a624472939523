"""The meaning of a refusal is known while its words are: they aren't stored."""

from collections.abc import Sequence

import pytest
from flask import Flask

from supporters.bounce_classes.classes import BounceClass
from tests.servers.recording_listener import BOTH_WAYS, deliver, mails, server
from tests.servers.rude_server import Script


@pytest.mark.parametrize("can", BOTH_WAYS, ids=["plain", "pipelining"])
@pytest.mark.parametrize(
    ("script", "meant"),
    [
        ({"RCPT": "550 user unknown"}, BounceClass.NO_MAILBOX),
        ({"RCPT": "550-5.1.1 The account\r\n550 5.1.1 is disabled"}, BounceClass.DISABLED),
        ({"RCPT": "550-5.1.1 spam\r\n550 5.1.1 nobody"}, BounceClass.CONTENT),
        ({"RCPT": "550-no\r\n550 nobody"}, BounceClass.UNKNOWN),
        ({"BODY": "554 5.7.1 spam"}, BounceClass.CONTENT),
        ({"RCPT": "450 4.1.1 unknown"}, BounceClass.TRANSIENT),
        ({}, None),
    ],
)
def test_a_refusal_has_the_class_that_all_its_words_are_evidence_of(
    app: Flask, can: Sequence[str], script: Script, meant: BounceClass | None
) -> None:
    with server(app, script, can=can):
        replies, _ = deliver(mails(2))
    assert [each.bounce_class for each in replies] == [meant, meant]
