"""The boxes of forms that ask for consents: their names, values and checks."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, ValidationError

from supporters.signup.queries import SignupBox
from supporters.web.forms import Form

TICK_THIS_BOX = _("Tick this box if you want to join. We may not write to you without it.")
TICK_A_LIST = _("Tick at least one list. We may not write to you without your consent.")
LIST_BOX, PURPOSE_BOX = "consent_", "purpose_"


class ConsentField(BooleanField):
    """A box for one wording. It is stale if the page showed another wording."""

    def __init__(self, *arguments: Any, wording_id: int, **options: Any) -> None:
        self.wording_id = str(wording_id)
        self.is_stale = False
        super().__init__(*arguments, **options)

    def _value(self) -> str:
        return self.wording_id

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Accept the box only for the current wording."""
        self.data = valuelist[:1] == [self.wording_id]
        self.is_stale = bool(valuelist) and not self.data


def text_is_current(_form: Form, field: ConsentField) -> None:
    """Refuse a box of an older wording. Raises ValidationError."""
    if field.is_stale:
        raise ValidationError(
            _("This text has changed since you opened the page. Read it again, then tick the box.")
        )


def is_ticked(_form: Form, field: ConsentField) -> None:
    """Refuse a compulsory box that is not ticked. Raises ValidationError."""
    if not field.data and not field.is_stale:
        raise ValidationError(TICK_THIS_BOX)


def a_list_is_ticked(form: Form, _field: ConsentField) -> None:
    """Refuse a page of several lists without a ticked one. Raises ValidationError."""
    boxes = [each for each in form if each.short_name.startswith(LIST_BOX)]
    if not any(each.data or each.is_stale for each in boxes):
        raise ValidationError(TICK_A_LIST)


def is_reconfirmed(_form: Form, field: ConsentField) -> None:
    """Refuse a reconfirmation without its box. Raises ValidationError."""
    if not field.data and not field.is_stale:
        raise ValidationError(_("Tick this box if you agree. If you don’t, say no below."))


def consent_name(offer: SignupBox) -> str:
    """Return the name of the box of a list or of another purpose."""
    mailing_list, wording = offer
    if mailing_list is None:
        return f"{PURPOSE_BOX}{wording.purpose_id}"
    return f"{LIST_BOX}{mailing_list.id}"
