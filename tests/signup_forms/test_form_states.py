"""The moves of forms: drafts and closed forms open, open ones close."""

import pytest

from supporters.signup_forms.models import FormStatus
from supporters.signup_forms.states import FORM_STATES, FormMove

ALLOWED = {
    (FormStatus.DRAFT, FormMove.OPEN),
    (FormStatus.CLOSED, FormMove.OPEN),
    (FormStatus.OPEN, FormMove.CLOSE),
}


@pytest.mark.parametrize("status", FormStatus)
@pytest.mark.parametrize("move", FormMove)
def test_each_allowed_move(status: FormStatus, move: FormMove) -> None:
    assert FORM_STATES.allows(status, move) is ((status, move) in ALLOWED)
