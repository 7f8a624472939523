"""The steps of a history in which people sign up, confirm, reject, and undo."""

from collections import Counter
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, rule
from time_machine import Traveller

from supporters import clock
from supporters.consent.suppression import is_signup_mail_blocked
from supporters.database import db
from supporters.lists.queries import get_list
from supporters.people.addresses import parse_address
from supporters.signup.code_confirmation import confirm_by_code
from supporters.signup.confirmation import ConfirmedSignup, confirm_by_link
from supporters.signup.queries import find_request
from supporters.signup.rejection import reject_signup, undo_rejection
from supporters.signup.rules import may_try_code
from tests.factories.signups import email_of_request, request_to_join, values_in
from tests.properties.consents import Asked
from tests.properties.invariants import Invariants

ADDRESSES = st.sampled_from(
    ["anna@example.org", "Anna@Example.ORG", "boris@example.org", "chloe@example.org"]
)
CHOICES = st.sampled_from([("national",), ("lyon",), ("national", "lyon")])


class Signups(Invariants):
    """The acts of visitors and mailbox holders."""

    asks = Bundle("asks")
    seen: Counter[str]
    all_asks: list[Asked]
    time: Traveller

    @rule(target=asks, address=ADDRESSES, lists=CHOICES)
    def sign_up(self, address: str, lists: tuple[str, ...]) -> Asked:
        """A visitor signs up; this makes nobody mailable."""
        self.time.shift(timedelta(seconds=1))
        public_id = request_to_join(address, *(get_list(self.lists[slug]) for slug in lists))
        email = email_of_request(public_id)
        values = values_in(email) if email.encrypted else {}
        asked = Asked(public_id, address.lower(), lists, clock.now(), values)
        self.all_asks.append(asked)
        return asked

    @rule(asked=asks)
    def confirm_by_link(self, asked: Asked) -> None:
        """The holder presses the button for all open boxes, perhaps again, perhaps too late."""
        if "confirm_url" not in asked.email:
            return
        now = clock.now()
        is_live = not asked.is_gone and not asked.is_expired(now)
        if is_live and not asked.is_refused and not self._is_shielded(asked.key):
            self._press(asked)
        outcome = confirm_by_link(asked.token("confirm_url"))
        is_on_one = self.model.is_on_one(
            asked.key, {*asked.gave, *(asked.lists if is_live else ())}
        )
        assert isinstance(outcome, ConfirmedSignup) is is_on_one

    @rule(target=asks, address=ADDRESSES)
    def ask_for_one_list_after_the_other(self, address: str) -> Asked:
        """A visitor signs up on two pages, and presses the button of the first email."""
        asked = self.sign_up(address, ("national",))
        self.sign_up(address, ("lyon",))
        self.confirm_by_link(asked)
        return asked

    @rule(asked=asks)
    def confirm_and_say_not_me(self, asked: Asked) -> None:
        """Another person pressed the button before the holder read the email."""
        self.confirm_by_link(asked)
        self.say_not_me(asked)

    def _press(self, asked: Asked) -> None:
        """Confirm in the model what one press confirms: each list, by its newest request."""
        now = clock.now()
        waiting = [each for each in self.all_asks if each.key == asked.key and each.is_open(now)]
        newest = {slug: each for each in waiting for slug in each.lists}
        boxes = self.model.can_give(asked, newest)
        if not boxes:
            return
        self.model.confirm_by(asked, boxes)
        self.seen["confirmed"] += 1
        self.seen["union"] += len({newest[slug].public_id for slug in boxes}) > 1
        asked.is_confirmed = True
        for each in waiting:
            has_one = any(newest[slug] is each for slug in boxes)
            each.is_confirmed |= has_one or {*each.lists} <= boxes

    @rule(asked=asks, email=asks)
    def confirm_by_code(self, asked: Asked, email: Asked) -> None:
        """The holder types one of their codes on the page of a request: this confirms it."""
        if "code" not in email.email or email.key != asked.key:
            return
        now = clock.now()
        is_late = asked.is_gone or (asked.is_expired(now) and not asked.is_confirmed)
        has_died = email.is_gone or (email.is_expired(now) and not email.is_confirmed)
        is_over = is_late or has_died or email.is_refused or asked.is_refused
        is_taken = not is_over and not self._has_tried_too_often(asked, email)
        boxes = self.model.can_give(email, asked.lists)
        if is_taken and not asked.is_confirmed and boxes:
            self.model.confirm_by(email, boxes)
            asked.is_confirmed = True
            self.seen["confirmed"] += 1
        outcome = confirm_by_code(asked.public_id, email.email["code"].replace(" ", ""))
        is_shown = is_taken and self.model.is_on_one(asked.key, asked.lists)
        assert isinstance(outcome, ConfirmedSignup) is is_shown

    @rule(asked=asks)
    def say_not_me(self, asked: Asked) -> None:
        """The holder says "it wasn't me": this ends only what this email confirmed."""
        if "not_me_url" not in asked.email:
            return
        assert reject_signup(asked.token("not_me_url")) is not None
        for each in self.all_asks:
            each.is_refused |= each.key == asked.key and not each.is_confirmed
        for slug, number in asked.gave.items():
            if self.model.consents.get((asked.key, slug)) == number:
                self.model.leave(asked.key, slug)
                self.seen["refused"] += 1

    @rule(asked=asks)
    def take_not_me_back(self, asked: Asked) -> None:
        """The holder undoes that; it confirms nothing."""
        if "confirm_url" in asked.email:
            undo_rejection(asked.token("confirm_url"))
            for each in self.all_asks:
                each.is_refused &= each.key != asked.key

    def _is_shielded(self, key: str) -> bool:
        db.session.rollback()
        return is_signup_mail_blocked(parse_address(key), clock.now())

    def _has_tried_too_often(self, asked: Asked, email: Asked) -> bool:
        db.session.rollback()
        page, proving = find_request(asked.public_id), find_request(email.public_id)
        assert page is not None
        assert proving is not None
        return not (may_try_code(page.codes_typed) and may_try_code(proving.code_guesses))
