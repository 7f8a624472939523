"""An erasure tells the officer where texts of the team name the erased address."""

import pytest
from flask import Flask

from supporters.breaches.breach_register import note_breach
from supporters.campaigns.comments.team_comments import NewComment, add_comment
from supporters.consent.record_models import ErasureReason
from supporters.database import db
from supporters.lists.queries import find_list_by_slug
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.people.addresses import parse_address
from supporters.personal_data.acts import PersonNotice
from supporters.personal_data.erasure import ErasureOrder, erase_address, erase_person
from tests.factories.accounts import make_owner
from tests.factories.breaches import make_breach
from tests.factories.campaigns import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber, values_in

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

ORDER = ErasureOrder(reason=ErasureReason.ASKED)


def told() -> list[str]:
    """Return the pages in the notices to the officer."""
    kind = OutboxEmail.kind == EmailKind.SECURITY_NOTICE
    values = [values_in(each) for each in db.session.scalars(db.select(OutboxEmail).where(kind))]
    named = [each for each in values if each["notice"] == PersonNotice.ERASED_IN_TEXTS.value]
    assert ADDRESS not in str(named)
    return [str(each["pages"]) for each in named]


def comment(body: str) -> int:
    campaign = make_campaign(find_list_by_slug("national") or make_list(), "Réunion")
    add_comment(campaign.id, NewComment(body=body), make_owner().id)
    return campaign.id


def test_the_pages_with_the_address_are_listed() -> None:
    person = make_subscriber(ADDRESS, make_list())
    breach = make_breach()
    note_breach(breach.id, f"Seen by {ADDRESS.upper()}.")
    campaign_id = comment(f"Ask {ADDRESS}, please.")
    erase_person(person.id, ORDER)
    pages = {f"/console/breaches/{breach.id}", f"/console/campaigns/{campaign_id}/comments"}
    assert {each.removeprefix("http://localhost") for each in told()[0].split()} == pages


def test_an_unknown_address_is_looked_for_as_well() -> None:
    comment(f"Ask {ADDRESS}, please.")
    erase_address(parse_address(ADDRESS), ORDER)
    assert len(told()) >= 1


def test_nobody_is_told_without_such_a_text(app: Flask) -> None:
    person = make_subscriber(ADDRESS, make_list())
    comment("Ask other@example.org, please.")
    erase_person(person.id, ORDER)
    assert told() == []
