"""The rules of comments: the names in a text, the place of a comment, and who may delete it.

A stored text has a mark with the id of each mentioned account, never its name: if the account loses
its name, so does the comment.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

OPENING, CLOSING = "\ue000", "\ue001"  # private characters, which a typed text loses
MARK = re.compile(f"{OPENING}([0-9]{{1,19}}){CLOSING}")
TYPED_NAME = re.compile(r"(?<![\w.@])@(\w[\w-]*)")
MAY_BE_DELETED_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class MarkedText:
    """A text with marks, the accounts that it mentions, and the words after an @ of nobody."""

    text: str
    mentioned: list[int]
    unknown: list[str]


class CommentPlace(Enum):
    """The place of a comment in the message as it is now."""

    WHOLE = auto()
    BLOCK = auto()
    HERE = auto()
    CHANGED = auto()
    DELETED = auto()


def mark_names(text: str, names: Mapping[str, int]) -> MarkedText:
    """Replace each @name by a mark. `names` has the accounts by what one may type for them."""
    known = {name.lower(): account_id for name, account_id in names.items()}
    mentioned: list[int] = []

    def mark(found: re.Match[str]) -> str:
        account_id = known.get(found[1].lower())
        if account_id is None:
            return found[0]
        mentioned.append(account_id)
        return f"{OPENING}{account_id}{CLOSING}"

    plain = text.replace(OPENING, "").replace(CLOSING, "")
    if known:
        choices = "|".join(re.escape(each) for each in sorted(known, key=len, reverse=True))
        plain = re.sub(rf"(?<![\w.@])@({choices})(?!\w)", mark, plain, flags=re.IGNORECASE)
    return MarkedText(plain, [*dict.fromkeys(mentioned)], TYPED_NAME.findall(plain))


def show_names(text: str, name_of: Callable[[int], str]) -> str:
    """Return a text with the present names in place of the marks."""
    return MARK.sub(lambda found: f"@{name_of(int(found[1]))}", text)


def typed_names(accounts: Iterable[tuple[int, str, str]]) -> dict[str, int]:
    """Return what one may type for accounts, given their ids, names and addresses.

    The first word of a name is enough, or the beginning of an address without a name. One that two
    accounts share names neither.
    """
    accounts = [*accounts]
    short = {each: _shorten(name, address) for each, name, address in accounts}
    found: dict[str, int] = {}
    for account_id, name, address in accounts:
        if [*short.values()].count(short[account_id]) == 1:
            found[short[account_id]] = account_id
        found |= {each: account_id for each in (name, address) if each}
    return found


def _shorten(name: str, address: str) -> str:
    return (name.split(maxsplit=1)[0] if name else address.partition("@")[0]).lower()


def find_place(block_id: str | None, quote: str, texts: Mapping[str, str] | None) -> CommentPlace:
    """Return where a comment stands. `texts` has the words of each block, or is unknown."""
    if block_id is None:
        return CommentPlace.WHOLE
    if texts is None or block_id not in texts:
        return CommentPlace.DELETED
    if not quote:
        return CommentPlace.BLOCK
    is_found = without_spaces(quote) in without_spaces(texts[block_id])
    return CommentPlace.HERE if is_found else CommentPlace.CHANGED


def without_spaces(text: str) -> str:
    """Return a text without white space: the editor and the server break lines differently."""
    return "".join(text.split())


def may_delete(
    author_id: int | None, created_at: datetime, *, by_id: int, is_answered: bool, now: datetime
) -> bool:
    """Tell whether an account may delete a comment: its own, soon after, without an answer."""
    is_soon = now - created_at < MAY_BE_DELETED_FOR
    return author_id == by_id and is_soon and not is_answered
