"""Looks once a second at an evening: emails, seals, and the memory of the processes."""

import csv
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.parts.installation import Installation
from benchmarks.parts.line_chart import Line, draw_lines
from benchmarks.parts.paced_load import PacedAnswers
from benchmarks.parts.processes import family_megabytes
from benchmarks.parts.repeating import repeated
from supporters.database import db
from supporters.delivery.progress import get_progress
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.transparency_log.queries import find_latest_checkpoint

EVERY_SECONDS = 1.0
SMOOTHED_OVER = 5  # seconds: entries are sealed many at once
ACROSS = "seconds"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The counts since the beginning, and the memory in MB, at a second."""

    at: float
    signup_emails: int
    campaign_emails: int
    sealed: int
    web_mb: float
    worker_mb: float
    database_mb: float


@dataclass
class Sampler:
    """Takes the samples of an installation in a thread of its own."""

    installation: Installation
    campaign: int
    processes: Mapping[str, int | None]
    samples: list[Sample] = field(default_factory=list)

    def running(self) -> AbstractContextManager[None]:
        """Look each second until the end of the block."""
        return repeated(lambda: self.samples.append(self._look()), every_seconds=EVERY_SECONDS)

    def _look(self) -> Sample:
        memory = {f"{name}_mb": family_megabytes(each) for name, each in self.processes.items()}
        with self.installation.app.app_context():
            checkpoint = find_latest_checkpoint()
            emails = select(func.count(OutboxEmail.id)).where(
                OutboxEmail.kind == EmailKind.CONFIRM_SIGNUP, OutboxEmail.status == EmailStatus.SENT
            )
            return Sample(
                at=time.time(),
                signup_emails=db.session.scalar(emails) or 0,
                campaign_emails=get_progress(self.campaign).accepted,
                sealed=checkpoint.size if checkpoint else 0,
                **memory,
            )


@dataclass(frozen=True)
class Course:
    """The course of an evening: its samples, and the requests that were taken."""

    samples: Sequence[Sample]
    answers: PacedAnswers

    def taken(self) -> list[int]:
        """Return how many requests were taken by the time of each sample."""
        moments = Counter(
            int(each.answered_at - self.samples[0].at) for each in self.answers.answers
        )
        total, course = 0, []
        for number in range(len(self.samples)):
            total += moments[number]
            course.append(total)
        return course

    def write(self, file: Path) -> None:
        """Write all figures as CSV."""
        with file.open("w", newline="") as output:
            writer = csv.writer(output)
            writer.writerow(["second", "taken", *list(asdict(self.samples[0]))[1:]])
            for number, (taken, sample) in enumerate(zip(self.taken(), self.samples, strict=True)):
                writer.writerow([number, taken, *map(_rounded, astuple(sample)[1:])])

    def draw(self, folder: Path) -> None:
        """Draw the pictures of the operators' guide."""
        signups = [
            Line("requests taken", _rates(self.taken())),
            Line("emails taken", _rates([each.signup_emails for each in self.samples])),
            Line("entries sealed", _rates([each.sealed for each in self.samples])),
        ]
        campaign = [
            Line("campaign emails", _rates([each.campaign_emails for each in self.samples]))
        ]
        memory = [
            Line("web", [each.web_mb for each in self.samples]),
            Line("worker", [each.worker_mb for each in self.samples]),
            Line("database", [each.database_mb for each in self.samples]),
        ]
        for name, title, unit, lines in (
            ("evening-signups", "Signups while a campaign is sent", "a second", signups),
            ("evening-campaign", "The campaign beside the signups", "a second", campaign),
            ("evening-memory", "Memory", "MB", memory),
        ):
            picture = draw_lines(title, lines, unit=unit, across=ACROSS)
            (folder / f"{name}.svg").write_text(picture, encoding="utf-8")


def _rates(totals: Sequence[int]) -> list[float]:
    """Return the change in a second, as the mean of the last few seconds."""
    return [
        (total - totals[max(0, number - SMOOTHED_OVER)]) / min(number, SMOOTHED_OVER)
        if number
        else 0.0
        for number, total in enumerate(totals)
    ]


def _rounded(value: float) -> float:
    return round(value, 1)
