"""The result of each attempt to send a message, for any answer and any end of the server."""

import dataclasses
from collections.abc import Sequence

import pytest
from flask import Flask

from supporters.smtp import PATIENT, Timeouts
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply, ReplyKind, Stage
from supporters.smtp_relay.transport import MOST_FRUITLESS
from tests.servers.recording_listener import (
    BOTH_WAYS,
    IMPATIENT,
    PIPELINING,
    deliver,
    mails,
    server,
)
from tests.servers.rude_server import HANG_UP, Odd, Said, Script, half, last

LOST = "SMTPServerDisconnected"
STAGES = {**{each.value: each for each in Stage}, "BODY": Stage.BODY}
both_ways = pytest.mark.parametrize("can", BOTH_WAYS, ids=["plain", "pipelining"])


@both_ways
@pytest.mark.parametrize(
    ("script", "outcome", "code"),
    [
        ({}, AttemptOutcome.ACCEPTED, "250"),
        ({"RCPT": "251 will forward"}, AttemptOutcome.ACCEPTED, "250"),
        ({"MAIL": "250-fine\r\n250"}, AttemptOutcome.ACCEPTED, "250"),
        ({"BODY": "250"}, AttemptOutcome.ACCEPTED, "250"),
        ({"BODY": "250-first\r\n250 second"}, AttemptOutcome.ACCEPTED, "250"),
        ({"RCPT": "450 later"}, AttemptOutcome.DEFERRED, "450"),
        ({"RCPT": "452 4.5.3 too many"}, AttemptOutcome.DEFERRED, "452 4.5.3"),
        ({"RCPT": "550 5.1.1 nobody"}, AttemptOutcome.REFUSED, "550 5.1.1"),
        ({"RCPT": "550-5.7.26 no\r\n550 5.7.26 never"}, AttemptOutcome.REFUSED, "550 5.7.26"),
        ({"RCPT": "550 r0@example.org 5.1.1"}, AttemptOutcome.REFUSED, "550"),
        ({"DATA": "554 5.5.1 no"}, AttemptOutcome.REFUSED, "554 5.5.1"),
        ({"BODY": "554-5.7.1 no\r\n554 5.7.1 spam"}, AttemptOutcome.REFUSED, "554 5.7.1"),
        ({"BODY": "250 2.0.0 taken"}, AttemptOutcome.ACCEPTED, "250"),
        ({"RCPT": "499 550 in the text"}, AttemptOutcome.DEFERRED, "499"),
        ({"RCPT": "550-no\r\n550 nobody"}, AttemptOutcome.REFUSED, "550"),
        ({"RCPT": "599 no"}, AttemptOutcome.REFUSED, "599"),
        ({"RCPT": "550 no", "DATA": "503 no recipient"}, AttemptOutcome.REFUSED, "550"),
        ({"RCPT": "550 no", "DATA": "554 no recipient"}, AttemptOutcome.REFUSED, "550"),
        ({"DATA": "451 later"}, AttemptOutcome.DEFERRED, "451"),
        ({"DATA": "554 no"}, AttemptOutcome.REFUSED, "554"),
        ({"BODY": "451 later"}, AttemptOutcome.DEFERRED, "451"),
        ({"BODY": "552 too big"}, AttemptOutcome.REFUSED, "552"),
        ({"BODY": "554 250 in the text"}, AttemptOutcome.REFUSED, "554"),
    ],
)
def test_a_reply_is_about_one_email_and_the_next_is_tried(
    app: Flask, can: Sequence[str], script: Script, outcome: AttemptOutcome, code: str
) -> None:
    with server(app, script, can=can) as rude:
        assert deliver(mails(2)) == ([RelayReply(outcome, code)] * 2, "")
    assert rude.connections == 1


@both_ways
@pytest.mark.parametrize("step", ["RCPT", "DATA", "BODY"])
@pytest.mark.parametrize("leaves", [True, False])
def test_a_server_that_closes_defers_this_email_and_gets_the_next_over_a_fresh_connection(
    app: Flask, can: Sequence[str], step: str, leaves: bool
) -> None:
    with server(app, {step: [Odd("421 closing", is_last=leaves)]}, can=can) as rude:
        replies, problem = deliver(mails(3))
    later, yes = (
        RelayReply(AttemptOutcome.DEFERRED, "421"),
        RelayReply(AttemptOutcome.ACCEPTED, "250"),
    )
    assert (replies, problem, rude.connections) == ([later, yes, yes], "", 2)
    assert (replies[0].stage, replies[0].kind) == (STAGES[step], ReplyKind.CLOSING)


@both_ways
@pytest.mark.parametrize("step", ["RCPT", "DATA", "BODY"])
def test_a_server_that_closes_each_connection_is_left_after_a_few(
    app: Flask, can: Sequence[str], step: str
) -> None:
    with server(app, {step: last("421 closing")}, can=can) as rude:
        replies, problem = deliver(mails(9))
    assert (problem, rude.accepted, rude.connections) == ("421", [], MOST_FRUITLESS + 1)
    deferred = [each for each in replies if each.outcome is AttemptOutcome.DEFERRED]
    assert len(deferred) == MOST_FRUITLESS + 1
    assert len(replies) - len(deferred) == (1 if can and step == "BODY" else 0)


@both_ways
@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("421 busy", "421"),
        (last("421 busy"), "421"),
        ("554 5.7.1 not you", "554 5.7.1"),
        (HANG_UP, LOST),
    ],
)
def test_a_refusing_greeting_takes_no_email_from_the_queue(
    app: Flask, can: Sequence[str], said: Said, problem: str
) -> None:
    with server(app, {"CONNECT": said}, can=can):
        assert deliver(mails(2)) == ([], problem)


def test_a_server_that_closes_at_ehlo_says_so(app: Flask) -> None:
    with server(app, {"EHLO": last("421 busy")}):
        assert deliver(mails(2)) == ([], "421")


@both_ways
@pytest.mark.parametrize(
    ("step", "reply", "code"),
    [
        ("MAIL", "421 busy", "MAIL 421"),
        ("MAIL", last("421 busy"), "MAIL 421"),
        ("MAIL", "530 sign in", "MAIL 530"),
        ("MAIL", "451 not now", "MAIL 451"),
        ("MAIL", "550 5.7.1 not you", "MAIL 550 5.7.1"),
        ("MAIL", "552 5.3.4 too large", "MAIL 552 5.3.4"),
        ("MAIL", "garbage", "MAIL -1"),
        ("MAIL", "354 what?", "MAIL 354"),
        ("MAIL", HANG_UP, LOST),
        ("MAIL", half("250"), LOST),
        ("RCPT", HANG_UP, LOST),
        ("RCPT", half("250 fi"), LOST),
        ("DATA", HANG_UP, LOST),
        ("DATA", half("354 go o"), LOST),
        ("DATA", "354 go on\r\n250 taken", "unasked reply"),
    ],
)
def test_a_server_that_refuses_us_or_is_gone_has_taken_nothing(
    app: Flask, can: Sequence[str], step: str, reply: Said, code: str
) -> None:
    with server(app, {step: reply}, can=can) as rude:
        replies, problem = deliver(mails(3))
    said = code.removeprefix("MAIL ")
    assert set(replies) == {RelayReply(AttemptOutcome.NOT_TRIED, said)}
    assert {each.stage for each in replies} == {STAGES[step]}
    assert (problem, rude.bodies, rude.commands.count("MAIL")) == (code, [], 1)


@both_ways
@pytest.mark.parametrize(
    ("step", "reply", "code"),
    [
        ("RCPT", "garbage", "-1"),
        ("RCPT", "2500 fine", "-1"),
        ("RCPT", "250-fine\r\n550 no", "-1"),
        ("RCPT", "354 go on", "354"),
        ("RCPT", "250 " + "x" * 9000, "-1"),
        ("RCPT", "\r\n".join(["250-more"] * 200), "-1"),
        ("DATA", "garbage", "-1"),
        ("DATA", "250 what?", "250"),
    ],
)
def test_an_envelope_answered_with_nonsense_is_put_off_and_ends_the_dialogue(
    app: Flask, can: Sequence[str], step: str, reply: str, code: str
) -> None:
    with server(app, {step: reply}, can=can) as rude:
        replies, problem = deliver(mails(3))
    assert (replies, problem) == ([RelayReply(AttemptOutcome.DEFERRED, code)], f"answer {code}")
    assert rude.bodies == []


@both_ways
@pytest.mark.parametrize("reply", [HANG_UP, half("2"), half("250"), half("250-taken\r\n25")])
def test_a_connection_lost_after_the_dot_leaves_us_uncertain(
    app: Flask, can: Sequence[str], reply: Said
) -> None:
    with server(app, {"BODY": reply}, can=can) as rude:
        replies, problem = deliver(mails(3))
    assert replies[0] == RelayReply(AttemptOutcome.UNCERTAIN, LOST)
    assert replies[1:] == [RelayReply(AttemptOutcome.NOT_TRIED, LOST)] * len(can)
    assert (problem, len(rude.bodies)) == (LOST, 1)


@both_ways
@pytest.mark.parametrize(
    "reply", ["garbage", "354 go on", "150 wait", "650 what", "250-a\r\n550 b"]
)
def test_an_answer_to_the_body_that_says_nothing_leaves_us_uncertain(
    app: Flask, can: Sequence[str], reply: str
) -> None:
    with server(app, {"BODY": reply}, can=can) as rude:
        replies, problem = deliver(mails(3))
    assert replies[0] == RelayReply(AttemptOutcome.UNCERTAIN, problem)
    assert replies[1:] == [RelayReply(AttemptOutcome.NOT_TRIED, problem)] * len(can)
    assert problem == f"answer {reply[:3] if reply[3] == ' ' else -1}"
    assert rude.connections == 1


@both_ways
@pytest.mark.parametrize("step", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("said", "problem"), [(HANG_UP, LOST), ("421 bye", "421"), ("502 what?", "answer 502")]
)
def test_a_refusal_counts_even_if_the_server_then_leaves(
    app: Flask, can: Sequence[str], step: str, said: str, problem: str
) -> None:
    with server(app, {step: "550 no", "RSET": said}, can=can):
        replies, why = deliver(mails(2))
    assert replies == [
        RelayReply(AttemptOutcome.REFUSED, "550"),
        RelayReply(AttemptOutcome.NOT_TRIED, problem),
    ]
    assert why == problem


@both_ways
def test_a_server_that_hangs_up_after_taking_an_email_has_taken_it(
    app: Flask, can: Sequence[str]
) -> None:
    with server(app, {}, then_leave="BODY", can=can):
        replies, problem = deliver(mails(3))
    assert replies == [
        RelayReply(AttemptOutcome.ACCEPTED, "250"),
        RelayReply(AttemptOutcome.NOT_TRIED, LOST),
    ]
    assert problem == LOST


@both_ways
@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        ("MAIL", AttemptOutcome.NOT_TRIED),
        ("RCPT", AttemptOutcome.NOT_TRIED),
        ("DATA", AttemptOutcome.NOT_TRIED),
        ("BODY", AttemptOutcome.UNCERTAIN),
    ],
)
@pytest.mark.parametrize(
    "reply",
    [
        Odd("250 late", seconds_before=1.4),
        Odd("250 in drips", seconds_between_bytes=0.1),
        Odd("250-a\r\n" * 90 + "250 in many lines", seconds_between_bytes=0.002),
    ],
    ids=["late", "drips", "lines"],
)
def test_a_reply_must_be_complete_in_time(
    app: Flask, can: Sequence[str], step: str, outcome: AttemptOutcome, reply: Odd
) -> None:
    with server(app, {step: reply}, can=can):
        replies, problem = deliver(mails(1), IMPATIENT)
    assert (replies, problem) == ([RelayReply(outcome, "TimeoutError")], "TimeoutError")


@pytest.mark.parametrize(
    ("phase", "step", "text"),
    [
        ("mail", "MAIL", "250"),
        ("rcpt", "RCPT", "250"),
        ("data", "DATA", "354"),
        ("dot", "BODY", "250"),
    ],
)
def test_each_phase_has_a_time_out_of_its_own(app: Flask, phase: str, step: str, text: str) -> None:
    patient = dataclasses.replace(IMPATIENT, **{phase: 30})
    with server(app, {step: Odd(text, seconds_before=0.5)}):
        assert deliver(mails(1), patient) == ([RelayReply(AttemptOutcome.ACCEPTED, "250")], "")


def test_replies_that_come_together_may_take_as_long_as_one_by_one(app: Flask) -> None:
    patience = Timeouts(mail=1, rcpt=1, data=1, dot=1)
    late = {step: Odd("250 ok", seconds_before=0.4) for step in ("MAIL", "RCPT", "BODY")}
    with server(app, {**late, "DATA": Odd("354 go on", seconds_before=0.3)}, can=[PIPELINING]):
        assert deliver(mails(2), patience) == ([RelayReply(AttemptOutcome.ACCEPTED, "250")] * 2, "")


def test_the_standard_patience_is_that_of_the_standard() -> None:
    assert dataclasses.astuple(PATIENT) == (20, 300, 300, 300, 120, 180, 600)


def test_a_server_that_never_greets_is_left(app: Flask) -> None:
    with server(app, {"CONNECT": Odd("220 ready", seconds_before=0.5)}):
        assert deliver(mails(1), Timeouts(greeting=0.1)) == ([], LOST)


def test_nobody_listening_is_the_relays_problem(app: Flask) -> None:
    with server(app, {}) as rude:
        rude.stop()
        assert deliver(mails(2)) == ([], "ConnectionRefusedError")
