"""Plans a confirmation: what is written, and what is known of the address afterwards.

It reads and writes nothing. Links, codes, invitations and My data confirm by the same plan, and no
other code makes an address mailable.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from supporters.consent.consent_events import NewEvent, add_controller, make_event
from supporters.consent.event_records import EventRecord
from supporters.consent.models import EventKind
from supporters.consent.record_holders import hash_holder
from supporters.consent.suppression import SIGNUP_MAIL, scopes_to_lift
from supporters.ids import new_id
from supporters.lists.subscriptions import kind_of_confirmation
from supporters.people.profile import Profile
from supporters.questions.subscriber_answers import Answer
from supporters.signup.address_facts import (
    AddressFacts,
    AskedBox,
    AskedRequest,
    GivenConsent,
    PersonFacts,
    ProofFacts,
    RequestFacts,
    is_about_same,
)
from supporters.signup.confirmed_signups import (
    Confirmation,
    make_confirmed_event,
    make_repeated_request,
    make_requested_event,
)


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A request that is answered. `given_name` is the one in the form, if its boxes were ticked."""

    request: RequestFacts
    is_confirmed: bool


LiftedBlock = tuple[bytes, str, int | None]  # hash, scope, the id of the record


@dataclass(frozen=True, kw_only=True)
class ConfirmationPlan:
    """The writes of a confirmation, and the facts of the address after them.

    `events` get rows, and `logged` get entries in the log. `replaced` are the agreements to earlier
    purposes. `lifted` are the suppressions that end. `answers` go to the person, the newest last.
    """

    now: datetime
    facts: AddressFacts
    before: PersonFacts | None
    events: tuple[EventRecord, ...] = ()
    logged: tuple[EventRecord, ...] = ()
    given: tuple[tuple[EventRecord, GivenConsent], ...] = ()
    replaced: tuple[GivenConsent, ...] = ()
    settled: tuple[Settled, ...] = ()
    lifted: tuple[LiftedBlock, ...] = ()
    answers: tuple[Answer, ...] = ()

    @property
    def person(self) -> PersonFacts:
        """Return the person, who exists after any confirmation. Raises ValueError."""
        if self.facts.person is None:
            raise ValueError("A confirmation needs a box.")
        return self.facts.person

    @property
    def unblocked(self) -> list[bytes]:
        """Return the hashes that may get signup emails again."""
        return [mac for mac, scope, _ in self.lifted if scope == SIGNUP_MAIL]


def plan_confirmation(
    facts: AddressFacts, confirmed: Sequence[AskedRequest], proof: Confirmation, *, now: datetime
) -> ConfirmationPlan:
    """Plan the confirmation of the boxes of some requests, oldest first.

    The evidence may come from the email of another request of the same address.
    """
    plan = ConfirmationPlan(now=now, facts=facts, before=facts.person)
    for asked in confirmed:
        plan = _confirm(plan, asked, proof)
    return plan


def settle(plan: ConfirmationPlan, requests: Sequence[AskedRequest]) -> ConfirmationPlan:
    """Plan that requests are answered too, without a box of theirs."""
    done = {each.request.id for each in plan.settled}
    others = [
        each.request
        for each in requests
        if each.request.id not in done and each.request.confirmed_at is None
    ]
    settled = (*plan.settled, *(Settled(request=each, is_confirmed=False) for each in others))
    return replace(plan, settled=settled, facts=_mark(plan, [each.id for each in others]))


def _confirm(plan: ConfirmationPlan, asked: AskedRequest, proof: Confirmation) -> ConfirmationPlan:
    """Add one request to a plan."""
    known, request = plan.facts.person, asked.request
    boxes = _confirm_boxes(plan, asked, proof)
    person = _make_person(request, boxes[0]) if known is None else _update(plan, known, request)
    lifted = [*_lift_restriction(plan, known, proof), *_end_unreachable(plan, known, proof)]
    facts = replace(
        _mark(plan, [request.id]),
        person=person,
        consents=_replace_consents(plan.facts, boxes),
        confirmations=[*plan.facts.confirmations, *(each.as_proof() for each in boxes)],
        blocks=[each for each in plan.facts.blocks if not _is_lifted(each[:2], asked)],
    )
    plan = replace(
        plan,
        facts=facts,
        given=(*plan.given, *((each.event, each.consent) for each in boxes)),
        replaced=(*plan.replaced, *_list_replaced(boxes)),
        settled=(*plan.settled, Settled(request=request, is_confirmed=True)),
        lifted=(*plan.lifted, *_list_lifted(plan.facts, asked)),
        answers=(*plan.answers, *_list_answers(asked)),
    )
    return _record(plan, boxes, lifted, is_logged=person.log_salt == request.log_salt)


@dataclass(frozen=True, kw_only=True)
class _ConfirmedBox:
    """The confirmation of one box: the event of its request, its own, and the earlier consent."""

    box: AskedBox
    asked: EventRecord
    event: EventRecord
    active: GivenConsent | None

    @property
    def consent(self) -> GivenConsent:
        """Return the new consent."""
        return GivenConsent(
            mailing_list=self.box.mailing_list,
            kind=self.box.purpose.kind,
            purpose_id=self.box.purpose_id,
            event_id=self.event.id,
            agreed_at=self.event.occurred_at,
            wording=self.box.wording,
        )

    def as_proof(self) -> ProofFacts:
        """Return the confirmation as a fact of the address."""
        return ProofFacts(
            id=self.event.id,
            evidence=self.event.evidence or b"",
            purpose_id=self.box.purpose_id,
            subject=self.box.subject,
        )


def _confirm_boxes(
    plan: ConfirmationPlan, asked: AskedRequest, proof: Confirmation
) -> list[_ConfirmedBox]:
    """Return the confirmations that change something.

    An active consent for the same or a later purpose stays as it is: a person may confirm by an
    email from before the purpose changed.
    """
    person = plan.facts.person
    person_id = person.id if person else new_id(plan.now)
    holder = hash_holder(asked.request.address_key, (person or asked.request).log_salt)
    boxes = []
    for box in asked.choices:
        active = plan.facts.find_consent(box.subject)
        if active is not None and active.purpose_id >= box.purpose_id:
            continue
        requested = make_requested_event(asked.request, box, person_id)
        kind = kind_of_confirmation(active)
        event = make_confirmed_event(requested, kind=kind, proof=proof, holder=holder, now=plan.now)
        boxes.append(_ConfirmedBox(box=box, asked=requested, event=event, active=active))
    return boxes


def _record(
    plan: ConfirmationPlan,
    boxes: Sequence[_ConfirmedBox],
    lifted: Sequence[EventRecord],
    *,
    is_logged: bool,
) -> ConfirmationPlan:
    """Add the events of the requests and of the confirmations.

    `is_logged`: the log has the requests under the person's key, since they were made. Otherwise
    it has them under another key, which the person doesn't have, and so they are added again.
    """
    rows, logged = [], [add_controller(each) for each in lifted]
    for each in boxes:
        if is_logged:
            rows.append(each.asked)
            logged.append(add_controller(each.event))
            continue
        asked = add_controller(make_repeated_request(each.asked, each.event, now=plan.now))
        logged += [asked, add_controller(replace(each.event, request_id=asked.id))]
    return replace(plan, events=(*plan.events, *rows, *logged), logged=(*plan.logged, *logged))


def _lift_restriction(
    plan: ConfirmationPlan, known: PersonFacts | None, proof: Confirmation
) -> list[EventRecord]:
    if known is None or known.restricted_at is None:
        return []
    act = NewEvent(kind=EventKind.RESTRICTION_LIFTED, method=proof.method, now=plan.now)
    return [make_event(known, act)]


def _end_unreachable(
    plan: ConfirmationPlan, known: PersonFacts | None, proof: Confirmation
) -> list[EventRecord]:
    """Return the event that their mailbox can be reached: they confirmed from it."""
    if known is None or known.unreachable_since is None:
        return []
    act = NewEvent(kind=EventKind.REACHABLE, method=proof.method, now=plan.now)
    return [make_event(known, act)]


def _update(plan: ConfirmationPlan, known: PersonFacts, request: RequestFacts) -> PersonFacts:
    """Return a known person after a confirmation: what they said before stays, but the language.

    A pause goes on, unless the person was on no list any more: there was nothing to pause.
    """
    own, new = vars(known.profile), vars(request.profile)
    profile = Profile(**{name: own[name] or value for name, value in new.items()})
    return replace(
        known,
        profile=replace(profile, language=request.profile.language),
        acted_at=max(known.acted_at, plan.now),
        restricted_at=None,
        unreachable_since=None,
        paused_until=known.paused_until if plan.facts.consents else None,
    )


def _make_person(request: RequestFacts, joined: _ConfirmedBox) -> PersonFacts:
    return PersonFacts(
        id=joined.event.subscriber_id,
        address=request.address,
        address_key=request.address_key,
        address_mac=request.address_mac,
        created_at=joined.event.occurred_at,
        acted_at=joined.event.occurred_at,
        restricted_at=None,
        paused_until=None,
        unreachable_since=None,
        log_salt=request.log_salt,
        profile=request.profile,
    )


def _replace_consents(facts: AddressFacts, boxes: Sequence[_ConfirmedBox]) -> list[GivenConsent]:
    subjects = [each.box.subject for each in boxes]
    others = [
        each
        for each in facts.consents
        if not any(is_about_same(each.subject, subject) for subject in subjects)
    ]
    return [*others, *(each.consent for each in boxes)]


def _list_replaced(boxes: Sequence[_ConfirmedBox]) -> list[GivenConsent]:
    """Return the agreements that are replaced: their rows have the purpose as a part of the key."""
    return [each.active for each in boxes if each.active and each.box.mailing_list is None]


def _list_lifted(facts: AddressFacts, asked: AskedRequest) -> list[LiftedBlock]:
    return [each[:3] for each in facts.blocks if _is_lifted(each[:2], asked)]


def _list_answers(asked: AskedRequest) -> list[Answer]:
    """Return the answers to the questions of lists whose boxes are confirmed."""
    confirmed = {each.subject.list_id for each in asked.choices}
    return [each for each in asked.answers if each.list_id in confirmed]


def _is_lifted(block: tuple[bytes, str], asked: AskedRequest) -> bool:
    """Tell whether a confirmation lifts a suppression: for its purposes, and of signup emails."""
    mac, scope = block
    scopes = scopes_to_lift([each.purpose_id for each in asked.choices])
    return scope == SIGNUP_MAIL or (mac == asked.request.address_mac and scope in scopes)


def _mark(plan: ConfirmationPlan, request_ids: Sequence[int]) -> AddressFacts:
    """Return the facts with these requests confirmed."""
    requests = [
        replace(each, request=replace(each.request, confirmed_at=plan.now))
        if each.request.id in request_ids
        else each
        for each in plan.facts.requests
    ]
    return replace(plan.facts, requests=requests)
