"""An installation that is simulated: web processes, workers, database, relay, disk, and faults.

Everything that runs on a machine takes turns on its cores. A signup holds a thread of the web, then
the database, and waits for its commit on the disk; a worker sends its email. A campaign goes in
batches of one claim each. Times are in seconds.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from typing import Any

import simpy
from simpy.resources.store import StoreGet

from benchmarks.parts.simulated.costs import Costs

BATCH = 500
SLICE = 0.02  # seconds of a core, before the next one in the queue has it
TOGETHER = 50  # emails of one sender at a relay, before those of the next
THREADS_OF_WEB = 8  # two processes of four threads
PROCESSES_OF_WORKER = 2
LETTERS_TOGETHER = 20  # emails of signups that a worker claims at once, at most
STARTED_AGAIN_AFTER = 15.0  # a dead worker, by systemd: it goes on with what it had claimed
REFUSED_AFTER = 5.0  # the page that asks for patience
Steps = Generator[simpy.Event, Any, None]


class Machine:
    """Some cores, each of a share of the measured core's speed."""

    def __init__(self, env: simpy.Environment, cores: int, *, speed: float = 1.0) -> None:
        self._env, self._speed = env, speed
        self._cores = simpy.Resource(env, cores)
        self.busy = 0.0

    def work(self, seconds: float) -> Steps:
        """Take turns on the cores until so much CPU time is used."""
        left = seconds / self._speed
        while left > 1e-9:
            turn = min(SLICE, left)
            with self._cores.request() as core:
                yield core
                yield self._env.timeout(turn)
            self.busy += turn
            left -= turn


class Station:
    """Something that serves one after the other, and can be away: the relay, or the disk."""

    def __init__(self, env: simpy.Environment, *, rate: float) -> None:
        self._env, self.rate = env, rate
        self._turn = simpy.Resource(env, 1)
        self._is_there = env.event()
        self._is_there.succeed()

    def serve(self, units: float) -> Steps:
        """Take turns until so many units are served."""
        while units > 0:
            some = min(TOGETHER, units)
            with self._turn.request() as turn:
                yield turn
                yield self._is_there
                yield self._env.timeout(some / self.rate)
            units -= some

    def be_away(self, seconds: float) -> Steps:
        """Serve nobody for a while."""
        self._is_there = self._env.event()
        yield self._env.timeout(seconds)
        self._is_there.succeed()


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How many machines of which kind. `shared`: all on one machine, with visitors and receiver."""

    web: int = 1
    workers: int = 1
    relays: int = 1
    cores: int = 2
    database_cores: int = 2
    speed: float = 1.0
    shared: bool = False
    relay_rate: float = 1e9  # emails a second
    commit_rate: float = 5_000.0  # commits of the disk a second
    round_trip: float = 0.0


@dataclass
class Outcome:
    """The signups taken and refused, the seconds to their email, and the campaign emails."""

    taken: int = 0
    refused: int = 0
    waits: list[float] = field(default_factory=list)
    mails: int = 0
    mails_ended_at: float = 0.0
    letters_ended_at: float = 0.0

    def percentile(self, share: float) -> float:
        """Return the seconds within which so many of the signups had their email."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Installation:
    """A simulated installation. Its results are in `outcome`."""

    def __init__(self, costs: Costs, layout: Layout, *, seed: int = 1) -> None:
        self.env, self.costs, self.layout = simpy.Environment(), costs, layout
        self.outcome, self._random = Outcome(), Random(seed)  # noqa: S311 - no secret
        made = Machine(self.env, layout.cores, speed=layout.speed)
        one = made if layout.shared else None
        self._database = one or Machine(self.env, layout.database_cores, speed=layout.speed)
        self._webs = [one or self._machine() for _ in range(layout.web)]
        self._workers = [one or self._machine() for _ in range(layout.workers)]
        self._others = one
        self._disk = Station(self.env, rate=layout.commit_rate)
        self._relays = [Station(self.env, rate=layout.relay_rate) for _ in range(layout.relays)]
        self._threads = [simpy.Resource(self.env, THREADS_OF_WEB) for _ in self._webs]
        self._letters: simpy.Store = simpy.Store(self.env)
        self._batches: simpy.Store = simpy.Store(self.env)
        self._next_web = cycle(range(len(self._webs)))
        self._next_relay = cycle(self._relays)
        self._senders = [self._start(machine) for machine in self._workers]

    def _start(self, machine: Machine) -> list[simpy.Process]:
        """Start the processes of a worker."""
        loops = (self._send_letters, self._send_batches)
        return [
            self.env.process(loop(machine)) for loop in loops for _ in range(PROCESSES_OF_WORKER)
        ]

    def _machine(self) -> Machine:
        return Machine(self.env, self.layout.cores, speed=self.layout.speed)

    def sign_up(self, rate: float, seconds: float) -> None:
        """Let so many people a second sign up, at random moments."""
        self.env.process(self._arrive(rate, seconds))

    def sign_up_closed(self, visitors: int, seconds: float) -> None:
        """Let some visitors sign up for so long, each again as soon as the answer is there."""
        for _ in range(visitors):
            self.env.process(self._visit_again(seconds))

    def launch(self, people: int) -> None:
        """Send a campaign to so many people."""
        for first in range(0, people, BATCH):
            self._batches.put(min(BATCH, people - first))

    def lose_worker(self, at: float) -> None:
        """Kill the processes of the first worker; they are started again."""

        def kill() -> Steps:
            yield self.env.timeout(at)
            for sender in self._senders[0]:
                sender.interrupt()
            yield self.env.timeout(STARTED_AGAIN_AFTER)
            self._start(self._workers[0])

        self.env.process(kill())

    def slow_relay(self, at: float, seconds: float, *, to: float) -> None:
        """Let all relays take a share of their rate for a while."""

        def slow() -> Steps:
            yield self.env.timeout(at)
            for relay in self._relays:
                relay.rate *= to
            yield self.env.timeout(seconds)
            for relay in self._relays:
                relay.rate /= to

        self.env.process(slow())

    def restart_database(self, at: float, seconds: float) -> None:
        """Let nothing commit for a while."""

        def restart() -> Steps:
            yield self.env.timeout(at)
            yield from self._disk.be_away(seconds)

        self.env.process(restart())

    def _arrive(self, rate: float, seconds: float) -> Steps:
        while self.env.now < seconds:
            yield self.env.timeout(self.draw_pause(rate))
            self.env.process(self._take())

    def draw_pause(self, rate: float) -> float:
        """Return the seconds between two visitors who come at random."""
        return self._random.expovariate(rate)

    def _visit_again(self, seconds: float) -> Steps:
        while self.env.now < seconds:
            yield from self._take()

    def _take(self) -> Steps:
        began, number = self.env.now, next(self._next_web)
        with self._threads[number].request() as thread:
            got = yield thread | self.env.timeout(REFUSED_AFTER)
            if thread not in got:
                self.outcome.refused += 1
                return
            if self._others is not None:
                yield from self._others.work(self.costs.signup_others / 1000)
            yield from self._webs[number].work(self.costs.signup_web / 1000)
            yield from self._commit(self.costs.signup_database / 1000)
        self.outcome.taken += 1
        self._letters.put(began)

    def _commit(self, seconds: float) -> Steps:
        yield self.env.timeout(self.layout.round_trip)
        yield from self._database.work(seconds)
        yield from self._disk.serve(1)

    def _send_letters(self, machine: Machine) -> Steps:
        letters: list[float] = []
        claim = self._letters.get()
        try:
            while True:
                letters = [(yield claim)]
                while self._letters.items and len(letters) < LETTERS_TOGETHER:
                    letters.append(self._letters.items.pop(0))
                yield from machine.work(len(letters) * self.costs.signup_worker / 1000)
                yield from next(self._next_relay).serve(len(letters))
                yield from self._disk.serve(1)
                self.outcome.waits += [self.env.now - began for began in letters]
                self.outcome.letters_ended_at = self.env.now
                letters, claim = [], self._letters.get()
        except simpy.Interrupt:
            self.env.process(self._put_back(self._letters, claim, letters))

    def _send_batches(self, machine: Machine) -> Steps:
        sizes: list[int] = []
        claim = self._batches.get()
        try:
            while True:
                sizes = [(yield claim)]
                size = sizes[0]
                yield from self._commit(size * self.costs.mail_database / 2000)
                yield from machine.work(size * self.costs.mail_worker / 1000)
                if self._others is not None:
                    yield from self._others.work(size * self.costs.mail_others / 1000)
                yield from next(self._next_relay).serve(size)
                yield from self._commit(size * self.costs.mail_database / 2000)
                self.outcome.mails += size
                self.outcome.mails_ended_at = self.env.now
                sizes, claim = [], self._batches.get()
        except simpy.Interrupt:
            self.env.process(self._put_back(self._batches, claim, sizes))

    def _put_back(self, queue: simpy.Store, claim: StoreGet, claimed: list[Any]) -> Steps:
        """Put back what a dead process had claimed: its journal says what left, so once."""
        if not claim.triggered:
            claim.cancel()
        elif not claimed:
            claimed = [claim.value]
        yield self.env.timeout(STARTED_AGAIN_AFTER)
        for each in claimed:
            queue.put(each)
