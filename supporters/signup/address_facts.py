"""Everything about one address that a confirmation depends on, as plain values.

A plan decides from them, and nothing else is read meanwhile.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Self

from supporters.consent.act_places import ActSurface
from supporters.consent.confirming_emails import ConfirmingEmail
from supporters.consent.labels import purpose_kind_name
from supporters.consent.models import Purpose, PurposeKind, Wording
from supporters.consent.suppression import SIGNUP_MAIL
from supporters.lists.models import MailingList, list_name_of
from supporters.people.profile import Profile
from supporters.questions.subscriber_answers import Answer
from supporters.signup.queries import ConsentSubject
from supporters.signup.rules import is_expired

NO_PROOF = b""


@dataclass(frozen=True, kw_only=True)
class AddressKey:
    """The hashes by which an address is found.

    `proof` is the evidence of the confirmations by one email. After a change of address, its events
    show the person.
    """

    mac: bytes
    proof: bytes = NO_PROOF


@dataclass(frozen=True, kw_only=True)
class AskedBox:
    """A ticked box of a request; `event_id` is the id of its request in the consent log."""

    event_id: int
    mailing_list: MailingList | None
    wording: Wording
    purpose: Purpose

    @property
    def purpose_id(self) -> int:
        """Return the id of the purpose."""
        return self.purpose.id

    @property
    def wording_id(self) -> int:
        """Return the id of the wording."""
        return self.wording.id

    @cached_property
    def subject(self) -> ConsentSubject:
        """Return the subject of the box."""
        return ConsentSubject(
            self.mailing_list.id if self.mailing_list else None, self.purpose.kind
        )

    @property
    def name(self) -> str:
        """Return the name of the list, or of the kind of purpose."""
        if self.mailing_list is None:
            return purpose_kind_name(self.purpose.kind)
        return list_name_of(self.mailing_list)


@dataclass(frozen=True, kw_only=True)
class RequestFacts:
    """The columns of a signup request, and its email, while the outbox has it.

    `has_code`: the email was sent, and has a code.
    """

    id: int
    public_id: str
    address: str
    address_key: str
    address_mac: bytes
    page_url: str
    page_snapshot_id: int | None
    controller_id: int | None
    token_hash: bytes
    code_mac: bytes
    log_salt: bytes
    codes_typed: int
    code_guesses: int
    created_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None
    refused_at: datetime | None
    form_id: int | None
    mailing_list_id: int
    email_id: int | None
    source: str | None
    network_mac: bytes | None
    has_code: bool
    profile: Profile
    record_form: int | None
    surface: ActSurface | None
    origin: str | None
    typed_at: datetime | None
    email: ConfirmingEmail | None = None


@dataclass(frozen=True, kw_only=True)
class AskedRequest:
    """A signup request, its ticked boxes, and its answers to the questions of its list."""

    request: RequestFacts
    choices: Sequence[AskedBox]
    answers: Sequence[Answer] = ()

    def is_open(self, now: datetime) -> bool:
        """Tell whether the request waits for its confirmation."""
        request = self.request
        is_answered = request.confirmed_at is not None or request.refused_at is not None
        return not is_answered and not is_expired(request.expires_at, now)

    def only(self, event_ids: Container[int]) -> Self:
        """Return the request with only the boxes that have these ids in the consent log."""
        choices = [each for each in self.choices if each.event_id in event_ids]
        return replace(self, choices=choices)


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """The columns of a subscriber."""

    id: int
    address: str
    address_key: str
    address_mac: bytes
    created_at: datetime
    acted_at: datetime
    restricted_at: datetime | None
    paused_until: datetime | None
    unreachable_since: datetime | None
    log_salt: bytes
    profile: Profile


@dataclass(frozen=True, kw_only=True)
class ProofFacts:
    """A confirmation by an email of the address: `evidence` tells which email."""

    id: int
    evidence: bytes
    purpose_id: int
    subject: ConsentSubject


@dataclass(frozen=True, kw_only=True)
class GivenConsent:
    """An active consent: a subscription, or an agreement without a list; and its event."""

    mailing_list: MailingList | None
    kind: PurposeKind
    purpose_id: int
    event_id: int
    agreed_at: datetime
    wording: Wording

    @property
    def subject(self) -> ConsentSubject:
        """Return the subject of the consent."""
        return ConsentSubject(self.mailing_list.id if self.mailing_list else None, self.kind)

    @property
    def name(self) -> str:
        """Return the name of the list, or of the kind of purpose."""
        if self.mailing_list is None:
            return purpose_kind_name(self.kind)
        return list_name_of(self.mailing_list)


@dataclass(frozen=True, kw_only=True)
class AddressFacts:
    """The requests of an address, newest first; the person with their consents; the blocks.

    `confirmations` are the events by any email that is known here, in their order. `blocks` are the
    suppressions: hash, scope, the id of the record, end.
    """

    requests: Sequence[AskedRequest] = ()
    confirmations: Sequence[ProofFacts] = ()
    person: PersonFacts | None = None
    consents: Sequence[GivenConsent] = ()
    blocks: Sequence[tuple[bytes, str, int | None, datetime | None]] = ()

    def find_request(self, public_id: str) -> AskedRequest | None:
        """Return the request with a public id, unless it was deleted."""
        found = (each for each in self.requests if each.request.public_id == public_id)
        return next(found, None)

    def list_confirmations_with(self, proof: bytes) -> list[ProofFacts]:
        """Return the confirmations that have this evidence."""
        return [each for each in self.confirmations if each.evidence == proof]

    def find_consent(self, subject: ConsentSubject) -> GivenConsent | None:
        """Return the active consent for a subject, to its purpose, an earlier or a later one."""
        found = (each for each in self.consents if is_about_same(each.subject, subject))
        return next(found, None)

    def is_blocked(self, mac: bytes, now: datetime) -> bool:
        """Tell whether signup emails to the address are blocked."""
        return any(
            owner == mac and scope == SIGNUP_MAIL and (until is None or until > now)
            for owner, scope, _, until in self.blocks
        )

    def find_pause(self, now: datetime) -> datetime | None:
        """Return until when the person has paused the emails of their lists, or None."""
        until = self.person.paused_until if self.person and self.consents else None
        return until if until is not None and until > now else None

    @property
    def list_names(self) -> list[str]:
        """Return the names of all lists that the person is on."""
        lists = [each.mailing_list for each in self.consents]
        return sorted(list_name_of(each) for each in lists if each is not None)


def is_about_same(one: ConsentSubject, other: ConsentSubject) -> bool:
    """Tell whether two subjects are the same list, or the same kind of purpose without a list."""
    return one.list_id == other.list_id and (one.list_id is not None or one.kind is other.kind)
