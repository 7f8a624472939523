"""Recording retention actions, and readers of the results of runs."""

from dataclasses import dataclass, field
from datetime import datetime

from supporters.database import db, transaction
from supporters.people.models import Subscriber
from supporters.retention.models import RetentionResult, RetentionRun
from supporters.retention.retention_actions import RetentionActions, StillApplies
from supporters.retention.rules import Category


class ActionFailed(Exception):
    """The retention action failed."""


@dataclass
class RecordingActions:
    """Records the people to erase or to ask. It erases nobody and sends nothing."""

    erased: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    fails_for: set[int] = field(default_factory=set)

    def means(self) -> RetentionActions:
        """Return the actions for a round."""
        return RetentionActions(erase=self._erase, ask_to_reconfirm=self._ask_again)

    def _erase(self, subscriber_id: int, _still_so: StillApplies, now: datetime) -> bool:
        if subscriber_id in self.fails_for:
            raise ActionFailed
        self.erased.append(subscriber_id)
        return True

    def _ask_again(self, subscriber_id: int, _still_so: StillApplies, now: datetime) -> bool:
        if subscriber_id in self.fails_for:
            raise ActionFailed
        self.asked.append(subscriber_id)
        with transaction():
            db.session.get_one(Subscriber, subscriber_id).asked_again_at = now
        return True


def result_of(run_id: int | None, category: Category) -> RetentionResult:
    """Return the result of a run for a category."""
    return db.session.get_one(RetentionResult, (run_id, category.value))


def list_all_runs() -> list[RetentionRun]:
    """Return every run, oldest first."""
    db.session.rollback()
    return [*db.session.scalars(db.select(RetentionRun).order_by(RetentionRun.id))]
