"""A small installation to try the ways in: one person who confirmed, and a stranger who never did.

The stranger's address was typed on the signup page by somebody, and no button was ever pressed.
"""

from dataclasses import dataclass
from functools import cached_property

from flask import Flask
from flask.testing import FlaskClient
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import select

from supporters.consent.models import Agreement
from supporters.database import db, transaction
from supporters.delivery.launching import launch_campaign
from supporters.delivery.models import Delivery
from supporters.delivery.steering import pause_campaign
from supporters.extensions import current_tokens
from supporters.lists.models import MailingList, Subscription
from supporters.organisers.inviting import Invited, invite_organiser
from supporters.organisers.models import Organiser, RoleName
from supporters.organisers.queries import get_role
from supporters.people.models import Subscriber
from supporters.tokens import Purpose
from tests.builders import (
    ask,
    letter_of,
    make_campaign,
    make_list,
    make_organiser,
    make_owner,
    make_subscriber,
    sign_in,
    values_in,
)

KNOWN = "camille@example.org"
STRANGER = "stranger@example.org"


@dataclass(frozen=True)
class Reached:
    """Whom the tables would let us write to: people, and what holds them to a list or purpose."""

    people: frozenset[str]
    held: frozenset[tuple[object, ...]]

    def has_nobody_new(self, before: "Reached") -> bool:
        """Tell whether nobody came to a list, or anything else, since then."""
        return self.people <= before.people and self.held <= before.held


class Scene:
    """What there is to be tried."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        mailing_list = make_list()
        self.list_id = mailing_list.id
        self.person_id = make_subscriber(KNOWN, mailing_list).id
        self.draft_id = make_campaign(mailing_list).id
        self.running_id = make_campaign(mailing_list).id
        launch_campaign(self.running_id)
        self.asked = ask(STRANGER, mailing_list)
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
        }

    def paused_id(self) -> int:
        """Return a campaign that is held."""
        pause_campaign(self.running_id)
        return self.running_id

    def letter_id(self) -> int:
        """Return the letter that asks the stranger."""
        return letter_of(self.asked).id

    def not_me_token(self) -> str:
        """Return the token of the other link in that letter."""
        return str(values_in(letter_of(self.asked))["not_me_url"]).rpartition("/")[2]

    def leave_token(self) -> str:
        """Return the token of a link to leave."""
        payload = [self.person_id, self.list_id, self.running_id]
        return current_tokens().sign(Purpose.LEAVE, payload)

    def manage_token(self) -> str:
        """Return the token of a link to one's lists."""
        return current_tokens().sign(Purpose.MANAGE, self.person_id)

    def welcome_token(self) -> str:
        """Return the token of an invitation of the stranger."""
        invited = invite_organiser(STRANGER, RoleName.ORGANISER, "fr", inviter="")
        assert isinstance(invited, Invited)
        return invited.welcome_url.rpartition("/")[2]

    def reset_token(self) -> str:
        """Return the token of a link to a new password."""
        other = db.session.get_one(Organiser, self.other_id)
        return str(generate_reset_password_token(other))

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
