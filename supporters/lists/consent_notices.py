"""Tells the other owners and the officer by email that the words of a consent changed."""

from collections.abc import Mapping

from supporters.database import in_transaction
from supporters.languages import LANGUAGES
from supporters.lists.queries import name_of_purpose
from supporters.mail.links import link_to
from supporters.notices.security_notices import (
    Notice,
    name_of_actor,
    other_owners_and_officer,
    put_notice,
)


@in_transaction
def notify_about_texts(notice: Notice, purpose_id: int, texts: Mapping[str, str]) -> None:
    """Put a notice about the texts of a purpose into the outbox."""
    url = link_to("console.show_purpose", purpose_id=purpose_id)
    put_notice(notice, other_owners_and_officer(), describe_texts(purpose_id, texts), url=url)


def describe_texts(purpose_id: int, texts: Mapping[str, str]) -> dict[str, str]:
    """Return the values of a notice about texts: the actor, the name of the purpose, the texts."""
    name = name_of_purpose(purpose_id)
    return {"actor": name_of_actor(), "name": name, "texts": show_texts(texts)}


def show_texts(texts: Mapping[str, str]) -> str:
    """Return the texts of a consent on one line, each with its language."""
    one_line = {code: " ".join(text.split()) for code, text in texts.items()}
    return " – ".join(f"{LANGUAGES[code]}: “{text}”" for code, text in one_line.items())
