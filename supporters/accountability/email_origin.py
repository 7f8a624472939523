"""Tells whether a pasted email is really ours, as far as it can be told (REQ-144; ADR 070, 083).

Our emails carry signatures that nobody else can make: in the envelope sender, in each personal
link, and over the words of emails to one person. All signed parts must belong to the same email.
A signature can be copied onto another text, so the email is also compared with what was sent:
without that the answer is never yes. Nothing is stored, and the answer says nothing about any
address.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from supporters.accountability.sent_comparison import (
    MOST_NAMED,
    Difference,
    choose_language,
    compare_with_version,
)
from supporters.accountability.sent_originals import SentEmail, describe_sent, find_sent_version
from supporters.crypto.tokens import TokenError, TokenPurpose
from supporters.delivery.message.frozen_campaign import FrozenCampaign
from supporters.extensions import current_settings, current_tokens
from supporters.ids import moment_of
from supporters.mail.links import read_signed_path
from supporters.mail.mail_theme import find_theme
from supporters.mail.message.envelope_senders import TRANSACTIONAL, read_envelope_sender
from supporters.mail.message.sent_words import SentWords, WordFaults, find_word_faults
from supporters.mail.message.visible_words import fold_blanks, list_html_sentences, list_sentences
from supporters.mail.pasted_emails import LINK, PastedEmail, host_of, path_of, read_pasted
from supporters.mail.streams import list_stream_settings

OF_READER = {TokenPurpose.UNSUBSCRIBE, TokenPurpose.WHY}  # signed: reader, list, campaign
OF_CAMPAIGN = re.compile(r"c(\d{1,19})\.(\d{1,19})@(.+)", re.ASCII)
OF_OUTBOX = re.compile(r"letter\.(\d{1,19})@(.+)", re.ASCII)
NO_DIFFERENCE = Difference()
Ids = tuple[int, int]  # of the campaign and its reader, or `TRANSACTIONAL` and the email


class Verdict(StrEnum):
    """The answer about a pasted email."""

    GENUINE = "genuine"
    GENUINE_IN_PART = "genuine_in_part"
    HEADERS_GENUINE = "headers_genuine"
    UNCHECKED = "unchecked"
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
    OTHER_LINKS = "other_links"
    OTHER_HEADERS = "other_headers"
    OTHER_WORDS = "other_words"
    ADDED_WORDS = "added_words"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The answer, what speaks against the email, and what we sent under its number.

    `difference` has the sentences, headers and links that are not ours, and the names of the
    reader, which nothing was compared with.
    """

    verdict: Verdict
    doubts: tuple[OriginDoubt, ...] = ()
    foreign_hosts: tuple[str, ...] = ()
    difference: Difference = NO_DIFFERENCE
    sent: SentEmail | None = None


@dataclass(frozen=True, kw_only=True)
class _Proofs:
    """The signed parts: how many there are, the emails that they name, and what is forged."""

    signed: int
    ids: frozenset[Ids]
    forged: tuple[OriginDoubt, ...]
    words: WordFaults | None

    @property
    def campaign_id(self) -> int:
        """The campaign that all signed parts belong to; 0 for other emails."""
        found = {campaign_id for campaign_id, _ in self.ids}
        return found.pop() if len(found) == 1 else 0


def check_origin(source: str) -> Origin:
    """Return whether the email with this source is ours. Raises TooManyParts."""
    pasted = read_pasted(source)
    proofs = _find_proofs(pasted)
    if not proofs.signed:
        return _judge_unsigned(pasted, proofs)
    sent = find_sent_version(proofs.campaign_id) if proofs.campaign_id else None
    frozen = choose_language(sent, pasted) if sent else None
    difference = _compare(pasted, proofs, frozen)
    is_proved = proofs.words is not None and difference is not None and not difference.any
    hosts = () if is_proved else _find_foreign_hosts(pasted, frozen)
    is_known = frozen is not None or not proofs.campaign_id  # which sites it may link to
    doubts = (
        *proofs.forged,
        *_list_doubts(pasted, proofs, hosts if is_known else ()),
        *_list_differences(difference or NO_DIFFERENCE),
    )
    return Origin(
        verdict=Verdict.ALTERED if doubts else _judge_signed(pasted, difference),
        doubts=doubts,
        foreign_hosts=hosts,
        difference=difference or NO_DIFFERENCE,
        sent=_describe(proofs, frozen),
    )


def _judge_signed(pasted: PastedEmail, difference: Difference | None) -> Verdict:
    """Judge an email of ours that nothing speaks against: yes only if all of it was compared."""
    if difference is None:
        return Verdict.UNCHECKED
    if not pasted.has_body:
        return Verdict.HEADERS_GENUINE
    return Verdict.GENUINE_IN_PART if pasted.is_cut else Verdict.GENUINE


def _compare(
    pasted: PastedEmail, proofs: _Proofs, frozen: FrozenCampaign | None
) -> Difference | None:
    """Compare an email with what was sent; None if that is impossible."""
    has_headers = pasted.headers["From"] and pasted.headers["Subject"]
    if not has_headers:  # forwarded within another email, or copied from a screen
        return None
    if frozen is not None:
        return compare_with_version(frozen, pasted)
    return None if proofs.words is None else _read_faults(pasted, proofs.words)


def _read_faults(pasted: PastedEmail, faults: WordFaults) -> Difference:
    """Return what the signatures over the words say. The end of a cut source is not compared."""
    html = faults.html and not pasted.is_cut
    is_changed = pasted.has_body and (faults.text or html)
    return Difference(
        headers=("From", "Subject", "Reply-To", "List-…") if faults.headers else (),
        sentences=faults.sentences[:MOST_NAMED] if is_changed else (),
        is_rewritten=is_changed or pasted.has_other_parts,
    )


def _list_differences(difference: Difference) -> Iterator[OriginDoubt]:
    if difference.headers:
        yield OriginDoubt.OTHER_HEADERS
    if difference.sentences:
        is_added = difference.is_added_to
        yield OriginDoubt.ADDED_WORDS if is_added else OriginDoubt.OTHER_WORDS
    elif difference.is_rewritten:
        yield OriginDoubt.REWRITTEN
    if difference.links:
        yield OriginDoubt.OTHER_LINKS


def _describe(proofs: _Proofs, frozen: FrozenCampaign | None) -> SentEmail | None:
    if len(proofs.ids) != 1:
        return None
    ((campaign_id, number),) = proofs.ids
    if campaign_id == TRANSACTIONAL:
        return SentEmail(sent_at=moment_of(number))
    return describe_sent(campaign_id, frozen)


def _judge_unsigned(pasted: PastedEmail, proofs: _Proofs) -> Origin:
    """Judge an email without a valid signature: forged, from somebody else, or cut off."""
    if proofs.forged:
        return Origin(verdict=Verdict.ALTERED, doubts=proofs.forged)
    is_cut_off = not pasted.has_body and not pasted.return_path
    if pasted.is_empty or (is_cut_off and pasted.sender in {"", *_own_senders()}):
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
    named = _read_message_id(pasted.message_id)
    words = None
    if named is not None and named[0] == TRANSACTIONAL and pasted.signed_words:
        words = _check_words(pasted, named[1])
        if not (words.headers and words.text and words.html):
            signed += 1
            ids.add(named)
    return _Proofs(
        signed=signed, ids=frozenset(ids), forged=tuple(dict.fromkeys(forged)), words=words
    )


def _check_words(pasted: PastedEmail, number: int) -> WordFaults:
    sentences = [*list_sentences(pasted.text), *list_html_sentences(pasted.html)]
    words = SentWords(
        id=number,
        headers=pasted.headers,
        text=fold_blanks(pasted.text),
        html=fold_blanks(pasted.html),
        sentences=sentences[:-1] if pasted.is_cut else sentences,
    )
    return find_word_faults(current_settings().secret_keys, pasted.signed_words, words)


def _list_tokens(pasted: PastedEmail) -> Iterator[tuple[TokenPurpose, str]]:
    """Yield the tokens in links to our own site."""
    for link in pasted.links:
        found = read_signed_path(path_of(link)) if host_of(link) == _own_host() else None
        if found:
            yield found


def _list_doubts(
    pasted: PastedEmail, proofs: _Proofs, foreign_hosts: tuple[str, ...]
) -> Iterator[OriginDoubt]:
    if len(proofs.ids) > 1:
        yield OriginDoubt.MIXED
    if pasted.sender and pasted.sender not in _own_senders():
        yield OriginDoubt.OTHER_SENDER
    named = _read_message_id(pasted.message_id)
    if pasted.message_id and (named is None or (proofs.ids and named not in proofs.ids)):
        yield OriginDoubt.OTHER_MESSAGE_ID
    if foreign_hosts:
        yield OriginDoubt.FOREIGN_LINKS


def _read_message_id(message_id: str) -> Ids | None:
    """Return the ids in a Message-ID of ours; it isn't signed, so it proves nothing."""
    campaign, outbox = OF_CAMPAIGN.fullmatch(message_id), OF_OUTBOX.fullmatch(message_id)
    domains = {each.mail_domain for each in list_stream_settings()}
    if campaign and campaign[3] == current_settings().mail_domain:
        return int(campaign[1]), int(campaign[2])
    if outbox and outbox[2] in domains:
        return TRANSACTIONAL, int(outbox[1])
    return None


def _find_foreign_hosts(pasted: PastedEmail, frozen: FrozenCampaign | None) -> tuple[str, ...]:
    """Return the sites of links that the email never had."""
    own = {_own_host(), *(host_of(url) for _, url in find_theme().links)}
    if frozen is not None:
        own |= {host_of(link) for link in LINK.findall(frozen.serialise())}
    return tuple(sorted({*map(host_of, pasted.links)} - own))


def _is_like_ours(return_path: str) -> bool:
    start, _, host = return_path.lower().rpartition("@")
    return any(
        host == domain and start.startswith(f"{local}+")
        for each in list_stream_settings()
        for local, _, domain in [each.bounce_address.lower().rpartition("@")]
    )


def _own_host() -> str:
    return host_of(current_settings().base_url)


def _own_senders() -> set[str]:
    return {each.mail_from.lower() for each in list_stream_settings()}
