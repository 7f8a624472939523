"""Factories of sending windows, and of ballots with their silence."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from supporters.sending_times.ballots import BallotDraft, add_ballot
from supporters.sending_times.models import Ballot, SilenceKind
from supporters.sending_times.rules import Window
from supporters.sending_times.sending_window import change_window
from supporters.territory.rules import TypedTerritory

PARIS = ZoneInfo("Europe/Paris")
VOTE = date(2027, 4, 11)  # a Sunday
ALL_DAYS = frozenset(range(7))
DAYTIME = Window(days=ALL_DAYS, opens=8 * 60, closes=21 * 60)


def in_paris(text: str) -> datetime:
    """Return the moment at which the clock of Paris shows this."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def open_in_daytime() -> None:
    """Let campaigns leave from 8:00 to 21:00, every day."""
    assert change_window(DAYTIME, None) is True


def draft_of(
    name: str = "Régionales",
    *,
    country: str = "FR",
    day: date = VOTE,
    silence: SilenceKind = SilenceKind.RULE,
    **places: str,
) -> BallotDraft:
    """Return a ballot of one day as it was typed."""
    return BallotDraft(
        name=name,
        country=country,
        first_day=day,
        last_day=day,
        silence=silence,
        typed_hours=None,
        places=TypedTerritory(**places),
    )


def make_ballot(name: str = "Régionales", **values: str) -> Ballot:
    """Return a ballot on 11 April 2027; in France, its silence begins on Saturday at 0:00."""
    ballot = add_ballot(draft_of(name, **values), None)
    assert isinstance(ballot, Ballot)
    return ballot
