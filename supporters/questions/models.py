"""The tables of the questions of lists, and of the answers of subscribers."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, enum_column, foreign_key, part_of
from supporters.questions.rules import (
    LONGEST_DAYS,
    MAX_ANSWER,
    MAX_LABEL,
    MAX_SENTENCE,
    QuestionKind,
)


class ListQuestion(Model):
    """An optional question of a list. An answer is deleted after `days`.

    Once somebody answered, its kind and its words never change: an answer belongs to the words that
    the person read.
    """

    __tablename__ = "list_question"
    __table_args__ = (
        CheckConstraint(f"days BETWEEN 1 AND {LONGEST_DAYS}", name="days"),
        UniqueConstraint("id", "mailing_list_id"),
        Index("ix_list_question_mailing_list_id", "mailing_list_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id", ondelete="CASCADE"))
    kind: Mapped[QuestionKind] = mapped_column(enum_column(QuestionKind, "kind"))
    position: Mapped[int]
    days: Mapped[int]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """Whether people are asked."""
        return self.closed_at is None


class QuestionText(Model):
    """The words of a question in a language; `choices` has a line for each choice."""

    __tablename__ = "question_text"

    question_id: Mapped[int] = part_of("list_question.id")
    language: Mapped[str] = mapped_column(String(5), primary_key=True)
    label: Mapped[str] = mapped_column(String(MAX_LABEL))
    sentence: Mapped[str] = mapped_column(String(MAX_SENTENCE))
    choices: Mapped[str] = mapped_column(Text, default="")


class SignupAnswer(Model):
    """An answer that waits with its signup request; it becomes a `ListAnswer` by the confirmation.

    `days` is how long it will be stored, as the page of the request said.
    """

    __tablename__ = "signup_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["question_id", "mailing_list_id"],
            ["list_question.id", "list_question.mailing_list_id"],
            name="fk_signup_answer_question",
        ),
        Index("ix_signup_answer_question_id", "question_id"),
    )

    signup_request_id: Mapped[int] = foreign_key(
        "signup_request.id", on_delete="CASCADE", primary_key=True
    )
    question_id: Mapped[int] = mapped_column(primary_key=True)
    mailing_list_id: Mapped[int]
    value: Mapped[str] = mapped_column(String(MAX_ANSWER))
    days: Mapped[int]


class ListAnswer(Model):
    """The answer of a subscriber. The database deletes it with the subscription.

    `value` is a text, the number of a choice, `yes` or `no`, or a date as 2026-11-28.
    """

    __tablename__ = "list_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["subscriber_id", "mailing_list_id"],
            ["subscription.subscriber_id", "subscription.mailing_list_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["question_id", "mailing_list_id"],
            ["list_question.id", "list_question.mailing_list_id"],
            name="fk_list_answer_question",
        ),
        Index("ix_list_answer_question_id", "question_id"),
        Index("ix_list_answer_expires_at", "expires_at"),
        Index("ix_list_answer_subscriber_id_mailing_list_id", "subscriber_id", "mailing_list_id"),
    )

    subscriber_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    question_id: Mapped[int] = mapped_column(primary_key=True)
    mailing_list_id: Mapped[int]
    value: Mapped[str] = mapped_column(String(MAX_ANSWER))
    answered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
