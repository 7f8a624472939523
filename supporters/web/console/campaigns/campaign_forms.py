"""The forms of campaigns: a draft, its launch, resuming after a restore, lifting the hold."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flask_babel import format_decimal, gettext, lazy_gettext as _
from wtforms import (
    BooleanField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, TextArea

from supporters.campaigns.beginnings.starting_texts import StartingText
from supporters.campaigns.campaign_lists import ListChoice
from supporters.campaigns.campaign_texts import MAX_PREHEADER, MAX_SUBJECT
from supporters.campaigns.content_checks import (
    find_preheader_faults,
    find_subject_faults,
    find_typed_faults,
)
from supporters.campaigns.drafts import CampaignDraft
from supporters.campaigns.merge_fields import on_one_line
from supporters.campaigns.models import MAX_BODY, MAX_INTERNAL_NAME
from supporters.consent.record_models import Restoration
from supporters.delivery.audience import AudienceFigures
from supporters.delivery.models import MAX_REASON, Machine
from supporters.delivery.restore_hold import LiftHoldError
from supporters.text.local_dates import format_date_and_time
from supporters.transparency_log.checkpoints import (
    Checkpoint,
    extract_checkpoints,
    find_largest_checkpoint,
)
from supporters.transparency_log.log_records import signing_key
from supporters.web.console.campaigns.audience.audiences import read_audience
from supporters.web.console.campaigns.history_forms import ReadRevisionForm
from supporters.web.console.campaigns.when_forms import WhenForm
from supporters.web.console.error_messages import explain_fault, explain_subject
from supporters.web.console.typed_number import is_number
from supporters.web.forms import Form, SelectChoice, at_most, offered_languages, without_controls

LONGEST_MAIL = 100_000
HEAD_NOT_IN_LOG = _(
    "The database lacks entries of this checkpoint. First, the operator must run: flask "
    "rights replay --from FILE, with this email as a file."
)
NOT_ACKNOWLEDGED = _(
    "Tick each restore that you know of. If you don’t know one, somebody forged the log: lift "
    "nothing, and ask the operator."
)
WHY_HELD = {
    LiftHoldError.LOG_BEGUN_AGAIN: _(
        "The consent log isn’t the one that began. The operator must restore the newest backup "
        "that has it."
    ),
    LiftHoldError.FOLDER_KNOWS_MORE: _(
        "The server stored a checkpoint with entries that the database lacks. First, the "
        "operator must run: flask rights replay."
    ),
    LiftHoldError.JOURNALS_NOT_READ: _(
        "Nobody read the journal of every server. Tick the box if the hold must end all the same."
    ),
}


class DocumentForm(Form):
    """The fields that the editor sends beside the document."""

    mailing_list_id = SelectMultipleField(option_widget=CheckboxInput())
    language = SelectField(
        choices=offered_languages,
        validators=[InputRequired(_("Choose a language."))],
    )
    subject = StringField(  # it wraps as a title does; its line breaks come with a pasted text
        widget=TextArea(),
        filters=[without_controls, lambda typed: typed and on_one_line(typed)],
        validators=[at_most(MAX_SUBJECT)],
    )
    preheader = StringField(filters=[without_controls], validators=[at_most(MAX_PREHEADER)])
    internal_name = StringField(filters=[without_controls], validators=[at_most(MAX_INTERNAL_NAME)])

    offered: Sequence[SelectChoice] = ()

    def offer(self, choices: Sequence[SelectChoice]) -> None:
        """Offer the lists that this account may write to."""
        self.offered = choices
        self.mailing_list_id.choices = [*choices]

    @property
    def chosen(self) -> list[ListChoice]:
        """The ticked lists that this account may write to."""
        chosen = self.mailing_list_id.data or []
        return [read_audience(each.value) for each in self.offered if each.value in chosen]

    def draft(self) -> CampaignDraft:
        """Return the draft without its text. Without a list, it looks as one to the first."""
        lists = (*self.chosen,)
        looks = lists or [read_audience(each.value) for each in self.offered]
        return CampaignDraft(
            mailing_list_id=looks[0].mailing_list_id,
            lists=lists,
            language=self.language.data,
            subject=self.subject.data or "",
            preheader=self.preheader.data or "",
            internal_name=self.internal_name.data or "",
        )


class CampaignForm(DocumentForm, ReadRevisionForm):
    """A draft with its text in Markdown. A newer revision of somebody else is not overwritten."""

    body = TextAreaField(filters=[without_controls], validators=[at_most(MAX_BODY)])

    def draft(self) -> CampaignDraft:
        """Return the draft."""
        return replace(super().draft(), body=self.body.data or "")

    def begin_with(self, start: StartingText) -> None:
        """Fill the form with the text that a new campaign begins with."""
        self.language.data = start.language
        self.subject.data, self.preheader.data = start.subject, start.preheader
        self.body.data = start.body

    def validate_body(self, _field: TextAreaField) -> None:
        """Refuse an empty draft. Raises ValidationError."""
        if not self.subject.data and not self.body.data:
            raise ValidationError(_("Write a subject or a message."))

    def show_faults(self) -> None:
        """Show the mistakes at each field."""
        subject, body = self.subject.data or "", self.body.data or ""
        self.subject.errors = [explain_subject(fault) for fault in find_subject_faults(subject)]
        preheader = self.preheader.data or ""
        self.preheader.errors = [explain_fault(each) for each in find_preheader_faults(preheader)]
        self.body.errors = [explain_fault(fault) for fault in find_typed_faults(body)]


class LaunchForm(WhenForm):
    """The hour, the typed number of recipients, and the fingerprint of the message shown."""

    fingerprint = HiddenField()
    recipients = StringField(validators=[DataRequired(_("Type the number of recipients."))])

    figures: AudienceFigures

    @property
    def audience(self) -> int:
        """The number of people to type."""
        return self.figures.reached

    def validate_recipients(self, field: StringField) -> None:
        """Refuse another number than the shown one. Raises ValidationError."""
        if not is_number(field.data, self.audience):
            number = format_decimal(self.audience)
            raise ValidationError(
                gettext("This campaign reaches %(number)s people. Type that number.", number=number)
            )

    def show_change(self, audience: int) -> None:
        """Say that the number of recipients has changed."""
        self.figures = replace(self.figures, reached=audience, counted_at=None)
        number = format_decimal(audience)
        message = gettext("The list has %(number)s people now. Nothing was sent.", number=number)
        self.recipients.errors = [message]

    def show_rewritten(self, who: str, when: datetime) -> None:
        """Say that the message was changed. The number must be typed again."""
        self.recipients.data = ""
        message = gettext(
            "This isn’t the message that you read: %(who)s changed it on %(when)s. "
            "Nothing was sent. Read it again.",
            who=who,
            when=format_date_and_time(when),
        )
        self.recipients.errors = [message]


class LiftHoldForm(Form):
    """Why this database is the right one, and the newest checkpoint from outside."""

    reason = TextAreaField(
        validators=[
            DataRequired(_("Say how you know that this database is the right one.")),
            at_most(MAX_REASON),
        ]
    )
    head = TextAreaField(validators=[at_most(LONGEST_MAIL)])
    without_journals = BooleanField()
    restorations = SelectMultipleField(coerce=int, option_widget=CheckboxInput())

    external: Checkpoint | None = None

    def __init__(self, restorations: Sequence[Restoration], unread: Sequence[Machine]) -> None:
        super().__init__()
        self.restorations.choices = [(each.id, _describe(each)) for each in restorations]
        self.unread = unread
        if not unread:
            del self.without_journals

    @property
    def goes_without_journals(self) -> bool:
        """Whether the owner does without the journals that nobody read."""
        return bool(self.unread and self.without_journals.data)

    def validate_head(self, field: TextAreaField) -> None:
        """Read the newest checkpoint in a pasted email. Raises ValidationError if there is none."""
        if not field.data:
            return
        found = extract_checkpoints(field.data.encode(), signing_key().public_key())
        self.external = find_largest_checkpoint(
            each for each in found if isinstance(each, Checkpoint)
        )
        if self.external is None:
            raise ValidationError(
                gettext("There is no checkpoint of our log in this text. Paste the whole email.")
            )

    def show_refusal(self, refused: LiftHoldError) -> None:
        """Say why the hold isn’t lifted."""
        match refused:
            case LiftHoldError.CHECKPOINT_NOT_IN_LOG:
                self.head.errors = [HEAD_NOT_IN_LOG]
            case LiftHoldError.RESTORATION_NOT_ACKNOWLEDGED:
                self.restorations.errors = [NOT_ACKNOWLEDGED]
            case _:
                self.form_errors.append(WHY_HELD[refused])


def _describe(restoration: Restoration) -> str:
    words: str = gettext(
        "I know that a backup with %(count)s entries of the log was restored. The log says so "
        "since %(moment)s.",
        count=format_decimal(restoration.restored_size),
        moment=format_date_and_time(restoration.occurred_at),
    )
    return words


class ResumeRestoredForm(Form):
    """The typed number of people who may get a campaign twice."""

    recipients = StringField(validators=[DataRequired(_("Type the number of recipients."))])

    def __init__(self, unsent: int) -> None:
        super().__init__()
        self.unsent = unsent

    def show_change(self, unsent: int) -> None:
        """Say that the number of people has changed."""
        self.unsent = unsent
        self.recipients.errors = [gettext("The number has changed. Nothing was sent.")]

    def validate_recipients(self, field: StringField) -> None:
        """Refuse another number than the shown one. Raises ValidationError."""
        if not is_number(field.data, self.unsent):
            number = format_decimal(self.unsent)
            raise ValidationError(
                gettext("This campaign reaches %(number)s people. Type that number.", number=number)
            )
