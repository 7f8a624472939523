"""The tables of sign-up forms that the team makes (ADR 075)."""

from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supporters.audit_log.audit_events import Act
from supporters.database import Model, enum_column, foreign_key, part_of
from supporters.lists.models import MAX_SLUG
from supporters.notices.security_notices import Notice

MAX_TEAM_NAME = 120
MAX_TITLE = 120
MAX_INTRO = 2_000
MAX_THANKS = 1_000
MAX_ALT = 300
MAX_GOES_TO = 500
MAX_FILE = 30


class FormAct(Act):
    """Acts about sign-up forms."""

    CREATED = "form.created", _("%(actor)s made the sign-up form %(object)s.")
    CHANGED = "form.changed", _("%(actor)s changed the sign-up form %(object)s.")
    OPENED = "form.opened", _("%(actor)s opened the sign-up form %(object)s.")
    CLOSED = "form.closed", _("%(actor)s closed the sign-up form %(object)s.")
    DELETED = "form.deleted", _("%(actor)s deleted the sign-up form “%(name)s”, /%(slug)s.")


class FormNotice(Notice):
    """Notices about sign-up forms."""

    PUBLISHED = (
        "form_published",
        _("A sign-up form is on the site: %(name)s"),
        _(
            "%(actor)s opened the sign-up form “%(name)s”, or changed it while it was open. "
            "Everybody can see it on the party’s site, at /%(slug)s."
        ),
        _("Its title: %(titles)s"),
        _("If something is wrong with it, close it. Each owner can do that."),
        _("Look at the form"),
    )


class FormStatus(StrEnum):
    """Whether a form is prepared, takes signups, or takes none any more."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class FormText(Model):
    """The words of a form in a language. Without a title, no language has a row."""

    __tablename__ = "signup_form_text"
    __table_args__ = (CheckConstraint("title <> ''", name="has_a_title"),)

    form_id: Mapped[int] = part_of("signup_form.id")
    language: Mapped[str] = mapped_column(String(5), primary_key=True)
    title: Mapped[str] = mapped_column(String(MAX_TITLE))
    intro: Mapped[str] = mapped_column(String(MAX_INTRO), default="")
    thanks: Mapped[str] = mapped_column(String(MAX_THANKS), default="")
    picture_alt: Mapped[str] = mapped_column(String(MAX_ALT), default="")


class FormList(Model):
    """A list with a box on a form; a list that is deleted leaves it."""

    __tablename__ = "signup_form_list"
    __table_args__ = (Index("ix_signup_form_list_mailing_list_id", "mailing_list_id"),)

    form_id: Mapped[int] = part_of("signup_form.id")
    mailing_list_id: Mapped[int] = part_of("mailing_list.id")
    position: Mapped[int]


class FormQuestion(Model):
    """A question of a list that a form asks too."""

    __tablename__ = "signup_form_question"
    __table_args__ = (Index("ix_signup_form_question_question_id", "question_id"),)

    form_id: Mapped[int] = part_of("signup_form.id")
    question_id: Mapped[int] = part_of("list_question.id")


class SignupForm(Model):
    """A form: the slug of its page, its name for the team, its picture, where its thanks lead.

    The slug is in the namespace of those of lists. The picture is one of the library; its file and
    size stand here too, as with the party's theme, and its hash is in the evidence.
    """

    __tablename__ = "signup_form"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("(picture_id IS NULL) = (picture_file IS NULL)", name="picture"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(MAX_SLUG))
    name: Mapped[str] = mapped_column(String(MAX_TEAM_NAME))
    status: Mapped[FormStatus] = mapped_column(enum_column(FormStatus, "status"))
    goes_to: Mapped[str] = mapped_column(String(MAX_GOES_TO), default="")
    picture_id: Mapped[int | None] = foreign_key("picture.id")
    picture_file: Mapped[str | None] = mapped_column(String(MAX_FILE))
    picture_hash: Mapped[str | None] = mapped_column(String(64))
    picture_width: Mapped[int | None]
    picture_height: Mapped[int | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    texts: Mapped[list[FormText]] = relationship(
        cascade="all, delete-orphan", order_by=FormText.language
    )
    lists: Mapped[list[FormList]] = relationship(
        cascade="all, delete-orphan", order_by=FormList.position
    )
    questions: Mapped[list[FormQuestion]] = relationship(
        cascade="all, delete-orphan", order_by=FormQuestion.question_id
    )
