"""The choice of a first wave, in the form of the launch."""

from typing import Self

from flask_babel import format_decimal, gettext, lazy_gettext as _, ngettext
from wtforms import RadioField, SelectField, StringField, ValidationError

from supporters.campaigns.models import Campaign
from supporters.delivery.first_wave.wave_rules import NO_WAVE, WAITS, Wave, share_of
from supporters.web.console.campaigns.campaign_forms import LaunchForm
from supporters.web.console.typed_number import GROUPING
from supporters.web.forms import SelectChoice

NONE, SHARE, NUMBER = "none", "share", "number"
UNTIL_CONTINUED = ""


class WaveLaunchForm(LaunchForm):
    """The launch, with how many people get the campaign first, and when the others do."""

    wave = RadioField(
        default=NONE, choices=[SelectChoice(each, "") for each in (NONE, SHARE, NUMBER)]
    )
    wave_people = StringField()
    wave_wait = SelectField(default=UNTIL_CONTINUED)

    def begin(self, campaign: Campaign) -> Self:
        """Set what was chosen before: the hour, and the first wave. A command may wait longer."""
        super().begin(campaign)
        minutes = campaign.wave_minutes
        waits = sorted({*WAITS, *([minutes] if minutes else [])})
        self.wave_wait.choices = [
            SelectChoice(UNTIL_CONTINUED, gettext("when somebody continues")),
            *(SelectChoice(str(each), _name_wait(each)) for each in waits),
        ]
        if self.is_fresh() and campaign.wave_size:
            self.wave.data, self.wave_people.data = NUMBER, str(campaign.wave_size)
            self.wave_wait.data = str(minutes) if minutes else UNTIL_CONTINUED
        return self

    def offer_waves(self) -> None:
        """Name the choices for the people whom the campaign reaches."""
        share = share_of(self.figures.reached)
        words = ngettext(
            "1 %% of them first: %(count)s person, chosen at random",
            "1 %% of them first: %(count)s people, chosen at random",
            share,
            count=format_decimal(share),
        )
        self.wave.choices = [
            SelectChoice(NONE, gettext("Everybody at once")),
            SelectChoice(SHARE, words),
            SelectChoice(NUMBER, gettext("A number of people first, chosen at random")),
        ]

    def validate_wave_people(self, _field: StringField) -> None:
        """Refuse no number, or one that leaves nobody for later. Raises ValidationError."""
        if self.wave.data == NUMBER and not self._typed_people:
            raise ValidationError(_("Type how many people get it first."))
        if self.wave.data != NONE and not self.chosen_wave.fits(self.figures.reached):
            raise ValidationError(self._explain_size())

    @property
    def _typed_people(self) -> int:
        """The typed number, with any grouping of digits; 0 if it is none."""
        digits = GROUPING.sub("", self.wave_people.data or "")
        return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 9 else 0

    @property
    def chosen_wave(self) -> Wave:
        """The chosen wave."""
        if self.wave.data == NONE:
            return NO_WAVE
        is_share = self.wave.data == SHARE
        size = share_of(self.figures.reached) if is_share else self._typed_people
        wait = self.wave_wait.data
        return Wave(size=size, minutes=int(wait) if wait else None)

    def show_large_wave(self) -> None:
        """Say that the wave has everybody, after the list has become smaller."""
        self.wave_people.errors = [self._explain_size()]

    def _explain_size(self) -> str:
        words: str = gettext(
            "This campaign reaches %(number)s people. Type a smaller number for the first wave, or "
            "choose “Everybody at once”.",
            number=format_decimal(self.figures.reached),
        )
        return words


def _name_wait(minutes: int) -> str:
    if minutes < 60 or minutes % 60:
        words: str = ngettext(
            "after %(count)s minute, if all figures are below their thresholds",
            "after %(count)s minutes, if all figures are below their thresholds",
            minutes,
            count=format_decimal(minutes),
        )
        return words
    hours: str = ngettext(
        "after %(count)s hour, if all figures are below their thresholds",
        "after %(count)s hours, if all figures are below their thresholds",
        minutes // 60,
        count=format_decimal(minutes // 60),
    )
    return hours
