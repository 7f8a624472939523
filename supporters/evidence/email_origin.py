"""Tells whether a pasted email is really ours, as far as it can be told (REQ-144, ADR 070).

Our emails carry signatures that nobody else can make: in the envelope sender, and in each personal
link. All signed parts must belong to the same email, and no other part may contradict them. Nothing
is stored, and the answer says nothing about any address.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from supporters.campaigns.versions import find_newest_version
from supporters.extensions import current_settings, current_tokens
from supporters.mail.mail_face import find_face
from supporters.mail.message.envelope_senders import TRANSACTIONAL, read_envelope_sender
from supporters.mail.pasted_emails import LINK, PastedEmail, host_of, path_of, read_pasted
from supporters.tokens import TokenError, TokenPurpose

SIGNED_PATHS = {
    "leave": TokenPurpose.UNSUBSCRIBE,
    "why": TokenPurpose.WHY,
    "receipt": TokenPurpose.RECEIPT,
    "confirm": TokenPurpose.CONFIRM,
    "not-me": TokenPurpose.NOT_ME,
    "subscriptions": TokenPurpose.MANAGE,
    "invited": TokenPurpose.INVITATION,
    "no-more": TokenPurpose.NO_MORE,
    "renew": TokenPurpose.RECONFIRMATION,
    "undo": TokenPurpose.UNDO,
}
OF_READER = {TokenPurpose.UNSUBSCRIBE, TokenPurpose.WHY}  # signed: reader, list, campaign
SIGNED = re.compile(rf"(?:/[a-z]{{2}})?/({'|'.join(SIGNED_PATHS)})/([\w.-]+)/?", re.ASCII)
OF_CAMPAIGN = re.compile(r"c(\d+)\.(\d+)@(.+)", re.ASCII)
OF_OUTBOX = re.compile(r"letter\.(\d+)@(.+)", re.ASCII)
Ids = tuple[int, int]  # of the campaign and its reader, or `TRANSACTIONAL` and the email


class Verdict(StrEnum):
    """The answer about a pasted email."""

    GENUINE = "genuine"
    HEADERS_GENUINE = "headers_genuine"
    ALTERED = "altered"
    NOT_OURS = "not_ours"
    TOO_LITTLE = "too_little"


class OriginDoubt(StrEnum):
    """A part of a pasted email that is not as we wrote it."""

    FORGED_LINK = "forged_link"
    FORGED_RETURN_PATH = "forged_return_path"
    OTHER_SENDER = "other_sender"
    OTHER_MESSAGE_ID = "other_message_id"
    MIXED = "mixed"
    FOREIGN_LINKS = "foreign_links"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The answer, what speaks against the email, and the sites that our email had no link to."""

    verdict: Verdict
    doubts: tuple[OriginDoubt, ...] = ()
    foreign_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Proofs:
    """The signed parts: how many there are, the emails that they name, and what is forged."""

    signed: int
    ids: frozenset[Ids]
    forged: tuple[OriginDoubt, ...]


def check_origin(source: str) -> Origin:
    """Return whether the email with this source is ours. Raises TooManyParts."""
    pasted = read_pasted(source)
    proofs = _find_proofs(pasted)
    if not proofs.signed:
        return _judge_unsigned(pasted, proofs)
    hosts = _find_foreign_hosts(pasted, proofs)
    doubts = (*proofs.forged, *_list_doubts(pasted, proofs, hosts))
    if doubts:
        return Origin(verdict=Verdict.ALTERED, doubts=doubts, foreign_hosts=hosts)
    is_whole = pasted.has_body and not pasted.is_cut
    return Origin(verdict=Verdict.GENUINE if is_whole else Verdict.HEADERS_GENUINE)


def _judge_unsigned(pasted: PastedEmail, proofs: _Proofs) -> Origin:
    """Judge an email without a valid signature: forged, from somebody else, or cut off."""
    if proofs.forged:
        return Origin(verdict=Verdict.ALTERED, doubts=proofs.forged)
    is_cut_off = not pasted.has_body and not pasted.return_path
    if pasted.is_empty or (is_cut_off and pasted.sender in {"", _own_sender()}):
        return Origin(verdict=Verdict.TOO_LITTLE)
    return Origin(verdict=Verdict.NOT_OURS)


def _find_proofs(pasted: PastedEmail) -> _Proofs:
    signed, ids, forged = 0, set[Ids](), []
    for purpose, token in _list_tokens(pasted):
        try:
            payload = current_tokens().read(purpose, token)
        except TokenError:
            forged.append(OriginDoubt.FORGED_LINK)
            continue
        signed += 1
        if purpose in OF_READER and isinstance(payload, list) and int(payload[2]):
            ids.add((int(payload[2]), int(payload[0])))
    envelope = read_envelope_sender(current_settings().secret_keys, pasted.return_path)
    if envelope is not None:
        signed += 1
        ids.add(envelope)
    elif _is_like_ours(pasted.return_path):
        forged.append(OriginDoubt.FORGED_RETURN_PATH)
    return _Proofs(signed=signed, ids=frozenset(ids), forged=tuple(dict.fromkeys(forged)))


def _list_tokens(pasted: PastedEmail) -> Iterator[tuple[TokenPurpose, str]]:
    """Yield the tokens in links to our own site."""
    for link in pasted.links:
        match = SIGNED.fullmatch(path_of(link)) if host_of(link) == _own_host() else None
        if match:
            yield SIGNED_PATHS[match[1]], match[2]


def _list_doubts(
    pasted: PastedEmail, proofs: _Proofs, foreign_hosts: tuple[str, ...]
) -> Iterator[OriginDoubt]:
    if len(proofs.ids) > 1:
        yield OriginDoubt.MIXED
    if pasted.sender and pasted.sender != _own_sender():
        yield OriginDoubt.OTHER_SENDER
    named = _read_message_id(pasted.message_id)
    if pasted.message_id and (named is None or (proofs.ids and named not in proofs.ids)):
        yield OriginDoubt.OTHER_MESSAGE_ID
    if foreign_hosts:
        yield OriginDoubt.FOREIGN_LINKS


def _read_message_id(message_id: str) -> Ids | None:
    """Return the ids in a Message-ID of ours; it isn't signed, so it proves nothing."""
    campaign, outbox = OF_CAMPAIGN.fullmatch(message_id), OF_OUTBOX.fullmatch(message_id)
    domain = current_settings().mail_domain
    if campaign and campaign[3] == domain:
        return int(campaign[1]), int(campaign[2])
    if outbox and outbox[2] == domain:
        return TRANSACTIONAL, int(outbox[1])
    return None


def _find_foreign_hosts(pasted: PastedEmail, proofs: _Proofs) -> tuple[str, ...]:
    """Return the sites of links that the email of these proofs never had."""
    own = {_own_host(), *(host_of(url) for _, url in find_face().links)}
    for campaign_id, _ in proofs.ids:
        version = find_newest_version(campaign_id) if campaign_id else None
        if version is not None:
            own |= {host_of(link) for link in LINK.findall(version.content)}
    found = (host_of(link) for link in pasted.links)
    return tuple(sorted({each for each in found if each} - own))


def _is_like_ours(return_path: str) -> bool:
    settings = current_settings()
    local, _, domain = settings.bounce_address.lower().rpartition("@")
    start, _, host = return_path.lower().rpartition("@")
    return host == domain and start.startswith(f"{local}+")


def _own_host() -> str:
    return host_of(current_settings().base_url)


def _own_sender() -> str:
    return current_settings().mail_from.lower()
