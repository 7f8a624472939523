"""The ballots that owners announce, with their silence and their territory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from sqlalchemy import delete, select

from supporters import clock
from supporters.audit_log.audit_events import record_act
from supporters.database import db, in_transaction, use_case
from supporters.ids import new_id
from supporters.sending_times.acts import SendingTimesAct
from supporters.sending_times.models import Ballot, BallotPlace, SilenceKind
from supporters.sending_times.rules import LocalMinute, SilenceHours
from supporters.sending_times.silence_rules import SILENCE_RULES
from supporters.territory.rules import (
    FaultyPlace,
    PlaceKind,
    Territory,
    TypedTerritory,
    make_territory,
    read_territory,
)


class BallotError(Enum):
    """Why a ballot isn't stored."""

    UNKNOWN = auto()


@dataclass(frozen=True, kw_only=True)
class BallotDraft:
    """A ballot as it was typed. `typed_hours` count if the silence is typed."""

    name: str
    country: str
    first_day: date
    last_day: date
    silence: SilenceKind
    typed_hours: SilenceHours | None
    places: TypedTerritory

    @property
    def hours(self) -> SilenceHours | None:
        """The hours of the silence; None if there is none."""
        rule = SILENCE_RULES.get(self.country)
        match self.silence:
            case SilenceKind.TYPED:
                return self.typed_hours
            case SilenceKind.RULE if rule is not None:
                return rule.hours_of(self.first_day, self.last_day)
            case _:
                return None


@use_case
def add_ballot(draft: BallotDraft, by_id: int | None) -> Ballot | list[FaultyPlace]:
    """Store a ballot; return it, or the faults of its places."""
    territory = read_territory(draft.places)
    if isinstance(territory, list):
        return territory
    now = clock.now()
    ballot = Ballot(id=new_id(now), created_at=now, created_by=by_id)
    db.session.add(ballot)
    _write(ballot, draft, territory, by_id=by_id)
    record_act(SendingTimesAct.BALLOT_ADDED, ballot.id, _describe(ballot))
    return ballot


@use_case
def change_ballot(
    ballot_id: int, draft: BallotDraft, by_id: int | None
) -> Ballot | BallotError | list[FaultyPlace]:
    """Change a ballot; return it, or the faults of its places. Workers read it at once.

    A campaign that its silence has paused stays so until a person resumes it.
    """
    territory = read_territory(draft.places)
    if isinstance(territory, list):
        return territory
    ballot = db.session.get(Ballot, ballot_id, with_for_update=True)
    if ballot is None:
        return BallotError.UNKNOWN
    _write(ballot, draft, territory, by_id=by_id)
    record_act(SendingTimesAct.BALLOT_CHANGED, ballot.id, _describe(ballot))
    return ballot


@use_case
def delete_ballot(ballot_id: int) -> bool:
    """Delete a ballot with its silence; tell whether it was there."""
    ballot = db.session.get(Ballot, ballot_id, with_for_update=True)
    if ballot is None:
        return False
    record_act(SendingTimesAct.BALLOT_DELETED, ballot.id, _describe(ballot))
    db.session.delete(ballot)
    return True


@in_transaction
def _write(ballot: Ballot, draft: BallotDraft, territory: Territory, *, by_id: int | None) -> None:
    hours = draft.hours
    ballot.name, ballot.country, ballot.silence = draft.name, draft.country, draft.silence
    ballot.first_day, ballot.last_day = draft.first_day, draft.last_day
    begins, ends = (None, None) if hours is None else (hours.begins, hours.ends)
    ballot.begins_on = begins.day if begins else None
    ballot.begins_minute = begins.minute if begins else None
    ballot.ends_on = ends.day if ends else None
    ballot.ends_minute = ends.minute if ends else None
    ballot.changed_at, ballot.changed_by = clock.now(), by_id
    db.session.flush()
    db.session.execute(delete(BallotPlace).where(BallotPlace.ballot_id == ballot.id))
    db.session.add_all(
        BallotPlace(ballot_id=ballot.id, kind=kind, code=code)
        for kind in PlaceKind
        for code in sorted(territory.codes_of(kind))
    )


def _describe(ballot: Ballot) -> dict[str, str | None]:
    hours = hours_of(ballot)
    return {
        "country": ballot.country,
        "first_day": ballot.first_day.isoformat(),
        "last_day": ballot.last_day.isoformat(),
        "begins": None if hours is None else f"{hours.begins.day} {hours.begins.minute}",
        "ends": None if hours is None else f"{hours.ends.day} {hours.ends.minute}",
    }


def hours_of(ballot: Ballot) -> SilenceHours | None:
    """Return the hours of the silence of a ballot; None if it has none."""
    if ballot.begins_on is None or ballot.ends_on is None:
        return None
    begins = LocalMinute(ballot.begins_on, ballot.begins_minute or 0)
    return SilenceHours(begins, LocalMinute(ballot.ends_on, ballot.ends_minute or 0))


def find_ballot(ballot_id: int) -> Ballot | None:
    """Return the ballot with this id."""
    return db.session.get(Ballot, ballot_id)


def list_ballots() -> Sequence[Ballot]:
    """Return all ballots, the last one first."""
    return db.session.scalars(select(Ballot).order_by(Ballot.first_day.desc(), Ballot.id)).all()


def find_ballot_territory(ballot_id: int) -> Territory:
    """Return the places of a ballot; an empty territory if it concerns every list."""
    places = db.session.scalars(select(BallotPlace).where(BallotPlace.ballot_id == ballot_id))
    return make_territory((place.kind, place.code) for place in places)
