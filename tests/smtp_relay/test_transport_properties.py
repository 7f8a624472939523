"""For any answers of a server to any commands, our report matches what it took."""

from collections.abc import Iterator, Mapping, Sequence

from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st

from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.smtp_relay.transport import MOST_FRUITLESS, RelayReply
from tests.servers.recording_listener import BOTH_WAYS, deliver, mails, server
from tests.servers.rude_server import HANG_UP, Odd, Said, half, last

LOST = "SMTPServerDisconnected"
MOST_MAILS = 6
POLITE = {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", "BODY": "250 ok", "RSET": "250"}
ODD: dict[str, list[Said]] = {
    "any": [last("421 bye"), HANG_UP, half("25"), "garbage", "150 wait"],
    "MAIL": ["250-a\r\n250 b", "530 sign in", "451 later"],
    "RCPT": ["251 on", "550 no", "450 later", "550 no", "550-a\r\n550 b"],
    "DATA": ["451 later", "554 no", "503 no", "250 what?"],
    "BODY": ["451 later", "554 no", "250-a\r\n250 b", "354 what?", last("250 ok")],
    "RSET": ["502 what?"],
}


def replies_to(verb: str) -> st.SearchStrategy[list[Said]]:
    """Draw the server's replies to a command, one for each time: mostly normal ones."""
    polite, odd = st.just(POLITE[verb]), st.sampled_from(ODD[verb])
    weighted = st.one_of(*[polite] * 4, *[odd] * 4, st.sampled_from(ODD["any"]))
    return st.lists(weighted, min_size=2 * MOST_MAILS, max_size=2 * MOST_MAILS)


scripts = st.fixed_dictionaries({verb: replies_to(verb) for verb in POLITE})


class Over(Exception):
    """The dialogue over this connection ends, with this problem.

    `goes_on`: a 421 answered one message, and the next goes over a fresh connection.
    """

    def __init__(self, problem: str, *, goes_on: bool = False) -> None:
        super().__init__(problem)
        self.goes_on = goes_on


class Model:
    """The expected report, computed step by step, one message after the other."""

    def __init__(self, script: Mapping[str, Sequence[Said]], *, pipelines: bool) -> None:
        self._script: dict[str, Iterator[Said]] = {verb: iter(s) for verb, s in script.items()}
        self._pipelines = pipelines
        self._has_left = self._has_taken_some = False
        self.replies: list[RelayReply] = []
        self.problem = ""

    def run(self, count: int) -> None:
        """Compute it for this many messages."""
        fruitless = 0
        for number in range(count):
            try:
                self._attempt()
            except Over as over:
                fruitless = 0 if self._has_taken_some else fruitless + 1
                if not over.goes_on or fruitless > MOST_FRUITLESS or number + 1 == count:
                    self.problem = str(over)
                    self._end(number, count)
                    return
                self._has_left = self._has_taken_some = False

    def _end(self, number: int, count: int) -> None:
        """Report the message at which the dialogue ended, and the one whose envelope was sent."""
        if len(self.replies) == number or (number + 1 < count and self._is_next_sent):
            code = self.problem.removeprefix("MAIL ")
            self.replies.append(RelayReply(AttemptOutcome.NOT_TRIED, code))

    def _attempt(self) -> None:
        self._is_next_sent = False
        mail = self._say("MAIL")
        if mail // 100 != 2:
            raise Over(f"MAIL {mail}")
        if (rcpt := self._say("RCPT")) // 100 != 2:
            self._refuse(rcpt)
            if self._pipelines:
                self._skip(self._say("DATA"))
            self._reset()
        elif (data := self._say("DATA")) != 354:
            self._refuse(data)
            self._reset()
        else:
            self._send_body()

    def _send_body(self) -> None:
        self._is_next_sent = self._pipelines
        try:
            code = self._say("BODY")
        except Over as over:
            self.replies.append(RelayReply(AttemptOutcome.UNCERTAIN, str(over)))
            raise
        names = {2: AttemptOutcome.ACCEPTED, 4: AttemptOutcome.DEFERRED, 5: AttemptOutcome.REFUSED}
        outcome = names.get(code // 100, AttemptOutcome.UNCERTAIN)
        text = f"answer {code}" if outcome is AttemptOutcome.UNCERTAIN else str(code)
        self.replies.append(RelayReply(outcome, text))
        self._has_taken_some |= outcome is AttemptOutcome.ACCEPTED
        self._insist(code, {2, 4, 5}, goes_on=True)

    def _refuse(self, code: int) -> None:
        outcome = AttemptOutcome.REFUSED if code // 100 == 5 else AttemptOutcome.DEFERRED
        self.replies.append(RelayReply(outcome, str(code)))
        self._insist(code, {4, 5}, goes_on=True)

    def _skip(self, code: int) -> None:
        if code != 354:
            self._insist(code, {4, 5}, goes_on=True)
            return
        self._is_next_sent = True
        self._insist(self._say("BODY"), {2, 4, 5})

    def _reset(self) -> None:
        self._is_next_sent = True  # or at least taken
        self._insist(self._say("RSET"), {2})

    def _insist(self, code: int, digits: set[int], *, goes_on: bool = False) -> None:
        if code == 421:
            raise Over("421", goes_on=goes_on)
        if code // 100 not in digits:
            raise Over(f"answer {code}")

    def _say(self, verb: str) -> int:
        """Return the code of the next reply. Raises Over if there is none."""
        if self._has_left:
            raise Over(LOST)
        said = next(self._script[verb])
        reply = said if isinstance(said, Odd) else Odd(said, is_last=not said)
        self._has_left = reply.is_last
        if reply.text == HANG_UP or not reply.end:
            raise Over(LOST)
        return int(reply.text[:3]) if reply.text[:3].isdecimal() else -1


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(count=st.integers(1, MOST_MAILS), can=st.sampled_from(BOTH_WAYS), script=scripts)
def test_the_report_of_every_email_matches_its_result(
    app: Flask, count: int, can: Sequence[str], script: Mapping[str, Sequence[Said]]
) -> None:
    model = Model(script, pipelines=bool(can))
    model.run(count)
    messages = mails(count)
    with server(app, script, can=can) as rude:
        replies, problem = deliver(messages)
    assert (replies, problem) == (model.replies, model.problem)
    taken = [
        m for m, r in zip(messages, replies, strict=False) if r.outcome is AttemptOutcome.ACCEPTED
    ]
    assert rude.accepted == [(m.recipient, m.content) for m in taken]
