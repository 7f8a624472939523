"""The links of inline parts: words with a target, and addresses that were typed as text.

Every reader of a document groups its parts here: emails, the archive, the checks of links. So an
address is a link for all of them, or for none.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from supporters.campaigns.document.inline_parts import (
    MAX_HREF,
    FieldAtom,
    Inline,
    LinkAttrs,
    LinkMark,
    Run,
)

# The editor has the same shapes: static/js/composer/pasting/addresses.js.
ADDRESS = re.compile(
    r"(?<![\w@.:/+-])(?:https?://[\w-][^\s<>\"«»“”{}]*"
    r"|www\.[\w-]+(?:\.[\w-]+)+(?:[/?#][^\s<>\"«»“”{}]*)?"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)",
    re.IGNORECASE,
)
LONGEST = MAX_HREF - len("https://")
PUNCTUATION = ".,;:!?'’…*_"
BRACKETS = {")": "(", "]": "["}


def group_by_link(parts: Sequence[Inline]) -> Iterator[tuple[str, list[Inline]]]:
    """Yield the parts in order with the target that they share; an empty one without a link."""
    for target, group in groupby(_with_addresses(parts), key=target_of):
        yield target, [*group]


def target_of(part: Inline) -> str:
    """Return the target of a part; an empty text without a link."""
    links = (mark.attrs.href for mark in part.marks if isinstance(mark, LinkMark))
    return next(links, "")


def find_addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the addresses in a text: where each begins, where it ends, and its target."""
    for found in ADDRESS.finditer(text):
        if len(found[0]) <= LONGEST:
            shown = _without_punctuation(found[0])
            yield found.start(), found.start() + len(shown), _complete(shown)


def _without_punctuation(address: str) -> str:
    """Return an address without what ends the sentence around it."""
    while address:
        last = address[-1]
        is_closed = last in BRACKETS and address.count(last) > address.count(BRACKETS[last])
        if last not in PUNCTUATION and not is_closed:
            break
        address = address[:-1]
    return address


def _complete(address: str) -> str:
    start = address[:8].lower()
    if start.startswith(("http://", "https://")):
        return address
    return f"https://{address}" if start.startswith("www.") else f"mailto:{address}"


def _with_addresses(parts: Sequence[Inline]) -> Iterator[Inline]:
    for index, part in enumerate(parts):
        if isinstance(part, Run) and not target_of(part):
            yield from _split(part, ends=_find_ends(parts, index))
        else:
            yield part


def _find_ends(parts: Sequence[Inline], index: int) -> tuple[bool, bool]:
    """Tell whether an address may begin where a text begins, and end where it ends.

    One that a merge field continues isn't whole.
    """
    before = parts[index - 1] if index else None
    after = parts[index + 1] if index + 1 < len(parts) else None
    return not isinstance(before, FieldAtom), not isinstance(after, FieldAtom)


def _split(run: Run, *, ends: tuple[bool, bool]) -> Iterator[Inline]:
    """Yield a text without a link in pieces, of which each address is one."""
    done = 0
    for start, end, target in find_addresses(run.text):
        if (start == 0 and not ends[0]) or (end == len(run.text) and not ends[1]):
            continue
        if start > done:
            yield run.model_copy(update={"text": run.text[done:start]})
        link = LinkMark(type="link", attrs=LinkAttrs(href=target))
        marks = (link, *run.marks)
        yield run.model_copy(update={"text": run.text[start:end], "marks": marks})
        done = end
    if done < len(run.text):
        yield run.model_copy(update={"text": run.text[done:]}) if done else run
