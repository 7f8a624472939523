"""The forms of breaches: facts, decisions, and affected people."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Optional

from supporters import clock
from supporters.breaches.affected_people import AffectedChoice, AffectedWay
from supporters.breaches.breach_register import AuthorityNotification, BreachStatement
from supporters.breaches.models import MAX_TEXT, MAX_TITLE, BreachFact, BreachNature
from supporters.cases.rules import PARIS
from supporters.people.addresses import Address, AddressInvalid, parse_address
from supporters.web.forms import Form, SelectChoice, at_most

MOST_ADDRESSES = 5_000
SHOWN_ADDRESS = 60
DAY = timedelta(days=1)
TYPED_FACTS = {
    "what_happened": BreachFact.WHAT_HAPPENED,
    "kinds_of_people": BreachFact.PEOPLE,
    "people_count": BreachFact.PEOPLE_COUNT,
    "data": BreachFact.DATA,
    "record_count": BreachFact.RECORD_COUNT,
    "consequences": BreachFact.CONSEQUENCES,
    "measures": BreachFact.MEASURES,
    "processor": BreachFact.PROCESSOR,
}


def _moment(day: date | None, hour: time | None) -> datetime:
    """Return the moment of a day and an hour of Paris."""
    return datetime.combine(day or date.min, hour or time(), PARIS)


class MomentForm(Form):
    """A form with a day and an hour in the past."""

    day = DateField(validators=[InputRequired(_("Enter the day."))])
    hour = TimeField(validators=[InputRequired(_("Enter the time, in hours and minutes."))])

    @property
    def moment(self) -> datetime:
        """The typed moment."""
        return _moment(self.day.data, self.hour.data)

    def validate_hour(self, field: TimeField) -> None:
        """Refuse a moment in the future. Raises ValidationError."""
        if self.day.data and field.data and self.moment > clock.now():
            raise ValidationError(_("This is in the future. Enter a time until now."))

    def fill_moment(self, moment: datetime) -> None:
        """Fill the day and the hour in."""
        local = moment.astimezone(PARIS)
        self.day.data, self.hour.data = local.date(), local.time().replace(second=0, microsecond=0)


class FactsForm(MomentForm):
    """The facts of a breach. The discovery is its day and hour."""

    what_happened = TextAreaField(
        validators=[DataRequired(_("Write what happened.")), at_most(MAX_TEXT)]
    )
    confidentiality = BooleanField()
    integrity = BooleanField()
    availability = BooleanField()
    kinds_of_people = TextAreaField(validators=[Optional(), at_most(MAX_TEXT)])
    people_count = StringField(validators=[Optional(), at_most(MAX_TITLE)])
    data = TextAreaField(validators=[Optional(), at_most(MAX_TEXT)])
    record_count = StringField(validators=[Optional(), at_most(MAX_TITLE)])
    consequences = TextAreaField(validators=[Optional(), at_most(MAX_TEXT)])
    measures = TextAreaField(validators=[Optional(), at_most(MAX_TEXT)])
    processor = TextAreaField(validators=[Optional(), at_most(MAX_TEXT)])

    def read_statement(self) -> BreachStatement:
        """Return the stated facts."""
        typed = {fact: self[name].data or "" for name, fact in TYPED_FACTS.items()}
        natures = ", ".join(each.value for each in BreachNature if self[each.value].data)
        return BreachStatement(
            discovered_at=self.moment, texts={**typed, BreachFact.NATURE: natures}
        )

    def fill(self, facts: Mapping[BreachFact, str], discovered_at: datetime) -> None:
        """Fill the known facts in."""
        self.fill_moment(discovered_at)
        for name, fact in TYPED_FACTS.items():
            self[name].data = facts.get(fact, "")
        natures = facts.get(BreachFact.NATURE, "").split(", ")
        for each in BreachNature:
            self[each.value].data = each.value in natures


class BreachForm(FactsForm):
    """A new breach: a title for the register, and the facts that are known."""

    title = StringField(
        validators=[DataRequired(_("Give the breach a short title.")), at_most(MAX_TITLE)]
    )


class BreachNoteForm(Form):
    """A note of the register."""

    note = TextAreaField(validators=[DataRequired(_("Write the note.")), at_most(MAX_TEXT)])


class NotificationForm(MomentForm):
    """When the authority was told, its reference, and the reasons for a delay."""

    reference = StringField(validators=[Optional(), at_most(MAX_TITLE)])
    delay_reason = TextAreaField(validators=[Optional(), at_most(MAX_TEXT)])

    def read_notification(self) -> AuthorityNotification:
        """Return the notification."""
        return AuthorityNotification(
            told_at=self.moment,
            reference=self.reference.data or "",
            delay_reason=self.delay_reason.data or "",
        )


class BreachReasonForm(Form):
    """The reasons of a decision."""

    reason = TextAreaField(validators=[DataRequired(_("Give the reasons.")), at_most(MAX_TEXT)])


class PeopleDecisionForm(BreachReasonForm):
    """Whether people were told in another way, and how; or why they are not told."""

    are_told = SelectField(
        choices=[
            SelectChoice("no", _("They are not told")),
            SelectChoice("yes", _("They were told in another way")),
        ],
        validators=[InputRequired(_("Choose the decision."))],
    )


class AffectedForm(Form):
    """A choice of affected people. Only the fields of the way count."""

    way = HiddenField(validators=[InputRequired(_("Choose the people."))])
    list_id = SelectField(coerce=int, validate_choice=False)
    import_id = SelectField(coerce=int, validate_choice=False)
    export_id = SelectField(coerce=int, validate_choice=False)
    since = DateField(validators=[Optional()])
    until = DateField(validators=[Optional()])
    addresses = TextAreaField()

    parsed: list[Address]

    def validate_way(self, field: HiddenField) -> None:
        """Refuse a way that is none, or one without its fields. Raises ValidationError."""
        if field.data not in [*AffectedWay]:
            raise ValidationError(_("Choose the people."))
        chosen = {
            AffectedWay.LIST: self.list_id,
            AffectedWay.IMPORT: self.import_id,
            AffectedWay.EXPORT: self.export_id,
        }.get(AffectedWay(field.data or ""))
        if chosen is not None and chosen.data not in [each[0] for each in chosen.choices or []]:
            raise ValidationError(_("Choose a list, an import or an export that exists."))

    def validate_until(self, field: DateField) -> None:
        """Refuse a period without two days in their order. Raises ValidationError."""
        if self.way.data != AffectedWay.PERIOD:
            return
        if not (self.since.data and field.data) or self.since.data > field.data:
            raise ValidationError(_("Enter the first and the last day of the period."))

    def validate_addresses(self, field: TextAreaField) -> None:
        """Parse the addresses: one on each line. Raises ValidationError."""
        self.parsed = []
        if self.way.data != AffectedWay.ADDRESSES:
            return
        lines = [line for line in (field.data or "").replace(";", "\n").split() if line]
        if not lines or len(lines) > MOST_ADDRESSES:
            message = _("Enter 1 to %(most)s addresses, one on each line.", most=MOST_ADDRESSES)
            raise ValidationError(message)
        for line in lines:
            try:
                self.parsed.append(parse_address(line))
            except AddressInvalid as error:
                shown = line[:SHOWN_ADDRESS]
                message = _("“%(text)s” is no address. Correct it, or delete it.", text=shown)
                raise ValidationError(message) from error

    def read_choice(self) -> AffectedChoice:
        """Return the choice."""
        way = AffectedWay(self.way.data or "")
        numbers = {
            AffectedWay.LIST: self.list_id,
            AffectedWay.IMPORT: self.import_id,
            AffectedWay.EXPORT: self.export_id,
        }
        is_period = way is AffectedWay.PERIOD
        until = self.until.data + DAY if is_period and self.until.data else None
        return AffectedChoice(
            way=way,
            number=numbers[way].data if way in numbers else 0,
            since=_moment(self.since.data, None) if is_period else None,
            until=_moment(until, None) if is_period else None,
            addresses=self.parsed,
        )
