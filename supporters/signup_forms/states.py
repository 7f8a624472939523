"""The moves between the statuses of a sign-up form."""

from enum import StrEnum

from supporters.signup_forms.models import FormStatus
from supporters.transitions import StateMachine, Transition


class FormMove(StrEnum):
    """The moves of a form. A form that was open is never a draft again."""

    OPEN = "open"
    CLOSE = "close"


FORM_STATES = StateMachine(
    {
        FormMove.OPEN: Transition({FormStatus.DRAFT, FormStatus.CLOSED}, FormStatus.OPEN),
        FormMove.CLOSE: Transition({FormStatus.OPEN}, FormStatus.CLOSED),
    }
)
