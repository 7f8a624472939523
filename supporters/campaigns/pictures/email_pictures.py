"""Pictures in emails: their names in texts, and their address and size for readers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from supporters.campaigns.pictures.models import REFERENCE, Picture
from supporters.campaigns.pictures.picture_uses import UsedPicture
from supporters.campaigns.pictures.queries import list_pictures
from supporters.mail.links import link_to

SOURCE = "image:"
DECORATIVE = "{decorative}"  # behind a picture that needs no description
NAME = re.compile(rf"{REFERENCE}([A-Za-z0-9_-]{{22}})")
COLUMN = 536  # pixels: the width of the text in an email
MARKS = re.compile(r"([\\\[\]])")


@dataclass(frozen=True)
class EmailPicture:
    """A picture as an email shows it: its address, and the size in which it fits the text."""

    url: str
    width: int
    height: int


def find_pictures(references: Iterable[str]) -> dict[str, EmailPicture]:
    """Return the pictures of references (`img_…`) that exist, by their references."""
    names = {match[1] for match in map(NAME.fullmatch, references) if match}
    return {each.reference: _show(each) for each in list_pictures(names)}


def reference_in(source: str) -> str | None:
    """Return the reference in the source of an image in Markdown (`image:img_…`), if it has one."""
    return source.removeprefix(SOURCE) if source.startswith(SOURCE) else None


def list_used(images: Iterable[tuple[str, str]]) -> list[UsedPicture]:
    """Return the pictures among the images of a text: (source, alternative text)."""
    named = ((NAME.fullmatch(reference_in(source) or ""), alt) for source, alt in images)
    return [UsedPicture(match[1], alt, is_decoration=not alt) for match, alt in named if match]


def as_markdown(picture: Picture) -> str:
    """Return the Markdown that shows a picture, with its last description."""
    sign = DECORATIVE if picture.is_decoration else ""
    alt = "" if picture.is_decoration else MARKS.sub(r"\\\1", picture.description)
    return f"![{alt}]({SOURCE}{picture.reference}){sign}"


def url_of(picture: Picture) -> str:
    """Return the public address of a picture."""
    return link_to("public.picture", filename=f"{picture.name}.{picture.format.value}")


def _show(picture: Picture) -> EmailPicture:
    width = min(picture.width, COLUMN)
    height = max(1, round(picture.height * width / picture.width))
    return EmailPicture(url=url_of(picture), width=width, height=height)
