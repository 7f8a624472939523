"""A small installation to try entry points: one subscriber, and a stranger who never confirmed.

Somebody typed the stranger's address on the signup page, and a former list contains it. No button
was ever pressed.
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
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import get_role
from supporters.campaigns.campaign_lists import CampaignList
from supporters.campaigns.comments.team_comments import (
    AddedComment,
    NewComment,
    add_comment,
    resolve_comment,
)
from supporters.campaigns.models import Campaign, TeamText, TextKind
from supporters.campaigns.pictures.models import Picture
from supporters.campaigns.queries import count_team_texts
from supporters.campaigns.versions import find_newest_version
from supporters.cases.rules import PARIS
from supporters.consent.models import Agreement, Method, Purpose as ConsentPurpose, PurposeKind
from supporters.consent.record_models import Disclosure
from supporters.database import db, transaction
from supporters.delivery.approval import ask_approval
from supporters.delivery.audience import select_audience
from supporters.delivery.campaign_control import pause_campaign
from supporters.delivery.models import Delivery
from supporters.evidence.evidence_disclosure import disclose_evidence
from supporters.lists.models import MailingList, Subscription
from supporters.lists.purpose_changes import create_optional_purpose, show_purpose_on_pages
from supporters.lists.queries import get_list
from supporters.people.models import Subscriber
from supporters.personal_data.restriction import restrict_person
from supporters.reconfirmation.reconfirmation_rounds import start_reconfirmation
from tests.factories import imports
from tests.factories.accounts import LONG_AGO, hold_since, make_organiser, make_owner, sign_in
from tests.factories.approvals import launch_ready, make_approver, make_ready
from tests.factories.cases import make_case
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.drafts import make_campaign, make_trashed
from tests.factories.exports import REASON
from tests.factories.lists import SENTENCES, make_list
from tests.factories.pictures import make_picture
from tests.factories.signups import email_of_request, make_subscriber_with_snapshot, request_to_join
from tests.factories.team_texts import make_piece

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
    """Return a file as a form sends it."""
    return io.BytesIO(content), name


@dataclass(frozen=True)
class Reached:
    """The people who may be written to by the tables, with their subscriptions and agreements."""

    people: frozenset[str]
    held: frozenset[tuple[object, ...]]

    def has_nobody_new(self, before: "Reached") -> bool:
        """Return whether nobody was added to a list or purpose since then."""
        return self.people <= before.people and self.held <= before.held


@dataclass(frozen=True, kw_only=True)
class FirstRows:
    """The keys of the rows that an installation begins with."""

    list_id: int
    purpose_id: int
    person_id: int
    draft_id: int
    running_id: int
    asked: str
    other_id: int
    account_id: int


def _make_account_with_all_rights() -> Organiser:
    owner = make_owner()
    with transaction():
        held = db.session.get_one(Organiser, owner.id)
        held.roles = [get_role(each) for each in RoleName]
    hold_since(owner, clock.now() - LONG_AGO)
    return owner


def add_first_rows(_: Flask) -> FirstRows:
    """Make a list with a subscriber, a draft and a running campaign, and the stranger's request."""
    mailing_list = make_list()
    person_id = make_subscriber_with_snapshot(KNOWN, mailing_list, "<h1>Lettre</h1>").id
    draft_id, running_id = (make_campaign(mailing_list).id for _ in range(2))
    make_ready(draft_id)
    launch_ready(running_id)
    return FirstRows(
        list_id=mailing_list.id,
        purpose_id=mailing_list.purpose_id,
        person_id=person_id,
        draft_id=draft_id,
        running_id=running_id,
        asked=request_to_join(STRANGER, mailing_list),
        other_id=make_organiser("other@parti.example").id,
        account_id=_make_account_with_all_rights().id,
    )


class Installation:
    """The rows that the tries need, in each state."""

    def __init__(self, app: Flask, rows: FirstRows) -> None:
        self._app = app
        self._imports: dict[str, int] = {}
        self.list_id = rows.list_id
        self.purpose_id = rows.purpose_id
        self.person_id = rows.person_id
        self.draft_id = rows.draft_id
        self.running_id = rows.running_id
        self.asked = rows.asked
        self.other_id = rows.other_id
        self.account_id = rows.account_id

    @cached_property
    def browser(self) -> FlaskClient:
        """The browser of an account with all rights."""
        return sign_in(self._app, db.session.get_one(Organiser, self.account_id))

    @property
    def places(self) -> dict[str, object]:
        """The default values for the parameters of a route."""
        return {
            "lang_code": "fr",
            "slug": "national",
            "list_id": self.list_id,
            "campaign_id": self.draft_id,
            "organiser_id": self.other_id,
            "subscriber_id": self.person_id,
            "purpose_id": self.purpose_id,
            "kind": "targeting",
            "right": "approver",
            "name": "people",
            "code": "en",
            **dict.fromkeys(("import_id", "case_id", "page_id", "disclosure_id"), 1),
            **dict.fromkeys(("breach_id", "picture_id", "text_id", "comment_id", "number"), 1),
        }

    @property
    def today(self) -> str:
        return clock.now().astimezone(PARIS).date().isoformat()

    def paused_id(self) -> int:
        pause_campaign(self.running_id)
        return self.running_id

    def trashed_id(self) -> int:
        """Return a draft in the trash."""
        return make_trashed(get_list(self.list_id)).id

    def asked_id(self) -> int:
        """Return a campaign whose author asked for approval; an account can give it."""
        make_approver()
        ask_approval(self.draft_id, self.other_id)
        return self.draft_id

    def asked_hash(self) -> str:
        """Return the hash of the version of that campaign."""
        version = find_newest_version(self.draft_id)
        assert version is not None
        return version.hash

    def comment_id(self, *, is_resolved: bool = False) -> int:
        """Return a comment on the draft by the account of the browser."""
        self.browser.get("/console/")
        added = add_comment(self.draft_id, NewComment(body="Plus court ?"), self.account_id)
        assert isinstance(added, AddedComment)
        if is_resolved:
            resolve_comment(self.draft_id, added.comment.id, self.account_id)
        return added.comment.id

    def picture(self) -> Picture:
        """Return a picture that no campaign uses."""
        return make_picture()

    def piece(self) -> TeamText:
        """Return a piece of the team. Each call makes another one."""
        return make_piece(f"Signature {count_team_texts(TextKind.PIECE)}")

    def email_id(self) -> int:
        """Return the confirmation email to the stranger."""
        return email_of_request(self.asked).id

    def case_id(self, days_ago: int = 0) -> int:
        """Return an open case of the subscriber."""
        received = clock.now() - timedelta(days=days_ago)
        return make_case(received, subscriber_id=self.person_id).id

    def disclosure_id(self) -> int:
        """Return the record of a disclosure of evidence."""
        made = disclose_evidence(self.person_id, asked_by="owner@parti.example", reason=REASON)
        assert isinstance(made, Disclosure)
        return made.id

    def optional_purpose_id(self) -> int:
        """Return a purpose without a list."""
        written = create_optional_purpose(PurposeKind.MEASUREMENT, SENTENCES)
        assert isinstance(written, ConsentPurpose)
        return written.id

    def offered_purpose_id(self) -> int:
        """Return a purpose without a list, that the signup pages show."""
        purpose_id = self.optional_purpose_id()
        assert show_purpose_on_pages(purpose_id) is None
        return purpose_id

    def changed_purpose_id(self, *, is_asking: bool = False) -> int:
        """Return the changed purpose of the list. Earlier subscribers may be asked to reconfirm."""
        purpose = change_meaning(db.session.get_one(MailingList, self.list_id))
        if is_asking:
            assert start_reconfirmation(purpose.id) is None
        return purpose.id

    def import_in(self, state: str) -> int:
        """Return an import in a state. Its file contains the stranger."""
        if state not in self._imports:
            file = imports.csv_of(f"{STRANGER},Eve,fr", header=f"email,first name,{state}")
            self._imports[state] = IMPORTS[state](file)
        return self._imports[state]

    def former_list(self) -> list[object]:
        """Return the arguments that import a former list."""
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
        """Create an owner with this address if there is none; return the address."""
        return str(imports.owner(email).email)

    def restricted_address(self) -> str:
        """Return the address of a person with a restriction."""
        restrict_person(self.person_id, Method.ORGANISER)
        return KNOWN

    def reached(self) -> Reached:
        """Return the people who may be written to now."""
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
        """Return the audience that a new campaign to each list would have."""
        found: set[str] = set()
        for mailing_list in db.session.scalars(select(MailingList)).all():
            target = CampaignList(
                mailing_list_id=mailing_list.id, purpose_id=mailing_list.purpose_id
            )
            subscriptions = select_audience(Campaign(lists=[target]), clock.now())
            people = select(Subscriber.address_key).join(
                subscriptions, subscriptions.c.subscriber_id == Subscriber.id
            )
            found |= {*db.session.scalars(people)}
        return found
