"""Ballots, their silence by the rule of a country or as typed, and the lists that they concern."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit_log.audit_events import AuditEvent
from supporters.database import db
from supporters.lists.list_territories import change_territory
from supporters.lists.models import MailingList
from supporters.sending_times.ballots import (
    BallotError,
    add_ballot,
    change_ballot,
    delete_ballot,
    find_ballot,
    find_ballot_territory,
    hours_of,
    list_ballots,
)
from supporters.sending_times.bulk_mail import BulkMailTimes, Concern, find_silence, judge_concern
from supporters.sending_times.models import Ballot, BallotPlace, SilenceKind
from supporters.territory.rules import (
    PlaceKind,
    Territory,
    TypedTerritory,
    make_territory,
    read_territory,
)
from tests.factories.lists import make_list
from tests.factories.sending_day.sending_times import draft_of, in_paris, make_ballot

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
SATURDAY, SUNDAY_EVENING = "2027-04-10 00:00", "2027-04-11 20:00"
A_MINUTE = timedelta(minutes=1)


def make_local_list(slug: str, **places: str) -> MailingList:
    """Return a list with a territory."""
    mailing_list = make_list(slug, slug)
    assert change_territory(mailing_list.id, TypedTerritory(**places)) is True
    return db.session.get_one(MailingList, mailing_list.id)


@pytest.mark.both_databases
def test_a_ballot_is_added_changed_and_deleted_and_each_act_recorded() -> None:
    with acting_as(Actor(ActorKind.COMMAND, name="eve")):
        ballot = make_ballot(departements="69")
        changed = change_ballot(ballot.id, draft_of("Le second tour", departements="2A"), None)
        assert isinstance(changed, Ballot)
        assert [each.name for each in list_ballots()] == ["Le second tour"]
        assert find_ballot_territory(ballot.id).departements == {"2A"}
        assert [delete_ballot(ballot.id), delete_ballot(ballot.id)] == [True, False]
    assert change_ballot(ballot.id, draft_of(), None) is BallotError.UNKNOWN
    acts = db.session.scalars(db.select(AuditEvent.act).order_by(AuditEvent.id)).all()
    assert acts == ["ballot.added", "ballot.changed", "ballot.deleted"]
    assert db.session.query(BallotPlace).count() == 0


def test_places_that_nobody_knows_are_refused() -> None:
    assert isinstance(add_ballot(draft_of(departements="99"), None), list)
    assert not list_ballots()


def test_the_hours_come_from_the_rule_of_the_country() -> None:
    for country, has_silence in (("FR", True), ("DE", False), ("CH", False)):
        ballot = make_ballot(country=country)
        assert (hours_of(ballot) is not None) is has_silence, country
    none = add_ballot(draft_of(silence=SilenceKind.NONE), None)
    assert isinstance(none, Ballot)
    assert hours_of(none) is None


@pytest.mark.both_databases
def test_the_silence_begins_and_ends_at_its_minute() -> None:
    mailing_list, ballot = make_list(), make_ballot()
    begins, ends = in_paris(SATURDAY), in_paris(SUNDAY_EVENING)
    for moment, is_silent in (
        (begins - A_MINUTE, False),
        (begins, True),
        (ends - A_MINUTE, True),
        (ends, False),
    ):
        assert (find_silence([mailing_list.id], moment) is not None) is is_silent, moment
    found = find_silence([mailing_list.id], begins)
    assert found is not None
    assert (found.ballot_id, found.begins_at, found.ends_at) == (ballot.id, begins, ends)


def test_the_silence_goes_by_the_clock_of_the_list() -> None:
    reunion, guadeloupe = (
        make_local_list(f"d{code}", departements=code) for code in ("974", "971")
    )
    make_ballot()
    begins = in_paris(SATURDAY)
    for mailing_list, hours in ((reunion, -2), (guadeloupe, 6)):
        moment = begins + timedelta(hours=hours)
        assert find_silence([mailing_list.id], moment), mailing_list.slug
        assert not find_silence([mailing_list.id], moment - A_MINUTE), mailing_list.slug


def test_of_several_lists_one_with_silence_is_enough_and_the_longest_counts() -> None:
    lyon, corsica = (
        make_local_list("lyon", communes="Lyon"),
        make_local_list("a", departements="2A"),
    )
    make_ballot("Lyon", communes="Lyon")
    moment = in_paris("2027-04-10 12:00")
    assert [bool(find_silence([each.id], moment)) for each in (lyon, corsica)] == [True, False]
    make_ballot("Italie", country="IT")
    found = find_silence([corsica.id, lyon.id], moment)
    assert found is not None
    assert found.ballot_name == "Italie"


def test_how_much_of_a_list_a_ballot_concerns() -> None:
    def typed(**places: str) -> Territory:
        territory = read_territory(TypedTerritory(**places))
        assert isinstance(territory, Territory)
        return territory

    faults = []
    nothing, rhone, lyon = typed(), typed(departements="69"), typed(communes="Lyon")
    lyon_3, postcode = typed(communes="69383"), typed(postcodes="69003")
    corsica = typed(departements="2A")
    for list_territory, ballot, concern in (
        (nothing, nothing, Concern.WHOLE),
        (lyon, nothing, Concern.WHOLE),
        (nothing, lyon, Concern.PART),
        (lyon, rhone, Concern.WHOLE),
        (rhone, lyon, Concern.PART),
        (lyon_3, lyon, Concern.WHOLE),
        (lyon, lyon_3, Concern.PART),
        (postcode, lyon, Concern.WHOLE),
        (postcode, rhone, Concern.WHOLE),
        (lyon, postcode, Concern.PART),
        (rhone, rhone, Concern.WHOLE),
        (corsica, rhone, Concern.NONE),
        (typed(departements="69, 2A"), rhone, Concern.PART),
    ):
        if (found := judge_concern(list_territory, ballot)) is not concern:
            faults.append((list_territory, ballot, found))
    assert not faults


def test_silences_ahead_are_listed_in_their_order() -> None:
    mailing_list = make_list()
    make_ballot("Lyon", communes="Lyon")
    make_ballot("Partout")
    times = BulkMailTimes(in_paris("2027-04-01 12:00"), ahead=timedelta(days=14))
    named = {
        concern: [each.ballot_name for each in times.list_silences([mailing_list.id], concern)]
        for concern in Concern
    }
    assert named == {Concern.WHOLE: ["Partout"], Concern.PART: ["Lyon"], Concern.NONE: []}
    assert make_territory([(PlaceKind.COMMUNE, "69123")]).communes == {"69123"}


VALUES = {
    "name": "'Vote'",
    "country": "'FR'",
    "first_day": "'2027-04-11'",
    "last_day": "'2027-04-11'",
    "silence": "'typed'",
    "begins_on": "'2027-04-10'",
    "begins_minute": "0",
    "ends_on": "'2027-04-11'",
    "ends_minute": "1200",
    "created_at": "'2027-01-01 00:00:00'",
    "changed_at": "'2027-01-01 00:00:00'",
}


@pytest.mark.both_databases
def test_the_database_holds_a_whole_silence_or_none() -> None:
    accepted = []
    for other in (
        {"name": "''"},
        {"last_day": "'2027-04-10'"},
        {"silence": "'maybe'"},
        {"silence": "'none'"},
        {"begins_minute": "NULL"},
        {"ends_on": "NULL"},
        {"ends_minute": "1440"},
        {"ends_on": "'2027-04-09'"},
        {"ends_on": "'2027-04-10'", "ends_minute": "0"},
        dict.fromkeys(("begins_on", "begins_minute", "ends_on", "ends_minute"), "NULL"),
    ):
        values = {**VALUES, **other}
        order = (
            f"INSERT INTO ballot (id, {', '.join(values)}) VALUES (1, {', '.join(values.values())})"
        )
        try:
            db.session.execute(text(order))
            accepted.append(other)
        except IntegrityError:
            db.session.rollback()
    db.session.rollback()
    assert accepted == []
    assert find_ballot(1) is None
