"""Reads of sign-up forms."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from supporters.database import db
from supporters.questions.models import ListQuestion
from supporters.signup_forms.models import FormList, SignupForm


def find_signup_form(form_id: int, *, for_update: bool = False) -> SignupForm | None:
    """Return the form with this id."""
    return db.session.get(SignupForm, form_id, with_for_update=for_update or None)


def find_signup_form_by_slug(slug: str) -> SignupForm | None:
    """Return the form with this slug."""
    return db.session.scalar(select(SignupForm).where(SignupForm.slug == slug))


def list_signup_forms() -> Sequence[SignupForm]:
    """Return every form, the newest first."""
    return db.session.scalars(select(SignupForm).order_by(SignupForm.id.desc())).all()


def list_forms_of_list(list_id: int) -> Sequence[SignupForm]:
    """Return the forms with a box for a list, the newest first."""
    return db.session.scalars(
        select(SignupForm)
        .join(FormList, FormList.form_id == SignupForm.id)
        .where(FormList.mailing_list_id == list_id)
        .order_by(SignupForm.id.desc())
    ).all()


def map_lists_of_questions() -> Mapping[int, int]:
    """Return the list of each question that lists ask at present (question id: list id)."""
    rows = db.session.execute(
        select(ListQuestion.id, ListQuestion.mailing_list_id).where(
            ListQuestion.closed_at.is_(None)
        )
    )
    return dict(rows.all())
