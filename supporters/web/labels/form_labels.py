"""The words of sign-up forms that the team makes: their statuses, and what is wrong with one."""

from flask_babel import lazy_gettext as _

from supporters.signup_forms.form_moves import OpenFormError
from supporters.signup_forms.models import FormStatus
from supporters.signup_forms.rules import MOST_ASKED, MOST_LISTS, FormFault
from supporters.web.labels.word_tables import Names, Tone, Tones

FORM_STATUSES: Names[FormStatus] = {
    FormStatus.DRAFT: _("Draft"),
    FormStatus.OPEN: _("Now open"),
    FormStatus.CLOSED: _("Now closed"),
}
FORM_STATUS_TONES: Tones[FormStatus] = {
    FormStatus.DRAFT: Tone.WARN,
    FormStatus.OPEN: Tone.GOOD,
    FormStatus.CLOSED: Tone.QUIET,
}
FORM_FAULTS: Names[FormFault] = {
    FormFault.SLUG_TAKEN: _("Another list or form has this address. Choose another one."),
    FormFault.NO_TITLE: _("Write the title in at least one language."),
    FormFault.TITLE_MISSING: _("Write the title in this language too, or empty its other fields."),
    FormFault.NO_LIST: _("Tick at least one list."),
    FormFault.MANY_LISTS: _("A form has at most %(max)d lists. Untick some.", max=MOST_LISTS),
    FormFault.MANY_QUESTIONS: _(
        "A form asks at most %(max)d questions. Untick some.", max=MOST_ASKED
    ),
    FormFault.QUESTION_OF_OTHER_LIST: _(
        "This is a question of a list that isn’t ticked. Tick the list, or untick the question."
    ),
    FormFault.NO_HTTPS: _("Write the whole address, as in https://www.party.example/thanks."),
    FormFault.ORIGIN_REFUSED: _(
        "This isn’t one of the party’s sites. A form leads to these only, so that nobody can send "
        "people elsewhere in your name. The people who run the server name them in the setting "
        "SUPPORTERS_FORM_ORIGINS."
    ),
    FormFault.PICTURE_UNKNOWN: _("This picture was deleted. Choose another one."),
}
OPEN_FORM_ERRORS: Names[OpenFormError] = {
    OpenFormError.NO_OPEN_LIST: _(
        "None of its lists is open, so nobody can sign up. Open one, or tick another list."
    ),
    OpenFormError.NO_OFFERED_LANGUAGE: _(
        "It has no title in a language that the party offers, so nobody can see it. Write one."
    ),
}
