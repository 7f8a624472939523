"""A party with two lists, and accounts that may see the first one only."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import get_role
from supporters.database import db, transaction
from supporters.evidence.evidence_disclosure import disclose_evidence
from supporters.lists.models import MailingList
from supporters.team.list_scopes import limit_organiser
from tests.factories.accounts import make_organiser, sign_in
from tests.factories.approvals import launch_ready
from tests.factories.breaches import make_breach
from tests.factories.cases import make_case
from tests.factories.drafts import make_campaign, make_campaign_to
from tests.factories.forms import make_form
from tests.factories.imports import csv_of, waiting
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber_with_snapshot, request_to_join


@dataclass(frozen=True)
class PartyIds:
    """Two lists with a person, a campaign, an import, a case each. The second one is foreign.

    The foreign ids of campaigns to both lists are there too.
    """

    own: int
    person: int
    foreign: Mapping[str, int]


@dataclass(frozen=True)
class Party:
    """The same party, with its lists. All that the foreign ids name is of the second one."""

    own: MailingList
    foreign: MailingList
    person_id: int
    foreign_ids: Mapping[str, int]


def make_party(_: Flask) -> PartyIds:
    """Make a party with two lists."""
    own, foreign = make_list("lyon", "Liste de Lyon"), make_list("national", "Liste secrete")
    person = make_subscriber_with_snapshot("anna@example.org", own, "<h1>Lyon</h1>")
    other = make_subscriber_with_snapshot("boris@example.org", foreign, "<h1>National</h1>")
    request_to_join("chloe@example.org", foreign)
    make_campaign(own, "Lettre de Lyon")
    draft = make_campaign(foreign, "Lettre secrete")
    running = make_campaign(foreign, "Envoi secret")
    common = make_campaign_to(own, foreign, subject="Lettre commune secrete")
    sent = make_campaign_to(own, foreign, subject="Envoi commun secret")
    for each in (running, sent):
        launch_ready(each.id)
    disclosure = disclose_evidence(other.id, asked_by="org@parti.example", reason="A test.")
    assert disclosure is not None
    return PartyIds(
        own=own.id,
        person=person.id,
        foreign={
            "list_id": foreign.id,
            "campaign_id": draft.id,
            "running_id": running.id,
            "common_id": common.id,
            "common_running_id": sent.id,
            "subscriber_id": other.id,
            "import_id": waiting(csv_of("dora@example.org,,")),
            "purpose_id": foreign.purpose_id,
            "case_id": make_case(clock.now(), subscriber_id=other.id).id,
            "breach_id": make_breach().id,
            "form_id": make_form(own, foreign, name="Formulaire secret").id,
            "disclosure_id": disclosure.id,
        },
    )


def limited(app: Flask, party: Party, *roles: RoleName) -> FlaskClient:
    """Return the browser of an account with some roles that sees the first list only."""
    organiser = make_organiser()
    limit_organiser(organiser.id, [party.own.id])
    with transaction():
        account = db.session.get_one(Organiser, organiser.id)
        account.roles = [get_role(each) for each in roles]
    return sign_in(app, organiser)
