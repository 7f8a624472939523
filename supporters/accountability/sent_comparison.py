"""Compares a pasted email with the frozen version of its campaign: headers, text, HTML (ADR 083).

All of both parts must be the frozen one, with its code, so that no word can hide in a style or a
comment. Sentences and links only name what differs.

A text with places to fill in is compared by its fixed pieces: each is looked for once, in the order
of the text, so it takes no longer for bad texts.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes
from html import unescape
from itertools import islice, permutations
from typing import NamedTuple
from urllib.parse import unquote

from supporters.campaigns.merge_fields import Placeholder, TemplateText, percent_encode
from supporters.delivery.message.frozen_campaign import FrozenCampaign
from supporters.extensions import current_settings
from supporters.mail.message.envelope_senders import without_mailed_departure
from supporters.mail.message.header_fields import ListIdentity
from supporters.mail.message.message_writer import write_headers
from supporters.mail.message.visible_words import (
    QUOTES,
    fold_blanks,
    list_html_sentences,
    list_sentences,
    read_headers,
)
from supporters.mail.pasted_emails import PastedEmail, list_links
from supporters.text.local_dates import date_in

MARK = "\ue000"  # in place of a value; no frozen text has it
GIVEN_NAME, SUBSCRIBED_ON = "given_name", "subscribed_on"
LONGEST_NAME, MOST_NAMES, LONGEST_TOKEN = 60, 4, 600
BEGINNING = 20  # of a fixed piece, by which the end of a value is found in a text that was cut
TOKEN = re.compile(r"[\w.-]+", re.ASCII)
OF_A_NAME = " .'’·-\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}"
DIGITS = re.compile(r"\d+")
MOST_NAMED = 10
SUBJECT, LEAVE = "Subject", "List-Unsubscribe"
OPEN_VALUE = r"(?:\S{1,600}|.{1,60})"
UNSURE = 100  # characters before a cut, which may end in half a word


class Match(NamedTuple):
    """The beginning of a text that is ours: where it ends, and the names in it."""

    end: int
    names: frozenset[str]


class OpenText:
    """A text with open values, its blanks folded."""

    def __init__(self, template: TemplateText, language: str) -> None:
        pieces = template.pieces
        self.marked = "".join(MARK if isinstance(each, Placeholder) else each for each in pieces)
        self._slots = [each for each in pieces if isinstance(each, Placeholder)]
        self._literals = fold_blanks(self.marked).split(MARK)
        self._language = language

    def match(self, text: str, *, is_cut: bool = False) -> Match | None:
        """Return the beginning of a folded text that is this one; None if it begins otherwise.

        A text that was cut must be the beginning of this one, as far as it goes.
        """
        at, names = len(self._literals[0]), set[str]()
        if not text.startswith(self._literals[0]):
            is_beginning = is_cut and self._literals[0].startswith(text)
            return Match(len(text), frozenset()) if is_beginning else None
        for slot, literal in zip(self._slots, self._literals[1:], strict=True):
            start = self._find_end_of_value(text, literal, at)
            if start < 0:
                is_beginning = is_cut and _ends_within(text, literal, at)
                return Match(len(text), frozenset(names)) if is_beginning else None
            if not self._is_possible(slot, text[at:start]):
                return None
            name = _read_value(slot, text[at:start])
            if slot.slot.field == GIVEN_NAME and name != fold_blanks(slot.slot.fallback):
                names.add(name)
            at = start + len(literal)
        return Match(at, frozenset(names))

    def is_whole(self, text: str) -> bool:
        """Tell whether a folded text is this one."""
        match = self.match(text)
        return match is not None and match.end == len(text)

    def _find_end_of_value(self, text: str, literal: str, at: int) -> int:
        if not literal:  # only at the end of a text
            return len(text)
        return text.find(literal, at, at + LONGEST_TOKEN + len(literal))

    def _is_possible(self, slot: Placeholder, value: str) -> bool:
        """Tell whether a reader can have this value. A name can't hold a sentence or a number."""
        if slot.slot.field == GIVEN_NAME:
            name = _read_value(slot, value)
            return name == fold_blanks(slot.slot.fallback) or _is_name(name)
        if slot.slot.field == SUBSCRIBED_ON:
            return _is_date(value, self._language)
        return len(value) <= LONGEST_TOKEN and TOKEN.fullmatch(value) is not None


def _ends_within(text: str, literal: str, at: int) -> bool:
    """Tell whether a cut text ends within a value, or within the fixed piece after it."""
    start = text.find(literal[:BEGINNING], at)
    return literal.startswith(text[start:]) if start >= 0 else len(text) - at <= LONGEST_TOKEN


def _read_value(slot: Placeholder, value: str) -> str:
    return fold_blanks(unquote(value) if slot.escape is percent_encode else unescape(value))


def _is_name(name: str) -> bool:
    is_short = 0 < len(name) <= LONGEST_NAME and len(name.split()) <= MOST_NAMES
    return is_short and all(
        each.isalpha() or each in OF_A_NAME or unicodedata.category(each).startswith("M")
        for each in name
    )


def _is_date(value: str, language: str) -> bool:
    """Tell whether a text is a day as our emails write it."""
    numbers = [int(each) for each in DIGITS.findall(value) if len(each) <= len("2026")]
    for day, year in permutations(numbers, 2) if len(numbers) == len(("day", "year")) else ():
        for month in range(1, 13):
            try:
                written = date_in(date(year, month, day), language)
            except ValueError:
                continue
            if fold_blanks(written) == value:
                return True
    return False


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The parts that are not as they were sent: none, if all is the same."""

    headers: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    is_added_to: bool = False
    is_rewritten: bool = False
    names: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything differs. Names of the reader do in every email."""
        return bool(self.headers or self.sentences or self.links or self.is_rewritten)


def choose_language(frozen: FrozenCampaign, pasted: PastedEmail) -> FrozenCampaign:
    """Return the version of a campaign in the language of a pasted email: that of its subject.

    Of several with this subject, or without one, it is the one that differs least.
    """
    found = [each for each in frozen.in_languages if _has_subject(each, pasted)]
    if len(found) == 1:
        return found[0]
    return min(found or frozen.in_languages, key=lambda each: _count_others(each, pasted))


def _has_subject(frozen: FrozenCampaign, pasted: PastedEmail) -> bool:
    subject = OpenText(_unquote(frozen.content.subject), frozen.language)
    return subject.is_whole(pasted.headers[SUBJECT])


def _count_others(frozen: FrozenCampaign, pasted: PastedEmail) -> int:
    found = compare_with_version(frozen, pasted)
    named = (found.headers, found.sentences, found.links)
    return sum(map(len, named)) + MOST_NAMED * found.is_rewritten


def compare_with_version(frozen: FrozenCampaign, pasted: PastedEmail) -> Difference:
    """Return what a pasted email has that the version of its campaign has not.

    The people of each list get an edition of their own. The email is compared with the one that it
    has the headers of; without such a one, with that of the first list.
    """
    found = (
        each for each in frozen.editions.values() if not any(_list_other_headers(each, pasted))
    )
    return _compare_with_edition(next(found, frozen.editions[frozen.purpose_id]), pasted)


def _compare_with_edition(frozen: FrozenCampaign, pasted: PastedEmail) -> Difference:
    parts = [*_list_parts(frozen, pasted)]
    names = {name for part in parts for name in part.names}
    added = bool(parts) and all(part.is_ours or part.is_added_to for part in parts)
    is_changed = not all(part.is_ours for part in parts)
    return Difference(
        headers=(*_list_other_headers(frozen, pasted),),
        sentences=_first(each for part in parts for each in part.list_foreign()),
        links=_first(_list_other_links(frozen, pasted)),
        is_added_to=is_changed and added,
        is_rewritten=is_changed or _lacks_a_part(pasted) or len(names) > 1,
        names=(*sorted(names),),
    )


class _Part:
    """A part of a pasted email, and the frozen one."""

    def __init__(self, text: str, frozen: OpenText, *, is_html: bool, is_cut: bool) -> None:
        self._list = list_html_sentences if is_html else list_sentences
        self._frozen, self._text, self._is_cut = frozen, text, is_cut
        folded = fold_blanks(text)
        if is_cut:
            folded = folded[:-UNSURE]
        match = frozen.match(folded, is_cut=is_cut)
        self.is_ours = match is not None and match.end == len(folded)
        self.is_added_to = match is not None and match.end < len(folded)
        self.names: frozenset[str] = match.names if match else frozenset()

    def list_foreign(self) -> Iterator[str]:
        """Yield the sentences that the frozen part has not."""
        if self.is_ours:
            return
        fixed, open_ones = _split(self._list(self._frozen.marked))
        sentences = self._list(self._text)
        for each in dict.fromkeys(sentences[:-1] if self._is_cut else sentences):
            if each not in fixed and not any(pattern.fullmatch(each) for pattern in open_ones):
                yield each


def _list_parts(frozen: FrozenCampaign, pasted: PastedEmail) -> Iterator[_Part]:
    """Yield the parts that there are. The HTML is the second one, so a cut source ends in it."""
    language, content = frozen.language, frozen.content
    if pasted.text.strip():
        is_cut = pasted.is_cut and not pasted.html.strip()
        yield _Part(pasted.text, OpenText(content.text, language), is_html=False, is_cut=is_cut)
    if pasted.html.strip():
        html = OpenText(content.html, language)
        yield _Part(pasted.html, html, is_html=True, is_cut=pasted.is_cut)


def _lacks_a_part(pasted: PastedEmail) -> bool:
    """Tell whether a part is missing from a whole email, or is not one of ours."""
    is_incomplete = not (pasted.text.strip() and pasted.html.strip())
    return pasted.has_other_parts or (pasted.has_body and not pasted.is_cut and is_incomplete)


def _list_other_headers(frozen: FrozenCampaign, pasted: PastedEmail) -> Iterator[str]:
    """Yield the names of the headers that are not as they were sent."""
    leave_url = TemplateText(["<", *frozen.content.leave_url.pieces, ">"])
    if not _has_subject(frozen, pasted):
        yield SUBJECT
    link = without_mailed_departure(current_settings().secret_keys, pasted.headers[LEAVE])
    if not OpenText(leave_url, frozen.language).is_whole(link):
        yield LEAVE
    for name, value in _write_fixed_headers(frozen).items():
        if name not in {SUBJECT, LEAVE} and pasted.headers[name] != value:
            yield name


def _unquote(text: TemplateText) -> TemplateText:
    pieces = text.pieces
    return TemplateText(
        [each.translate(QUOTES) if isinstance(each, str) else each for each in pieces]
    )


def _write_fixed_headers(frozen: FrozenCampaign) -> dict[str, str]:
    settings = frozen.sender.apply_to(current_settings())
    identity = ListIdentity(
        slug=frozen.list_slug, name=frozen.list_name, feedback=f"c{frozen.campaign_id}"
    )
    headers = write_headers(settings, message_id="", leave_url=[b""], list_identity=identity)
    fixed = b"".join(each for each in headers if isinstance(each, bytes))
    return read_headers(message_from_bytes(fixed))


def _list_other_links(frozen: FrozenCampaign, pasted: PastedEmail) -> Iterator[str]:
    """Yield the links that the version has not; those of its reader differ in their tokens only."""
    content = frozen.content
    marked = [OpenText(each, frozen.language).marked for each in (content.text, content.html)]
    marked.append(OpenText(content.leave_url, frozen.language).marked)
    fixed, open_ones = _split(list_links(" ".join(marked)))
    links = pasted.links[:-1] if pasted.is_cut else pasted.links
    for each in links:
        if each not in fixed and not any(pattern.fullmatch(each) for pattern in open_ones):
            yield each


def _split(texts: Iterable[str]) -> tuple[set[str], Sequence[re.Pattern[str]]]:
    """Return the texts without open values, and patterns of the others."""
    every = set(texts)
    open_ones = {each for each in every if MARK in each}
    patterns = [re.compile(OPEN_VALUE.join(map(re.escape, each.split(MARK)))) for each in open_ones]
    return every - open_ones, patterns


def _first(texts: Iterable[str]) -> tuple[str, ...]:
    return (*islice(dict.fromkeys(texts), MOST_NAMED),)
