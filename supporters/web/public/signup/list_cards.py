"""The open lists as cards, each with its words in the language of the page."""

from typing import NamedTuple

from supporters.lists.models import ListWords, list_words_of
from supporters.lists.queries import list_open_lists


class ListCard(NamedTuple):
    """A list that people can join."""

    slug: str
    words: ListWords


def list_cards() -> list[ListCard]:
    """Return the open lists, in the order of the team."""
    return [ListCard(each.slug, list_words_of(each)) for each in list_open_lists()]
