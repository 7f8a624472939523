"""Reads the links of a confirmation email: their state, and the boxes that can be confirmed.

Reading changes nothing. A link proves its mailbox: with it a person can confirm every open request
of the address. It works once for each purpose, so it can't undo an unsubscription.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from supporters import clock
from supporters.consent.models import ConsentEvent, EventKind, Wording
from supporters.consent.queries import list_suppressed
from supporters.consent.suppression import SIGNUP_MAIL
from supporters.database import db
from supporters.lists.labels import name_of_purpose
from supporters.lists.queries import list_subscriptions_of
from supporters.lists.subscriptions import (
    NO_CONSENTS,
    ActiveConsent,
    ActiveConsents,
    find_active_consents,
)
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber, find_subscriber_by_mac
from supporters.signup.agreements import ConsentSummary, list_consent_summaries
from supporters.signup.models import SignupRequest
from supporters.signup.queries import (
    Choice,
    ConsentSubject,
    RequestWithChoices,
    find_address_of_request,
    find_subjects,
    list_requests_of_address,
    name_of_choice,
)
from supporters.signup.rules import is_expired
from supporters.signup.signup_secrets import LinkSecret, is_secret_of_request, read_link_secret
from supporters.signup.states import LinkState, choose_state
from supporters.tokens import TokenError, TokenPurpose

CONFIRMING_KINDS = (EventKind.CONFIRMED, EventKind.RENEWED)
NO_LINK = LinkSecret(public_id="", secret="")


@dataclass(frozen=True, kw_only=True)
class OpenBox:
    """A ticked box of a request that waits for its confirmation."""

    request: SignupRequest
    choice: Choice

    @property
    def event_id(self) -> int:
        """Return the id of the box in the consent log."""
        return self.choice.row.event_id

    @property
    def wording(self) -> Wording:
        """Return the sentence that the page showed beside the box."""
        return self.choice.wording

    @property
    def name(self) -> str:
        """Return the name of the box."""
        return name_of_choice(self.choice.mailing_list, self.choice.wording)


@dataclass(frozen=True, kw_only=True)
class LinkFacts:
    """The rows that the state of a link depends on. Each table is read once.

    `requests` has the requests of the address, newest first; `events` has the confirmations by
    this email.
    """

    requests: Sequence[RequestWithChoices] = ()
    events: Sequence[ConsentEvent] = ()
    subscriber: Subscriber | None = None
    consents: ActiveConsents = NO_CONSENTS
    is_blocked: bool = False

    def find_own(self, secret: LinkSecret) -> RequestWithChoices | None:
        """Return the request of the email that has the link, unless it was deleted."""
        own = (each for each in self.requests if each.request.public_id == secret.public_id)
        return next(own, None)


@dataclass(frozen=True, kw_only=True)
class ConfirmationLink:
    """A link with the facts that a person who has it may know.

    `request` is None when the link can't confirm. `proof` is the evidence of all confirmations by
    this email; `given` are the active consents among them.
    """

    state: LinkState
    secret: LinkSecret = NO_LINK
    facts: LinkFacts = LinkFacts()
    request: SignupRequest | None = None
    boxes: Sequence[OpenBox] = ()
    agreements: Sequence[ConsentSummary] = ()
    given: Sequence[ActiveConsent] = ()

    @property
    def subscriber(self) -> Subscriber | None:
        """Return the person, or None before the first confirmation."""
        return self.facts.subscriber

    @property
    def is_open(self) -> bool:
        """Tell whether there is a box to confirm."""
        return self.state is LinkState.OPEN

    @property
    def is_waiting(self) -> bool:
        """Tell whether the request of this email still exists and is not confirmed."""
        return self.request is not None and self.request.confirmed_at is None

    @property
    def address_mac(self) -> bytes:
        """Return the hash of the address. It is empty for expired links from before ADR 028."""
        return self.secret.address_mac

    @property
    def proof(self) -> bytes:
        """Return the evidence of the events that this email confirms: a hash."""
        return self.secret.token_hash

    @property
    def confirm_token(self) -> str:
        """Return the token of the link that confirms."""
        return self.secret.sign(TokenPurpose.CONFIRM)

    @property
    def given_names(self) -> list[str]:
        """Return the names of the active consents that this email confirmed."""
        return [name_of_purpose(each.purpose_id) for each in self.given]

    @property
    def list_names(self) -> list[str]:
        """Return the names of all lists that the person is on."""
        if self.subscriber is None:
            return []
        return [each.name for _, each in list_subscriptions_of(self.subscriber.id)]


def find_address_of_link(purpose: TokenPurpose, token: str) -> bytes | None:
    """Return the keyed hash of the address of a link, so that the caller can lock it first."""
    try:
        secret = read_link_secret(purpose, token)
    except TokenError:
        return None
    return secret.address_mac or find_address_of_request(secret.public_id)


def resolve_link(purpose: TokenPurpose, token: str) -> ConfirmationLink:
    """Return the link of a token, with its state."""
    try:
        secret = read_link_secret(purpose, token)
    except TokenError:
        return ConfirmationLink(state=LinkState.UNKNOWN)
    address_mac = secret.address_mac or find_address_of_request(secret.public_id) or b""
    facts = LinkFacts(requests=list_requests_of_address(address_mac) if address_mac else ())
    own = facts.find_own(secret)
    if own is not None:
        if not is_secret_of_request(own, secret.secret):
            return ConfirmationLink(state=LinkState.UNKNOWN)
        secret = replace(secret, address_mac=address_mac, token_hash=own.request.token_hash)
    return _describe(secret, _read_rest(secret, facts))


def refresh_link(
    link: ConfirmationLink, events: Sequence[ConsentEvent], subscriber: Subscriber | None
) -> ConfirmationLink:
    """Return a link after some new events. Facts that are known are not read again."""
    facts = replace(
        link.facts,
        events=[*link.facts.events, *events],
        subscriber=subscriber,
        consents=_consents_of(subscriber),
        is_blocked=False,  # the confirmation lifts the block
    )
    return _describe(link.secret, facts)


def _read_rest(secret: LinkSecret, facts: LinkFacts) -> LinkFacts:
    events = list_confirmations_with(secret.token_hash)
    subscriber = _find_person(events, secret.address_mac)
    macs = (
        [secret.address_mac] if secret.address_mac else []
    )  # empty for an expired link from before ADR 028
    return replace(
        facts,
        events=events,
        subscriber=subscriber,
        consents=_consents_of(subscriber),
        is_blocked=bool(macs and list_suppressed(macs, [SIGNUP_MAIL], clock.now())),
    )


def _describe(secret: LinkSecret, facts: LinkFacts) -> ConfirmationLink:
    now, own = clock.now(), facts.find_own(secret)
    if own is not None and is_expired(own.request.expires_at, now):
        own = None
    request = own.request if own else None
    is_refused = facts.is_blocked or (request is not None and request.refused_at is not None)
    is_over = request is None or is_refused
    waiting = [] if is_over else [each for each in facts.requests if each.is_open(now)]
    boxes = list_open_boxes(waiting, facts.events, facts.consents)
    asked = [each.subject for each in own.choices] if own else []
    given = _subjects_of(facts)
    agreements = list_consent_summaries(facts.consents, [*asked, *given.values()], facts.events)
    return ConfirmationLink(
        state=choose_state(
            is_open=bool(boxes),
            is_active=bool(agreements),
            is_refused=is_refused,
            is_answered=bool(facts.events)
            or (request is not None and request.confirmed_at is not None),
            is_on_lists=bool(facts.consents.subscriptions),
        ),
        secret=secret,
        facts=facts,
        request=request,
        boxes=boxes,
        agreements=agreements,
        given=_list_active(facts, given),
    )


def list_open_boxes(
    requests: Sequence[RequestWithChoices], events: Sequence[ConsentEvent], consents: ActiveConsents
) -> list[OpenBox]:
    """Return the boxes of some requests that can be confirmed; `requests` are newest first.

    Of two boxes about the same subject the newer one counts. Boxes with an active consent for the
    same or a later purpose are left out, and so are purposes that this proof has confirmed.
    """
    used = {each.purpose_id for each in events}
    boxes: dict[ConsentSubject, OpenBox] = {}
    for asked in requests:
        for choice in asked.choices:
            boxes.setdefault(choice.subject, OpenBox(request=asked.request, choice=choice))
    return [
        box
        for subject, box in boxes.items()
        if box.choice.purpose.id not in used
        and not _is_active(consents.find(*subject), box.choice.purpose.id)
    ]


def _is_active(consent: ActiveConsent | None, purpose_id: int) -> bool:
    return consent is not None and consent.purpose_id >= purpose_id


def list_confirmations_with(proof: bytes) -> Sequence[ConsentEvent]:
    """Return the confirmations that have this evidence."""
    return db.session.scalars(
        select(ConsentEvent)
        .where(ConsentEvent.evidence == proof, ConsentEvent.kind.in_(CONFIRMING_KINDS))
        .order_by(ConsentEvent.id)
    ).all()


def _find_person(events: Sequence[ConsentEvent], address_mac: bytes) -> Subscriber | None:
    """Return the person. After a change of address, the events show the person."""
    if events:
        return find_subscriber(events[0].subscriber_id)
    return find_subscriber_by_mac(address_mac)


def _consents_of(subscriber: Subscriber | None) -> ActiveConsents:
    return NO_CONSENTS if subscriber is None else find_active_consents(subscriber.id)


def _subjects_of(facts: LinkFacts) -> dict[int, ConsentSubject]:
    """Return the subject of each event (event id: subject)."""
    choices = (choice for asked in facts.requests for choice in asked.choices)
    known = {choice.purpose.id: choice.subject for choice in choices}
    purpose_ids = {each.purpose_id for each in facts.events if each.purpose_id is not None}
    if missing := purpose_ids - known.keys():
        known |= find_subjects(missing)
    return {each.id: known[each.purpose_id] for each in facts.events if each.purpose_id}


def _list_active(facts: LinkFacts, subjects: Mapping[int, ConsentSubject]) -> list[ActiveConsent]:
    """Return the active consents of these confirmations, without those of later ones."""
    active = {event_id: facts.consents.find(*subject) for event_id, subject in subjects.items()}
    return [
        consent
        for event_id, consent in active.items()
        if consent is not None and consent.consent_event_id == event_id
    ]
