"""The faults of a sign-up form, for programs."""

from flask import Response

from supporters.web.program_answers import answer_program
from supporters.web.public.signup.address_forms import KEPT
from supporters.web.public.signup.forms import JoinForm

PAGE_CHANGED, QUESTIONED, FAULTS = "page_changed", "address_questioned", "faults"


def answer_faults(form: JoinForm) -> Response:
    """Return the faults by field, the address that was probably meant, and how to keep this one."""
    asked = form.suggestion
    keeps = {KEPT: asked.typed} if asked and asked.typed else None
    usual = QUESTIONED if keeps else FAULTS
    code = PAGE_CHANGED if form.page.errors else usual
    faults = [{"field": "", "message": str(each)} for each in form.form_errors]
    for field in form:
        faults += [{"field": field.name, "message": str(each)} for each in field.errors]
    suggestion = asked.suggested if asked else None
    return answer_program(422, code=code, faults=faults, suggestion=suggestion, keep=keeps)
