"""The comments on a campaign as pages show them, with names and places; their forms."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext, lazy_gettext as _
from flask_login import current_user
from wtforms import HiddenField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from supporters import clock
from supporters.accounts.queries import list_organisers
from supporters.campaigns.comments.models import (
    MAX_BLOCK_ID,
    MAX_COMMENT,
    MAX_QUOTE,
    CampaignComment,
)
from supporters.campaigns.comments.queries import list_comments
from supporters.campaigns.comments.rules import CommentPlace, find_place, may_delete, show_names
from supporters.campaigns.comments.team_comments import NewComment
from supporters.campaigns.document.stored_document import read_stored
from supporters.campaigns.models import Campaign
from supporters.campaigns.other_languages.queries import list_in_languages
from supporters.web.forms import Form, at_most

LONGEST_NUMBER = 19


@dataclass(frozen=True, kw_only=True)
class ShownComment:
    """A comment with its answers, oldest first."""

    id: int
    author: str
    created_at: datetime
    body: str
    block_id: str | None
    quote: str
    place: CommentPlace
    resolved_at: datetime | None
    resolved_by: str
    may_delete: bool
    answers: "list[ShownComment]"


@dataclass(frozen=True)
class CommentBoard:
    """The open and the resolved comments on a campaign."""

    open: list[ShownComment]
    resolved: list[ShownComment]


def make_board(campaign: Campaign) -> CommentBoard:
    """Return the comments on a campaign, placed in its texts as they are now."""
    comments = list_comments(campaign.id)
    if not comments:
        return CommentBoard([], [])
    documents = [each.document for each in list_in_languages(campaign) if each.document]
    texts = {block: words for each in documents for block, words in _texts_of(each).items()}
    writer = _BoardWriter({each.id: each.shown_name for each in list_organisers()}, texts or None)
    shown = [
        writer.show(each, [answer for answer in comments if answer.parent_id == each.id])
        for each in comments
        if each.parent_id is None
    ]
    return CommentBoard(
        [each for each in shown if each.resolved_at is None],
        [each for each in shown if each.resolved_at is not None],
    )


@dataclass(frozen=True)
class _BoardWriter:
    """Describes comments, with the names of accounts and the words of the blocks."""

    names: Mapping[int, str]
    texts: Mapping[str, str] | None

    def show(
        self, comment: CampaignComment, answers: Sequence[CampaignComment] = ()
    ) -> ShownComment:
        return ShownComment(
            id=comment.id,
            author=self._name_of(comment.author_id),
            created_at=comment.created_at,
            body=show_names(comment.body, self._name_of),
            block_id=comment.block_id,
            quote=comment.quote,
            place=find_place(comment.block_id, comment.quote, self.texts),
            resolved_at=comment.resolved_at,
            resolved_by=self._name_of(comment.resolved_by),
            may_delete=may_delete(
                comment.author_id,
                comment.created_at,
                by_id=current_user.id,
                is_answered=bool(answers),
                now=clock.now(),
            ),
            answers=[self.show(each) for each in answers],
        )

    def _name_of(self, account_id: int | None) -> str:
        return self.names.get(account_id or 0) or str(gettext("somebody"))


def _texts_of(document: str) -> dict[str, str]:
    """Return the words of each block of a stored document."""
    content = read_stored(document).model_dump(mode="json", exclude_none=True)["content"]
    return {block["attrs"]["id"]: " ".join(_words_in(block)) for block in content}


def _words_in(node: Mapping[str, Any]) -> Iterator[str]:
    if "text" in node:
        yield node["text"]
    for each in node.get("content", ()):
        yield from _words_in(each)


class BoxesField(SelectMultipleField):
    """A box for each of some choices."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CommentForm(Form):
    """A comment: its words, the block that it is about, and the colleagues whom an email tells.

    `parent` is the comment that it answers, `page` the page to show afterwards.
    """

    comment = TextAreaField(validators=[DataRequired(_("Write a comment.")), at_most(MAX_COMMENT)])
    told = BoxesField(coerce=int, validate_choice=False)
    block_id = HiddenField()
    quote = HiddenField()
    parent = HiddenField()
    page = HiddenField()

    def new_comment(self) -> NewComment:
        """Return the comment. A block with an impossible name is none."""
        block_id, parent = self.block_id.data or "", self.parent.data or ""
        is_number = parent.isascii() and parent.isdecimal() and len(parent) < LONGEST_NUMBER + 1
        return NewComment(
            body=self.comment.data or "",
            block_id=block_id if 0 < len(block_id) <= MAX_BLOCK_ID else None,
            quote=" ".join((self.quote.data or "").split())[:MAX_QUOTE],
            parent_id=min(int(parent), 2**63 - 1) if is_number else None,
            told=self.told.data or (),
        )
