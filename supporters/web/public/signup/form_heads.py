"""The head of a sign-up form, above its boxes: a title, an introduction, a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from supporters.lists.models import MailingList, list_name_of, list_words_of
from supporters.signup.queries import SignupBox
from supporters.signup_forms.public_forms import FormPicture, PublicForm
from supporters.signup_forms.rules import split_paragraphs


@dataclass(frozen=True, kw_only=True)
class HeadPicture:
    """A picture with its alternative text. Without one it is a decoration. The hash is evidence."""

    url: str
    alt: str
    width: int
    height: int
    hash: str


@dataclass(frozen=True, kw_only=True)
class FormHead:
    """The head of a form in a language. `required` says what must be filled in.

    `is_made` tells the form of the team from the page of a list.
    """

    slug: str
    name: str
    language: str
    required: str
    lead: str = ""
    about: str = ""
    paragraphs: Sequence[str] = ()
    picture: HeadPicture | None = None
    is_made: bool = False


def head_of_list(mailing_list: MailingList, language: str, own: SignupBox) -> FormHead:
    """Return the head of the page of a list. Its wording may tell the description already."""
    words = list_words_of(mailing_list, language)
    return FormHead(
        slug=mailing_list.slug,
        name=words.name,
        language=words.language,
        required=_require_box(words.name),
        lead="" if words.description in own[1].text else words.description,
        about=mailing_list.description,
    )


def head_of_form(made: PublicForm, language: str, offers: Sequence[SignupBox]) -> FormHead:
    """Return the head of a form that the team made, in a language that it has words in."""
    words = made.get_words(language)
    lists = [each for each, _ in offers if each is not None]
    paragraphs = split_paragraphs(words.intro)
    return FormHead(
        slug=made.slug,
        name=words.title,
        language=language,
        required=_require_box(list_name_of(lists[0], language))
        if len(lists) == 1
        else str(gettext("Required: your address and a list.")),
        about=paragraphs[0] if paragraphs else "",
        paragraphs=paragraphs,
        picture=_show(made.picture, words.picture_alt) if made.picture else None,
        is_made=True,
    )


def _require_box(name: str) -> str:
    return str(gettext("Required: your address and the box “%(list)s”.", list=name))


def _show(picture: FormPicture, alt: str) -> HeadPicture:
    return HeadPicture(
        url=url_for("public.picture", filename=picture.file),
        alt=alt,
        width=picture.width,
        height=picture.height,
        hash=picture.hash,
    )
