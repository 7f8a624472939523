"""The invariants of a history: after each step, the tables agree with the model."""

from hypothesis.stateful import RuleBasedStateMachine, invariant

from supporters.consent.models import Suppression
from supporters.consent.suppression import EVERYTHING
from supporters.database import db
from supporters.delivery.models import Delivery
from supporters.lists.models import Subscription
from supporters.people.addresses import address_mac
from supporters.people.models import Subscriber
from tests.factories.consent.trigger_counts import wrong_counts
from tests.properties.checked_transport import UNFOUNDED, UNFOUNDED_PEOPLE
from tests.properties.consents import Model


class Invariants(RuleBasedStateMachine):
    """Compares the tables with the model; `lists` has the id of each list by its slug."""

    model: Model
    lists: dict[str, int]

    @invariant()
    def every_row_rests_on_a_confirmed_consent_of_its_own(self) -> None:
        """No subscription, ledger row or person exists without a consent."""
        db.session.rollback()
        for query in (
            UNFOUNDED.format(table="subscription"),
            UNFOUNDED.format(table="delivery"),
            UNFOUNDED_PEOPLE,
        ):
            assert db.session.scalar(db.text(query)) == 0

    @invariant()
    def the_lists_are_who_agreed_and_has_not_left(self) -> None:
        """The tables agree with the model."""
        slugs = {list_id: slug for slug, list_id in self.lists.items()}
        rows = db.session.execute(
            db.select(Subscriber.address_key, Subscription.mailing_list_id).join(
                Subscription, Subscription.subscriber_id == Subscriber.id
            )
        ).all()
        assert {(key, slugs[list_id]) for key, list_id in rows} == set(self.model.consents)
        people = db.session.scalars(db.select(Subscriber.address_key)).all()
        assert sorted(people) == sorted(self.model.ever_confirmed)

    @invariant()
    def kept_counts_are_those_of_the_rows(self) -> None:
        """The triggers missed nothing."""
        assert wrong_counts() == {}

    @invariant()
    def objections_stand_until_the_holder_confirms(self) -> None:
        """Nothing else lifts or makes a suppression."""
        stored = db.session.scalars(
            db.select(Suppression.address_mac).where(Suppression.scope == EVERYTHING)
        )
        assert {bytes(each) for each in stored} == {
            address_mac(key) for key in self.model.objections
        }

    @invariant()
    def every_mail_of_a_campaign_is_accounted_for(self) -> None:
        """The ledger has a row for each person of the fixed audience, and no other."""
        for campaign_id, (_, audience) in self.model.audiences.items():
            keys = db.session.scalars(
                db.select(Subscriber.address_key)
                .join(Delivery, Delivery.subscriber_id == Subscriber.id)
                .where(Delivery.campaign_id == campaign_id)
            ).all()
            assert sorted(keys) == sorted(audience)
