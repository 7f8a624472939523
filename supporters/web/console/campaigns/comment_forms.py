"""The forms of the team's work on a campaign: comments, and tests to colleagues."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from supporters.accounts.models import Organiser
from supporters.campaigns.comments.models import MAX_BLOCK_ID, MAX_COMMENT, MAX_QUOTE
from supporters.campaigns.comments.team_comments import NewComment
from supporters.web.forms import Form, at_most

LONGEST_NUMBER = 19


class ColleaguesField(SelectMultipleField):
    """A box for each of some accounts."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CommentForm(Form):
    """A comment: its words, the block that it is about, and the colleagues whom an email tells.

    `parent` is the comment that it answers, `page` the page to show afterwards.
    """

    comment = TextAreaField(validators=[DataRequired(_("Write a comment.")), at_most(MAX_COMMENT)])
    told = ColleaguesField(coerce=int, validate_choice=False)
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


class TeamTestForm(Form):
    """The colleagues who get a test, and whether it shows a first name."""

    to = ColleaguesField(coerce=int, validators=[DataRequired(_("Choose at least one person."))])
    with_name = BooleanField()

    def __init__(self, team: Sequence[Organiser], **options: Any) -> None:
        super().__init__(**options)
        self.to.choices = [(each.id, each.name_and_address) for each in team]
