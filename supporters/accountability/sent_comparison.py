"""Compares a pasted email with the frozen version of its campaign: headers, text, HTML (ADR 083).

All of both parts must be the frozen one, with its code, so that no word can hide in a style or a
comment. Sentences and links only name what differs.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from itertools import islice

from supporters.accountability.open_texts import MARK, OpenText
from supporters.campaigns.merge_fields import TemplateText
from supporters.delivery.message.frozen_campaign import FrozenCampaign
from supporters.extensions import current_settings
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

MOST_NAMED = 10
OPEN_VALUE = r"(?:\S{1,600}|.{1,60})"
UNSURE = 100  # characters before a cut, which may end in half a word
SUBJECT, LEAVE = "Subject", "List-Unsubscribe"


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


def compare_with_version(frozen: FrozenCampaign, pasted: PastedEmail) -> Difference:
    """Return what a pasted email has that the version of its campaign has not."""
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
    subject = OpenText(_unquote(frozen.content.subject), frozen.language)
    leave_url = TemplateText(["<", *frozen.content.leave_url.pieces, ">"])
    if not subject.is_whole(pasted.headers[SUBJECT]):
        yield SUBJECT
    if not OpenText(leave_url, frozen.language).is_whole(pasted.headers[LEAVE]):
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
