"""The forms of lists: a new list, and the reason of an export."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from supporters.languages import LANGUAGES
from supporters.lists.list_sender import ListSender
from supporters.lists.models import MAX_DESCRIPTION, MAX_NAME, MAX_SENDER_NAME, MAX_SLUG
from supporters.lists.rules import SenderFault, is_slug
from supporters.lists.wording_changes import WordingFaults
from supporters.people.models import MAX_ADDRESS
from supporters.personal_data.rules import LONGEST_REASON, SHORTEST_REASON
from supporters.web.console.error_messages import explain_wording
from supporters.web.forms import Form, at_most
from supporters.web.labels import label


class ListForm(Form):
    """A new list."""

    name = StringField(validators=[DataRequired(_("Give the list a name.")), at_most(MAX_NAME)])
    slug = StringField(
        validators=[DataRequired(_("Write the end of the address.")), at_most(MAX_SLUG)]
    )
    description = TextAreaField(
        validators=[
            DataRequired(_("Describe in a sentence what subscribers will get.")),
            at_most(MAX_DESCRIPTION),
        ]
    )

    sentence_fr = TextAreaField(validators=[Optional()])
    sentence_en = TextAreaField(validators=[Optional()])

    def sentences(self) -> dict[str, str]:
        """Return the owner's own sentences by language, or an empty dict."""
        texts = {code: self[f"sentence_{code}"].data or "" for code in LANGUAGES}
        return texts if any(texts.values()) else {}

    def show_errors(self, faults: WordingFaults) -> None:
        """Show the mistakes at each sentence."""
        for code, found in faults.items():
            self[f"sentence_{code}"].errors = [explain_wording(fault) for fault in found]

    def validate_slug(self, field: StringField) -> None:
        """Refuse a slug that isn't valid in a URL. Raises ValidationError."""
        if not is_slug(field.data or ""):
            raise ValidationError(
                _("Use small letters a–z, digits and single hyphens, as in lyon-3.")
            )


class SenderForm(Form):
    """The sender of a list's emails."""

    sender_name = StringField(validators=[at_most(MAX_SENDER_NAME)])
    reply_to = StringField(validators=[at_most(MAX_ADDRESS)])

    def sender(self) -> ListSender:
        """Return the sender."""
        return ListSender(name=self.sender_name.data or "", reply_to=self.reply_to.data or "")

    def show_fault(self, fault: SenderFault) -> None:
        """Show the mistake at its field."""
        is_name = fault in {SenderFault.NAME_LIKE_ADDRESS, SenderFault.NAME_UNREADABLE}
        (self.sender_name if is_name else self.reply_to).errors = [label(fault)]


class ExportForm(Form):
    """The reason of an export."""

    reason = TextAreaField(
        validators=[
            InputRequired(_("Write the use of the file.")),
            Length(
                min=SHORTEST_REASON,
                message=_("Use at least %(min)d characters: others will read it."),
            ),
            at_most(LONGEST_REASON),
        ]
    )
    has_mark = BooleanField()
