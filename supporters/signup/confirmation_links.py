"""Reads the links of a confirmation email: their state, and the boxes that can be confirmed.

Reading changes nothing. A link proves its mailbox: with it a person can confirm every open request
of the address. It works once for each purpose, so it can't undo an unsubscription.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from supporters import clock
from supporters.consent.models import Wording
from supporters.crypto.tokens import TokenError, TokenExpired, TokenForged, TokenPurpose
from supporters.signup.address_facts import (
    AddressFacts,
    AskedBox,
    AskedRequest,
    GivenConsent,
    PersonFacts,
    ProofFacts,
    RequestFacts,
)
from supporters.signup.address_reads import read_facts
from supporters.signup.agreements import ConsentSummary, list_consent_summaries
from supporters.signup.queries import ConsentSubject
from supporters.signup.rules import is_expired
from supporters.signup.signup_secrets import LinkSecret, is_secret_of_request, read_link_secret
from supporters.signup.states import LinkState, choose_state

NO_LINK = LinkSecret(public_id="", secret="")


@dataclass(frozen=True, kw_only=True)
class OpenBox:
    """A ticked box of a request that waits for its confirmation."""

    request: RequestFacts
    choice: AskedBox

    @property
    def event_id(self) -> int:
        """Return the id of the box in the consent log."""
        return self.choice.event_id

    @property
    def wording(self) -> Wording:
        """Return the sentence that the page showed beside the box."""
        return self.choice.wording

    @property
    def name(self) -> str:
        """Return the name of the box."""
        return self.choice.name


@dataclass(frozen=True, kw_only=True)
class ConfirmationLink:
    """A link with the facts that a person who has it may know.

    `request` is None when the link can't confirm. `proof` is the evidence of all confirmations by
    this email; `given` are the active consents among them.
    """

    state: LinkState
    secret: LinkSecret = NO_LINK
    facts: AddressFacts | None = None
    request: RequestFacts | None = None
    boxes: Sequence[OpenBox] = ()
    agreements: Sequence[ConsentSummary] = ()
    given: Sequence[GivenConsent] = ()

    @property
    def person(self) -> PersonFacts | None:
        """Return the person, or None before the first confirmation."""
        return None if self.facts is None else self.facts.person

    @property
    def paused_until(self) -> datetime | None:
        """Return until when the person has paused all emails, or None."""
        return None if self.facts is None else self.facts.find_pause(clock.now())

    @property
    def requests(self) -> Sequence[AskedRequest]:
        """Return the requests of the address, newest first."""
        return () if self.facts is None else self.facts.requests

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
        """Return the hash of the address. It is empty for a link that is none of ours."""
        return self.secret.address_mac

    @property
    def proof(self) -> bytes:
        """Return the evidence of the events that this email confirms: a hash."""
        return self.secret.token_hash

    @property
    def confirm_token(self) -> str:
        """Return the token of the link that confirms."""
        return self.secret.sign_for(TokenPurpose.CONFIRM)[0]

    @property
    def given_names(self) -> list[str]:
        """Return the names of the active consents that this email confirmed."""
        return [each.name for each in self.given]

    def list_own_boxes(self, own_pages: Container[str]) -> set[int]:
        """Return the ids of the boxes that come ticked: of this email, and of this browser.

        `own_pages` are the public ids of the requests that this browser made. Another browser may
        be that of another person: its boxes come unticked.
        """
        subjects = {
            choice.subject
            for each in self.requests
            if each.request.public_id in own_pages
            or (self.request is not None and each.request.id == self.request.id)
            for choice in each.choices
        }
        return {box.event_id for box in self.boxes if box.choice.subject in subjects}

    @property
    def list_names(self) -> list[str]:
        """Return the names of all lists that the person is on."""
        return [] if self.facts is None else self.facts.list_names


def open_link(purpose: TokenPurpose, token: str) -> LinkSecret | None:
    """Return the contents of a link of ours, so that the caller can lock its address; or None."""
    try:
        return read_link_secret(purpose, token)
    except TokenError:
        return None


def resolve_link(purpose: TokenPurpose, token: str) -> ConfirmationLink:
    """Return the link of a token, with its state."""
    try:
        secret = read_link_secret(purpose, token)
    except TokenExpired:
        return ConfirmationLink(state=LinkState.EXPIRED)
    except TokenForged:
        return ConfirmationLink(state=LinkState.UNKNOWN)
    return describe_state(secret, read_facts(secret.key), clock.now())


def describe_state(secret: LinkSecret, facts: AddressFacts, now: datetime) -> ConfirmationLink:
    """Return a link with its state, from the facts of its address."""
    own = facts.find_request(secret.public_id)
    if own is not None and not is_secret_of_request(own, secret.secret):
        return ConfirmationLink(state=LinkState.UNKNOWN)
    if own is not None and is_expired(own.request.expires_at, now):
        own = None
    request = own.request if own else None
    is_refused = facts.is_blocked(secret.address_mac, now) or (
        request is not None and request.refused_at is not None
    )
    is_over = request is None or is_refused
    waiting = [] if is_over else [each for each in facts.requests if each.is_open(now)]
    events = facts.list_confirmations_with(secret.token_hash)
    boxes = list_open_boxes(waiting, events, facts)
    asked = [each.subject for each in own.choices] if own else []
    agreements = list_consent_summaries(facts, [*asked, *(each.subject for each in events)])
    return ConfirmationLink(
        state=choose_state(
            is_open=bool(boxes),
            is_active=bool(agreements),
            is_refused=is_refused,
            is_answered=bool(events) or (request is not None and request.confirmed_at is not None),
            is_on_lists=bool(facts.list_names),
        ),
        secret=secret,
        facts=facts,
        request=request,
        boxes=boxes,
        agreements=agreements,
        given=_list_active(facts, events),
    )


def list_open_boxes(
    requests: Sequence[AskedRequest], events: Sequence[ProofFacts], facts: AddressFacts
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
        if box.choice.purpose_id not in used
        and not _is_active(facts.find_consent(subject), box.choice.purpose_id)
    ]


def _is_active(consent: GivenConsent | None, purpose_id: int) -> bool:
    return consent is not None and consent.purpose_id >= purpose_id


def _list_active(facts: AddressFacts, events: Sequence[ProofFacts]) -> list[GivenConsent]:
    """Return the active consents of these confirmations, without those of later ones."""
    active = ((each.id, facts.find_consent(each.subject)) for each in events)
    return [
        consent
        for event_id, consent in active
        if consent is not None and consent.event_id == event_id
    ]
