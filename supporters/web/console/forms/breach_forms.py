"""The forms of breaches: facts, decisions, affected people, and the notice to them."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from flask_babel import gettext
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
from supporters.breaches.breach_notices import BreachNoticeText, NoticeTexts
from supporters.breaches.breach_register import AuthorityNotification, BreachStatement
from supporters.breaches.models import MAX_TEXT, MAX_TITLE, BreachFact, BreachNature
from supporters.languages import LANGUAGES
from supporters.people.addresses import Address, AddressInvalid, parse_address
from supporters.privacy_requests.rules import PARIS
from supporters.public_languages import default_public_language, public_languages
from supporters.web.console.typed_number import explain_number, is_number
from supporters.web.forms import Form, SelectChoice, at_most

MAX_SUBJECT = 150
MOST_ADDRESSES = 5_000
SHOWN_ADDRESS = 60
DAY = timedelta(days=1)
PARTS = {
    "subject": _("Subject"),
    "nature": _("The breach"),
    "consequences": _("Likely consequences for them"),
    "measures": _("Measures"),
}
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


def _line() -> StringField:
    return StringField(validators=[Optional(), at_most(MAX_SUBJECT)])


def _text() -> TextAreaField:
    return TextAreaField(validators=[Optional(), at_most(MAX_TEXT)])


class BreachNoticeForm(Form):
    """The notice in each language. One that nobody reads may stay empty, but the first."""

    subject_fr, subject_en, subject_de, subject_es, subject_it = (_line() for _code in LANGUAGES)
    nature_fr, nature_en, nature_de, nature_es, nature_it = (_text() for _code in LANGUAGES)
    consequences_fr, consequences_en, consequences_de, consequences_es, consequences_it = (
        _text() for _code in LANGUAGES
    )
    measures_fr, measures_en, measures_de, measures_es, measures_it = (
        _text() for _code in LANGUAGES
    )

    needed: set[str]

    @property
    def languages(self) -> dict[str, str]:
        """The codes and names of the languages to write in: the offered and the needed ones."""
        others = {code: LANGUAGES[code] for code in LANGUAGES if code in self.needed}
        return {**public_languages(), **others}

    def validate(self, extra_validators: object = None) -> bool:
        """Demand every part of each language that is needed or begun."""
        is_right = bool(super().validate(extra_validators))
        for code, language in self.languages.items():
            fields = {name: self[f"{part}_{code}"] for part, name in PARTS.items()}
            if code not in self.needed and not any(each.data for each in fields.values()):
                continue
            for name, each in fields.items():
                if not each.data:
                    words = gettext(
                        "%(part)s (%(language)s): write this part.", part=name, language=language
                    )
                    each.errors, is_right = [words], False
        return is_right

    def read_texts(self) -> NoticeTexts:
        """Return the texts of the languages that were written."""
        return {
            code: BreachNoticeText(**{part: self[f"{part}_{code}"].data or "" for part in PARTS})
            for code in self.languages
            if self[f"subject_{code}"].data
        }

    def fill(self, texts: NoticeTexts) -> None:
        """Fill the texts in."""
        for code, text in texts.items():
            for part in PARTS:
                self[f"{part}_{code}"].data = getattr(text, part)


def needed_languages(counts: Mapping[str, int]) -> set[str]:
    """Return the languages that a notice needs: the first, and those of the affected people."""
    return {default_public_language(), *(code for code in LANGUAGES if counts.get(code))}


class BreachApprovalForm(Form):
    """The typed number of people, and the fingerprint of the notice that was read."""

    fingerprint = HiddenField()
    people = StringField(validators=[DataRequired(_("Type the number of people."))])

    number: int

    def validate_people(self, field: StringField) -> None:
        """Refuse another number than the shown one. Raises ValidationError."""
        if not is_number(field.data, self.number):
            raise ValidationError(explain_number(self.number))
