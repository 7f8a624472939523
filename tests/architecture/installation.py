"""A small installation to try ways in: one person who confirmed, and a stranger who never did.

The stranger's address was typed on the signup page by somebody, and stands in a former list; no
button was ever pressed.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters import clock
from supporters.consent.models import Agreement, Method, PurposeKind
from supporters.consent.models import Purpose as ConsentPurpose
from supporters.database import db, transaction
from supporters.delivery.campaign_control import pause_campaign
from supporters.delivery.launch import launch_campaign
from supporters.delivery.models import Delivery
from supporters.evidence.evidence_disclosure import disclose_evidence
from supporters.lists.models import MailingList, Subscription
from supporters.lists.optional_purposes import write_optional_purpose
from supporters.organisers.models import Organiser, RoleName
from supporters.organisers.queries import get_role
from supporters.people.models import Subscriber
from supporters.personal_data.restriction import restrict_person
from supporters.privacy_requests.rules import PARIS
from supporters.reconfirmation.reconfirmation_rounds import start_asking
from tests.factories import imports
from tests.factories.accounts import make_organiser, make_owner, sign_in
from tests.factories.cases import make_case
from tests.factories.drafts import make_campaign
from tests.factories.exports import REASON
from tests.factories.lists import SENTENCES, make_list
from tests.factories.reconfirmation import change_meaning
from tests.factories.signups import letter_of, make_subscriber_on_kept_page, request_to_join

KNOWN = "camille@example.org"
STRANGER = "stranger@example.org"
FORMER = imports.csv_of(f"{STRANGER},Eve,fr")
IMPORTS: dict[str, Callable[[bytes], int]] = {
    "draft": imports.draft,
    "checked": imports.checked,
    "waiting": imports.waiting,
    "making": imports.approved,
    "asking": imports.invited,
    "held": imports.held,
}


def file_of(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    """Return what a form sends for a file."""
    return io.BytesIO(content), name


@dataclass(frozen=True)
class Reached:
    """Whom the tables would let us write to: people, and what holds them to a list or purpose."""

    people: frozenset[str]
    held: frozenset[tuple[object, ...]]

    def has_nobody_new(self, before: "Reached") -> bool:
        """Tell whether nobody came to a list, or anything else, since then."""
        return self.people <= before.people and self.held <= before.held


class Installation:
    """What there is to be tried, in every state that a try needs."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._imports: dict[str, int] = {}
        mailing_list = make_list()
        self.list_id = mailing_list.id
        self.purpose_id = mailing_list.purpose_id
        self.person_id = make_subscriber_on_kept_page(KNOWN, mailing_list, "<h1>Lettre</h1>").id
        self.draft_id = make_campaign(mailing_list).id
        self.running_id = make_campaign(mailing_list).id
        launch_campaign(self.running_id)
        self.asked = request_to_join(STRANGER, mailing_list)
        self.other_id = make_organiser("other@parti.example").id

    @cached_property
    def browser(self) -> FlaskClient:
        """The browser of an account that has every right."""
        owner = make_owner()
        with transaction():
            held = db.session.get_one(Organiser, owner.id)
            held.roles = [get_role(each) for each in RoleName]
        return sign_in(self._app, owner)

    @property
    def places(self) -> dict[str, object]:
        """What stands in the address of a route, unless its row says otherwise."""
        return {
            "lang_code": "fr",
            "slug": "national",
            "list_id": self.list_id,
            "campaign_id": self.draft_id,
            "organiser_id": self.other_id,
            "subscriber_id": self.person_id,
            "purpose_id": self.purpose_id,
            "kind": "targeting",
            "name": "people",
            "code": "en",
            **dict.fromkeys(("import_id", "case_id", "page_id", "disclosure_id"), 1),
        }

    @property
    def today(self) -> str:
        """Return the date of this day."""
        return clock.now().astimezone(PARIS).date().isoformat()

    def paused_id(self) -> int:
        """Return a campaign that is held."""
        pause_campaign(self.running_id)
        return self.running_id

    def letter_id(self) -> int:
        """Return the letter that asks the stranger."""
        return letter_of(self.asked).id

    def case_id(self, days_ago: int = 0) -> int:
        """Return an open case of the one who confirmed."""
        received = clock.now() - timedelta(days=days_ago)
        return make_case(received, subscriber_id=self.person_id).id

    def disclosure_id(self) -> int:
        """Return the entry of somebody who read the evidence."""
        made = disclose_evidence(self.person_id, asked_by="owner@parti.example", reason=REASON)
        assert made is not None
        return made.id

    def optional_purpose_id(self) -> int:
        """Return a purpose that is no list."""
        written = write_optional_purpose(PurposeKind.MEASUREMENT, SENTENCES)
        assert isinstance(written, ConsentPurpose)
        return written.id

    def changed_purpose_id(self, *, is_asking: bool = False) -> int:
        """Return what the list means from now on; those who agreed before may be asked again."""
        purpose = change_meaning(db.session.get_one(MailingList, self.list_id))
        if is_asking:
            assert start_asking(purpose.id) is None
        return purpose.id

    def import_in(self, state: str) -> int:
        """Return an import of a former list in a state; the stranger stands in it."""
        if state not in self._imports:
            file = imports.csv_of(f"{STRANGER},Eve,fr", header=f"email,first name,{state}")
            self._imports[state] = IMPORTS[state](file)
        return self._imports[state]

    def former_list(self) -> list[object]:
        """Return how a former list is imported from a shell."""
        folder = Path(self._app.instance_path)
        folder.mkdir(parents=True, exist_ok=True)
        file, proof = folder / "former.csv", folder / "form.pdf"
        file.write_bytes(FORMER)
        proof.write_bytes(b"%PDF")
        said = ("--way", "paper", "--collected-by", "Brest", "--statement", STRANGER)
        years = ("--collected-from", 2015, "--collected-until", 2019)
        by = ("--list", "national", "--by", self.owner_at(imports.IMPORTER))
        return [file, *said, *years, *by, "--evidence", proof]

    def owner_at(self, email: str) -> str:
        """Make sure that there is an owner with this address; return it."""
        return str(imports.owner(email).email)

    def frozen_address(self) -> str:
        """Return the address of somebody whose data is frozen."""
        restrict_person(self.person_id, Method.ORGANISER)
        return KNOWN

    def reached(self) -> Reached:
        """Return whom the tables would let us write to now."""
        db.session.rollback()
        people = db.session.scalars(select(Subscriber.address_key))
        held: set[tuple[object, ...]] = set()
        for columns in (
            (Subscription.subscriber_id, Subscription.mailing_list_id),
            (Agreement.subscriber_id, Agreement.purpose_id),
            (Delivery.subscriber_id,),
        ):
            held |= {(columns[0].class_, *row) for row in db.session.execute(select(*columns))}
        return Reached(frozenset(people), frozenset(held))

    def reached_by_a_campaign(self) -> set[str]:
        """Return whom a new campaign to each list would be written to."""
        found: set[str] = set()
        for mailing_list in db.session.scalars(select(MailingList)).all():
            campaign = make_campaign(mailing_list, "Un essai")
            launch_campaign(campaign.id)
            found |= {
                *db.session.scalars(
                    select(Subscriber.address_key)
                    .join(Delivery, Delivery.subscriber_id == Subscriber.id)
                    .where(Delivery.campaign_id == campaign.id)
                )
            }
        return found
