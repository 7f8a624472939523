"""Confirms a signup request from its mailbox. No address becomes mailable in another way.

Writes the subscriber, the consent events and the subscriptions in one transaction. A repetition
changes nothing and shows the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from functools import partial
from typing import NamedTuple, TypeVar

import structlog

from supporters import clock
from supporters.consent.committed_acts import tell_after_commit
from supporters.consent.models import Method
from supporters.consent.withdrawal_journal import append_before_commit
from supporters.crypto.tokens import TokenPurpose
from supporters.database import in_transaction
from supporters.fast_path.locked_changes import Decision
from supporters.metering.metrics import CountedAct, count_act
from supporters.people.profile import Profile
from supporters.signup.address_changes import change_address, change_locked_address
from supporters.signup.address_facts import AddressFacts, AddressKey, AskedRequest
from supporters.signup.address_reads import find_address_of_request, read_facts
from supporters.signup.agreements import ConsentSummary, list_consent_summaries
from supporters.signup.confirmation_links import (
    ConfirmationLink,
    OpenBox,
    describe_state,
    open_link,
    resolve_link,
)
from supporters.signup.confirmation_plan import ConfirmationPlan, plan_confirmation, settle
from supporters.signup.confirmation_writes import list_journal_lines, list_records, list_writes
from supporters.signup.confirmed_signups import Confirmation
from supporters.signup.signup_secrets import LinkSecret
from supporters.signup.states import LinkState

T = TypeVar("T")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class ConfirmedSignup:
    """The person is on the ticked lists. `pages` are the public ids of the answered requests.

    `form_id` is the form of the team that the person signed up by, if it was one. `paused_until`: a
    pause that they began before goes on.
    """

    subscriber_id: int
    agreements: Sequence[ConsentSummary]
    pages: frozenset[str] = frozenset()
    form_id: int | None = None
    paused_until: datetime | None = None


class ConfirmError(Enum):
    """Why a confirmation was not accepted."""

    UNKNOWN = auto()
    EXPIRED = auto()
    UNSUBSCRIBED = auto()
    REJECTED = auto()
    NOTHING_TICKED = auto()
    WRONG_CODE = auto()
    TOO_MANY_CODES = auto()
    WRONG_CODES_OF_NETWORK = auto()
    CODES_STOPPED = auto()


@dataclass(frozen=True, kw_only=True)
class ConfirmSubmission:
    """The form of the page behind a link: the boxes that it showed, and the ticked ones.

    A box has the id of its request in the consent log. If `shown` is None, every open box counts
    as ticked. `given_name` is the first name in the form. `kept_answers` are the questions whose
    answers the form keeps, `kept_fields` the values of profiles: each is the id of a request and
    the name of a field. If None, it keeps all.
    """

    shown: frozenset[int] | None = None
    ticked: frozenset[int] = frozenset()
    given_name: str | None = None
    kept_answers: frozenset[int] | None = None
    kept_fields: frozenset[tuple[int, str]] | None = None

    def has_shown(self, box: OpenBox) -> bool:
        """Tell whether the page showed a box."""
        return self.shown is None or box.event_id in self.shown

    def has_ticked(self, box: OpenBox) -> bool:
        """Tell whether a box was ticked when the form was sent."""
        return self.shown is None or box.event_id in self.shown & self.ticked


ALL_OPEN_BOXES = ConfirmSubmission()
_REASONS = {
    LinkState.UNKNOWN: ConfirmError.UNKNOWN,
    LinkState.UNSUBSCRIBED: ConfirmError.UNSUBSCRIBED,
    LinkState.REJECTED: ConfirmError.REJECTED,
    LinkState.OPEN: ConfirmError.NOTHING_TICKED,
}


class SubmittedLink(NamedTuple):
    """A link after its form was sent, and the plan of what the form confirmed, if anything."""

    link: ConfirmationLink
    plan: ConfirmationPlan | None = None

    @property
    def is_confirmed(self) -> bool:
        """Tell whether the form confirmed anything."""
        return self.plan is not None


def confirm_by_link(
    token: str, form: ConfirmSubmission = ALL_OPEN_BOXES
) -> ConfirmedSignup | ConfirmError:
    """Confirm the ticked boxes of the open requests of the address that a link was sent to."""
    link = submit_link(token, form).link
    return describe_link(link) or _REASONS.get(link.state, ConfirmError.EXPIRED)


def submit_link(token: str, form: ConfirmSubmission) -> SubmittedLink:
    """Confirm like `confirm_by_link`, and return the link in its new state."""
    secret = open_link(TokenPurpose.CONFIRM, token)
    if secret is None:
        return SubmittedLink(resolve_link(TokenPurpose.CONFIRM, token))
    outcome = change_address(secret.key, lambda facts: _press(secret, form, facts))
    if outcome.plan is not None:
        write_log(outcome.plan, Method.LINK)
    return outcome


def describe_link(link: ConfirmationLink) -> ConfirmedSignup | None:
    """Return the active consents that a link was for, if there are any. Changes nothing."""
    if link.person is None or not link.agreements:
        return None
    return ConfirmedSignup(
        subscriber_id=link.person.id,
        agreements=link.agreements,
        pages=_list_confirmed(link.requests),
        form_id=link.request.form_id if link.request else None,
        paused_until=link.paused_until,
    )


def _press(
    secret: LinkSecret, form: ConfirmSubmission, facts: AddressFacts
) -> Decision[SubmittedLink]:
    """Decide what a form confirms: the ticked boxes, and the requests that were shown whole."""
    now = clock.now()
    link = describe_state(secret, facts, now)
    ticked = {box.event_id for box in link.boxes if form.has_ticked(box)}
    if link.request is None or not ticked:
        return Decision(outcome=SubmittedLink(link))
    shown = {box.choice.subject for box in link.boxes if form.has_shown(box)}
    waiting = [each for each in facts.requests if each.is_open(now)]
    confirmed = [_with_form(each.only(ticked), form) for each in reversed(waiting)]
    plan = plan_confirmation(
        facts,
        [each for each in confirmed if each.choices],  # the newest last: its language stays
        Confirmation(method=Method.LINK, evidence=link.proof, email=link.request.email),
        now=now,
    )
    settled = [each for each in waiting if {box.subject for box in each.choices} <= shown]
    own = [each for each in facts.requests if each.request.id == link.request.id]
    plan = settle(plan, [*own, *settled])
    after = describe_state(secret, plan.facts, now)
    return decide_by_plan(plan, SubmittedLink(after, plan))


def _with_form(asked: AskedRequest, form: ConfirmSubmission) -> AskedRequest:
    """Return a request with the first name in the form, and with what the form keeps.

    A browser sent the others, perhaps that of another person.
    """
    request, chosen, shown = asked.request, form.kept_answers, form.kept_fields
    values = {
        name: value
        for name, value in vars(request.profile).items()
        if shown is None or (request.id, name) in shown
    }
    language = request.profile.language
    profile = Profile(**{**values, "language": language, "given_name": form.given_name})
    answers = [each for each in asked.answers if chosen is None or each.question_id in chosen]
    return replace(asked, request=replace(request, profile=profile), answers=answers)


def decide_by_plan(plan: ConfirmationPlan, outcome: T) -> Decision[T]:
    """Return the decision to write a plan."""
    return Decision(
        outcome=outcome,
        writes=list_writes(plan),
        before_writes=partial(append_before_commit, list_journal_lines(plan)),
    )


def write_log(plan: ConfirmationPlan, method: Method) -> None:
    """Log and count a confirmation that is written."""
    for each in plan.settled:
        if each.is_confirmed:
            count_act(CountedAct.CONFIRMATION)
            log.info(
                "signup.confirmed",
                request=each.request.id,
                subscriber=plan.person.id,
                method=method.value,
            )


def find_key_of_request(public_id: str) -> AddressKey | None:
    """Return the hashes of the address of a request, so that the caller can lock it."""
    found = find_address_of_request(public_id)
    if found is None:
        return None
    return AddressKey(mac=found[0])


@in_transaction
def confirm_request(public_id: str, method: Method) -> ConfirmedSignup | ConfirmError:
    """Confirm a request. For a confirmed request, return the same without a change."""
    key = find_key_of_request(public_id)
    if key is None:
        return ConfirmError.EXPIRED

    def decide(facts: AddressFacts) -> Decision[ConfirmedSignup | None]:
        asked = facts.find_request(public_id)
        if asked is None or asked.request.confirmed_at is not None:
            return Decision(outcome=describe_request(facts, public_id))
        evidence, email = asked.request.token_hash, asked.request.email
        proof = Confirmation(method=method, evidence=evidence, email=email)
        plan = plan_confirmation(facts, [asked], proof, now=clock.now())
        write_log(plan, method)
        tell_after_commit(list_records(plan))
        return decide_by_plan(plan, describe_request(plan.facts, public_id))

    return change_locked_address(key, decide) or ConfirmError.EXPIRED


def find_result_of_page(public_id: str) -> ConfirmedSignup | ConfirmError:
    """Return the result of a page's request, for the browser that confirmed it. Changes nothing."""
    key = find_key_of_request(public_id)
    facts = read_facts(key) if key else None
    asked = facts.find_request(public_id) if facts else None
    if facts is None or asked is None or asked.request.confirmed_at is None:
        return ConfirmError.EXPIRED
    return describe_request(facts, public_id) or ConfirmError.UNSUBSCRIBED


def describe_request(facts: AddressFacts, public_id: str) -> ConfirmedSignup | None:
    """Return the active consents of the boxes of a request, if there are any."""
    asked = facts.find_request(public_id)
    subjects = [each.subject for each in asked.choices] if asked else []
    agreements = list_consent_summaries(facts, subjects)
    if facts.person is None or asked is None or not agreements:
        return None
    return ConfirmedSignup(
        subscriber_id=facts.person.id,
        agreements=agreements,
        pages=_list_confirmed(facts.requests),
        form_id=asked.request.form_id,
        paused_until=facts.find_pause(clock.now()),
    )


def _list_confirmed(requests: Sequence[AskedRequest]) -> frozenset[str]:
    """Return the public ids of the confirmed requests."""
    answered = (each.request for each in requests if each.request.confirmed_at is not None)
    return frozenset(each.public_id for each in answered)
