"""The steps of an evening with many visitors, who ask the pages of a running installation."""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import select

from benchmarks.parts.installation import Installation
from benchmarks.parts.load import THREADS, Answers, Visit, ask
from benchmarks.parts.printing import Figure
from benchmarks.parts.processes import cpu_seconds
from benchmarks.parts.served_pages import Served, served
from supporters import clock
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction
from supporters.extensions import current_tokens
from supporters.ids import new_id
from supporters.lists.models import Subscription
from supporters.lists.queries import list_open_lists
from supporters.mail.models import OutboxEmail
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.signup.rush.models import LARGEST_FACTOR, AnnouncedBroadcast
from supporters.signup.rush.rules import LONGEST_EVENT
from supporters.web.public.signup.forms import box_name
from tests.factories.lists import make_list
from tests.factories.signups import values_in
from tests.faults.evening.guessers import Stranger
from tests.web.public.pages import box_values, hidden_values

JOIN = "/fr/join/national"
FASTEST_HUMAN = 3.0  # seconds: a form that is sent earlier counts as a program's
ONE_CLICK = urlencode({"List-Unsubscribe": "One-Click"})
FEWEST_LINES = 200  # of a step whose lines are used once; some of them are left at its end
MOST_ROUNDS = 60
SECONDS_OF_A_ROUND = 2.0
WARM_SECONDS = 2  # the first requests of a process compile its pages; 16 at once would wait


@dataclass(frozen=True, kw_only=True)
class Step:
    """The answers to one kind of request, with the CPU time of web, worker and database."""

    answers: Answers
    cpu: dict[str, float]

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """Yield its figures."""
        yield "rate", round(self.answers.rate, 1)
        yield "ms_50", round(self.answers.ms_50, 1)
        yield "ms_99", round(self.answers.ms_99, 1)
        for name, seconds in self.cpu.items():
            yield f"cpu_ms_{name}", round(1000 * seconds / max(1, self.answers.requests), 2)


class Evening:
    """A running installation with one list, and the people who ask it."""

    def __init__(self, installation: Installation, web: Served) -> None:
        self.installation, self.web, self.port = installation, web, web.port
        announce_broadcast(installation)
        self.taken = 0
        self._processes = {"web": web.process, "database": installation.database_process}
        visitor = Stranger(web.port, JOIN)
        assert visitor.open_page()
        boxes = dict([*box_values(visitor.html).items()][:1])
        typed = {"is_15": "y", "email": "rushNUMBER@example.org"}
        form = urlencode({**hidden_values(visitor.html), **boxes, **typed})
        self.signup = Visit([(JOIN, form)], "POST", visitor.cookie)
        time.sleep(FASTEST_HUMAN)
        self.taken += ask(self.port, self.signup, WARM_SECONDS, connections=THREADS).requests

    @classmethod
    @contextmanager
    def begun(cls, installation: Installation) -> Iterator["Evening"]:
        """Start the pages of an installation with one list."""
        with installation.app.app_context():
            make_list()
        with served(installation) as web:
            yield cls(installation, web)

    def steps(self, names: Collection[str], seconds: float) -> Iterator[tuple[str, Step]]:
        """Yield the steps of these names, each alone, without a worker."""
        all_steps: dict[str, Callable[[], Step]] = {
            "form": lambda: self._time(Visit([(JOIN, "")]), seconds / 2),
            "post": lambda: self.sign_up(seconds),
            "confirmation": lambda: self._time(self.confirmation_pages(), seconds / 2),
            "confirm": lambda: self._time(self.confirmations(), seconds / 4),
            "why": lambda: self._time(self.why_pages(), seconds / 2),
            "leave": lambda: self._time(self.departures(), seconds / 8),
        }
        for name, time_step in all_steps.items():
            if name in names:
                yield name, time_step()

    def sign_up(self, seconds: float, worker: int | None = None) -> Step:
        """Sign new people up; `worker`: a process of which the CPU time counts as well."""
        step = self._time(self.signup, seconds, worker)
        self.taken += step.answers.requests
        return step

    def confirmation_pages(self) -> Visit:
        """Return the links of the emails that wait for an answer."""
        return Visit([(link, "") for link, _ in self.confirmations().lines])

    def confirmations(self, fewest: int = FEWEST_LINES) -> Visit:
        """Return the forms behind these links with their boxes ticked, each for once.

        More people sign up if there are too few.
        """
        for _ in range(MOST_ROUNDS):
            links = self._open_links()
            if len(links) >= fewest:
                return Visit(self._fill_in(links), "POST", self.signup.cookie, is_once=True)
            self.sign_up(SECONDS_OF_A_ROUND)
        raise SystemExit("Too few people sign up.")

    def why_pages(self) -> Visit:
        """Return the link “Why did I get this?” of each person."""
        return Visit([(link, "") for link in self._links_of_people("/fr/why", TokenPurpose.WHY)])

    def departures(self) -> Visit:
        """Return the one-click request of each person, for once."""
        links = self._links_of_people("/leave", TokenPurpose.UNSUBSCRIBE)
        return Visit([(link, ONE_CLICK) for link in links], "POST", is_once=True)

    def _time(self, visit: Visit, seconds: float, worker: int | None = None) -> Step:
        processes = {**self._processes, **({"worker": worker} if worker else {})}
        before = {name: cpu_seconds(process) for name, process in processes.items()}
        answers = ask(self.port, visit, seconds)
        used = {name: cpu_seconds(each) - before[name] for name, each in processes.items()}
        return Step(answers=answers, cpu=used)

    def _open_links(self) -> list[tuple[str, int]]:
        """Return the path of the link in each email, and the number of its box."""
        with self.installation.app.app_context():
            rows = db.session.execute(
                select(OutboxEmail, SignupChoice.event_id)
                .join(SignupRequest, SignupRequest.email_id == OutboxEmail.id)
                .join(SignupChoice)
                .where(SignupRequest.confirmed_at.is_(None), OutboxEmail.encrypted.is_not(None))
            )
            urls = [(str(values_in(email)["confirm_url"]), event_id) for email, event_id in rows]
        return [(path_of(url), event_id) for url, event_id in urls]

    def _fill_in(self, links: list[tuple[str, int]]) -> list[tuple[str, str]]:
        page = Stranger(self.port, links[0][0], self.signup.cookie)
        assert page.open_page()
        hidden = hidden_values(page.html)
        return [
            (link, urlencode({**hidden, "shown": str(event_id), box_name(event_id): "y"}))
            for link, event_id in links
        ]

    def _links_of_people(self, path: str, purpose: TokenPurpose) -> list[str]:
        """Return a signed link of each person; more people confirm if there are too few."""
        for _ in range(MOST_ROUNDS):
            with self.installation.app.app_context():
                sign = current_tokens().sign
                rows = db.session.execute(
                    select(Subscription.subscriber_id, Subscription.mailing_list_id)
                )
                links = [f"{path}/{sign(purpose, [person, on, 1])}" for person, on in rows]
            if len(links) >= FEWEST_LINES:
                return links
            self._time(self.confirmations(2 * FEWEST_LINES), SECONDS_OF_A_ROUND)
        raise SystemExit("Too few people confirm.")


def announce_broadcast(installation: Installation) -> None:
    """Announce the evening, as owners do before a broadcast: otherwise its emails are held."""
    with installation.app.app_context(), transaction():
        now = clock.now()
        broadcast = AnnouncedBroadcast(
            id=new_id(now),
            name="Broadcast",
            mailing_list_id=list_open_lists()[0].id,
            factor=LARGEST_FACTOR,
            begins_at=now,
            ends_at=now + LONGEST_EVENT,
            created_at=now,
        )
        db.session.add(broadcast)


def path_of(url: str) -> str:
    """Return an address without its host."""
    return "/" + url.partition("://")[2].partition("/")[2]
