"""The forms as visitors see them, cached in this process under the site's edition (ADR 061)."""

from collections.abc import Mapping
from dataclasses import dataclass

from supporters.fast_path.site_edition import find_cached_rows
from supporters.public_languages import public_languages
from supporters.signup_forms.models import FormStatus, SignupForm
from supporters.signup_forms.queries import find_signup_form, find_signup_form_by_slug
from supporters.signup_forms.rules import FormWords


@dataclass(frozen=True, kw_only=True)
class FormPicture:
    """The picture of a form: its file, and the SHA-256 of its content."""

    file: str
    hash: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class PublicForm:
    """A form as visitors see it, and where its thanks lead. It has no name for the team."""

    id: int
    slug: str
    status: FormStatus
    words: tuple[tuple[str, FormWords], ...]
    list_ids: tuple[int, ...]
    question_ids: frozenset[int]
    picture: FormPicture | None
    goes_to: str

    def get_words(self, language: str) -> FormWords:
        """Return the words in a language. Raises KeyError without any."""
        return dict(self.words)[language]

    def choose_language(self, wanted: str) -> str | None:
        """Return the language for a visitor who wants one; None if the form has no words."""
        offered = self.languages
        return wanted if wanted in offered else next(iter(offered), None)

    @property
    def languages(self) -> list[str]:
        """The languages that the party offers, and that the form has words in."""
        written = dict(self.words)
        return [code for code in public_languages() if code in written]


def describe_form(row: SignupForm) -> PublicForm:
    """Return a stored form as visitors see it."""
    return PublicForm(
        id=row.id,
        slug=row.slug,
        status=row.status,
        words=tuple((language, words) for language, words in words_of_form(row).items()),
        list_ids=tuple(each.mailing_list_id for each in row.lists),
        question_ids=frozenset(each.question_id for each in row.questions),
        picture=_picture_of(row),
        goes_to=row.goes_to,
    )


def words_of_form(row: SignupForm) -> Mapping[str, FormWords]:
    """Return the words of a form by their languages."""
    return {
        each.language: FormWords(
            title=each.title,
            intro=each.intro,
            thanks=each.thanks,
            picture_alt=each.picture_alt,
        )
        for each in row.texts
    }


def find_shared_form_by_slug(slug: str) -> PublicForm | None:
    """Return the form with this slug."""
    return find_cached_rows(("form slug", slug), lambda: _describe(find_signup_form_by_slug(slug)))


def find_shared_form(form_id: int) -> PublicForm | None:
    """Return the form with this id."""
    return find_cached_rows(("form", form_id), lambda: _describe(find_signup_form(form_id)))


def _describe(row: SignupForm | None) -> PublicForm | None:
    return None if row is None else describe_form(row)


def _picture_of(row: SignupForm) -> FormPicture | None:
    if row.picture_file is None:
        return None
    return FormPicture(
        file=row.picture_file,
        hash=row.picture_hash or "",
        width=row.picture_width or 0,
        height=row.picture_height or 0,
    )
