"""The links of a confirmation email: what became of what they were for, and what is open still.

Looking changes nothing. A link speaks for its mailbox: with it, its holder can confirm every open
request of their address. It is used once for each purpose, so it brings nobody back who left.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from supporters import clock
from supporters.consent.models import ConsentEvent, EventKind, Wording
from supporters.consent.models import Purpose as ConsentPurpose
from supporters.consent.queries import list_suppressed
from supporters.consent.suppressing import SIGNUP_LETTERS
from supporters.database import db
from supporters.lists.joining import Standing, find_standing
from supporters.lists.models import MailingList
from supporters.lists.naming import name_of_purpose
from supporters.lists.queries import find_list_of_purpose, list_subscriptions_of
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber, find_subscriber_by_mac
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.signup.queries import (
    find_request,
    list_choices,
    list_open_requests,
    name_of_choice,
)
from supporters.signup.rules import is_expired
from supporters.signup.secrets import LinkSecret, hash_secret, read_link
from supporters.signup.states import LinkState, choose_state
from supporters.tokens import Purpose, TokenError

CONSENT = (EventKind.CONFIRMED, EventKind.RENEWED)
NO_LINK = LinkSecret(public_id="", secret="")
Subject = tuple[str, int | str]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What a person agreed to and what stands, as the page after confirming shows it."""

    list_name: str
    wording_text: str
    agreed_at: datetime
    event_id: int


@dataclass(frozen=True, kw_only=True)
class OpenBox:
    """A box that was ticked, of a request that waits for its holder."""

    request: SignupRequest
    choice: SignupChoice
    mailing_list: MailingList | None
    wording: Wording

    @property
    def name(self) -> str:
        """Return what the box is called."""
        return name_of_choice(self.mailing_list, self.wording)

    @property
    def subject(self) -> Subject:
        """Return what the box is about."""
        return subject_of(self.choice.purpose_id)


@dataclass(frozen=True, kw_only=True)
class Link:
    """What the holder of a link may know; `request` is there while the link can confirm.

    `proof` is the evidence of all that was confirmed by this email, `given` what stands of that.
    """

    state: LinkState
    secret: LinkSecret = NO_LINK
    request: SignupRequest | None = None
    subscriber: Subscriber | None = None
    boxes: Sequence[OpenBox] = ()
    agreements: Sequence[Agreement] = ()
    given: Sequence[Standing] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether there is something to confirm."""
        return self.state is LinkState.OPEN

    @property
    def is_waiting(self) -> bool:
        """Tell whether the request of this email is there still, and nobody confirmed it."""
        return self.request is not None and self.request.confirmed_at is None

    @property
    def address_mac(self) -> bytes:
        """Return the hash of the address; none in the links of before ADR 028, once they end."""
        return self.secret.address_mac

    @property
    def proof(self) -> bytes:
        """Return the hash that the events of this email's confirmation have as evidence."""
        return self.secret.token_hash

    @property
    def confirm_token(self) -> str:
        """Return the token of the link that confirms."""
        return self.secret.sign(Purpose.CONFIRM)

    @property
    def given_names(self) -> list[str]:
        """Return what stands by this email's confirmation."""
        return [name_of_purpose(each.purpose_id) for each in self.given]

    @property
    def list_names(self) -> list[str]:
        """Return the lists that the holder of the address is on, by whatever confirmation."""
        if self.subscriber is None:
            return []
        return [each.name for _, each in list_subscriptions_of(self.subscriber.id)]


def look_at(purpose: Purpose, token: str) -> Link:
    """Return what became of a link."""
    try:
        secret = read_link(purpose, token)
    except TokenError:
        return Link(state=LinkState.UNKNOWN)
    request = find_request(secret.public_id)
    if request is not None:
        if not is_secret_of(request, secret.secret):
            return Link(state=LinkState.UNKNOWN)
        secret = replace(secret, address_mac=request.address_mac, token_hash=request.token_hash)
        request = None if is_expired(request.expires_at, clock.now()) else request
    return _describe(secret, request)


def _describe(secret: LinkSecret, request: SignupRequest | None) -> Link:
    events = _list_given(secret.token_hash)
    subscriber = _find_holder(events, secret.address_mac)
    is_refused = _is_refused(request, secret.address_mac)
    is_over = request is None or is_refused
    waiting = [] if is_over else list_open_requests(secret.address_mac, clock.now())
    boxes = list_open_boxes(waiting, secret.token_hash)
    choices = [] if request is None else list_choices(request.id)
    asked = [(each.purpose_id, mailing_list) for each, mailing_list, _ in choices]
    gave = [(each.purpose_id or 0, find_list_of_purpose(each.purpose_id or 0)) for each in events]
    agreements = [] if subscriber is None else list_agreements(subscriber.id, [*asked, *gave])
    return Link(
        state=choose_state(
            is_open=bool(boxes),
            stands=bool(agreements),
            is_refused=is_refused,
            is_answered=bool(events) or (request is not None and request.confirmed_at is not None),
            is_on_lists=subscriber is not None and bool(list_subscriptions_of(subscriber.id)),
        ),
        secret=secret,
        request=request,
        subscriber=subscriber,
        boxes=boxes,
        agreements=agreements,
        given=[standing for each in events if (standing := _find_standing_by(each)) is not None],
    )


def list_open_boxes(requests: Sequence[SignupRequest], proof: bytes) -> list[OpenBox]:
    """Return what the holder of an address can confirm of its requests, given newest first.

    Of two boxes about the same, the newer. What stands already is left out, and what this proof
    was used for.
    """
    if not requests:
        return []
    subscriber = find_subscriber_by_mac(requests[0].address_mac)
    used = {each.purpose_id for each in _list_given(proof)}
    boxes: dict[Subject, OpenBox] = {}
    for each in requests:
        for choice, mailing_list, wording in list_choices(each.id):
            box = OpenBox(request=each, choice=choice, mailing_list=mailing_list, wording=wording)
            boxes.setdefault(box.subject, box)
    return [
        box
        for box in boxes.values()
        if box.choice.purpose_id not in used and not _stands(subscriber, box)
    ]


def subject_of(purpose_id: int) -> Subject:
    """Return what a purpose is about: two about the same list, or of one kind, are one question."""
    mailing_list = find_list_of_purpose(purpose_id)
    if mailing_list is not None:
        return "list", mailing_list.id
    return "kind", db.session.get_one(ConsentPurpose, purpose_id).kind.value


def list_agreements(
    subscriber_id: int, asked: Iterable[tuple[int, MailingList | None]]
) -> list[Agreement]:
    """Return what a person agreed to of some purposes, and what stands."""
    events: dict[int, tuple[ConsentEvent, MailingList | None]] = {}
    for purpose_id, mailing_list in asked:
        standing = find_standing(subscriber_id, purpose_id, mailing_list)
        if standing is not None:
            event = db.session.get_one(ConsentEvent, standing.consent_event_id)
            events[event.id] = event, mailing_list
    return [_make_agreement(event, mailing_list) for event, mailing_list in events.values()]


def _make_agreement(event: ConsentEvent, mailing_list: MailingList | None) -> Agreement:
    wording = db.session.get_one(Wording, event.wording_id)
    return Agreement(
        list_name=name_of_choice(mailing_list, wording),
        wording_text=wording.text,
        agreed_at=event.occurred_at,
        event_id=event.id,
    )


def is_secret_of(request: SignupRequest, secret: str) -> bool:
    """Tell whether a link's secret is the one that the request's email had."""
    wording_ids = [wording.id for _, _, wording in list_choices(request.id)]
    token_hash = hash_secret(secret, request.address_key, wording_ids)
    return hmac.compare_digest(request.token_hash, token_hash)


def _stands(subscriber: Subscriber | None, box: OpenBox) -> bool:
    """Tell whether a box would change nothing: also if a later purpose stands."""
    if subscriber is None:
        return False
    standing = find_standing(subscriber.id, box.choice.purpose_id, box.mailing_list)
    return standing is not None and standing.purpose_id >= box.choice.purpose_id


def _list_given(proof: bytes) -> Sequence[ConsentEvent]:
    """Return the confirmations that have this evidence."""
    return db.session.scalars(
        select(ConsentEvent)
        .where(ConsentEvent.evidence == proof, ConsentEvent.kind.in_(CONSENT))
        .order_by(ConsentEvent.id)
    ).all()


def _find_holder(events: Sequence[ConsentEvent], address_mac: bytes) -> Subscriber | None:
    """Return the person; one who moved to another address is found by what they confirmed."""
    if events:
        return find_subscriber(events[0].subscriber_id)
    return find_subscriber_by_mac(address_mac)


def _is_refused(request: SignupRequest | None, address_mac: bytes) -> bool:
    if request is not None and request.refused_at is not None:
        return True
    if not address_mac:  # an old link, whose request is gone: nobody knows whose it was
        return False
    return bool(list_suppressed([address_mac], [SIGNUP_LETTERS], clock.now()))


def _find_standing_by(event: ConsentEvent) -> Standing | None:
    """Return what stands by a confirmation, and not by one that came after it."""
    purpose_id = event.purpose_id or 0
    standing = find_standing(event.subscriber_id, purpose_id, find_list_of_purpose(purpose_id))
    return standing if standing is not None and standing.consent_event_id == event.id else None
