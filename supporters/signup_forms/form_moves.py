"""Opens and closes sign-up forms."""

from enum import Enum, auto

from supporters import clock
from supporters.audit_log.audit_events import Act, record_team_act
from supporters.database import in_transaction, use_case
from supporters.languages import LANGUAGES
from supporters.lists.queries import list_open_lists
from supporters.mail.links import link_to
from supporters.notices.security_notices import name_of_actor, other_owners_and_officer, put_notice
from supporters.signup_forms.models import FormAct, FormNotice, FormStatus, SignupForm
from supporters.signup_forms.public_forms import describe_form
from supporters.signup_forms.queries import find_signup_form
from supporters.signup_forms.states import FORM_STATES, FormMove


class OpenFormError(Enum):
    """Why a form can't be opened."""

    NO_OPEN_LIST = auto()
    NO_OFFERED_LANGUAGE = auto()


@use_case
def open_form(form_id: int) -> OpenFormError | bool:
    """Show a form to the public; tell whether that is new."""
    form = find_signup_form(form_id, for_update=True)
    if form is None or not FORM_STATES.allows(form.status, FormMove.OPEN):
        return False
    if obstacle := find_obstacle(form):
        return obstacle
    _move(form, FormMove.OPEN, FormAct.OPENED)
    notify_if_public(form)
    return True


@use_case
def close_form(form_id: int) -> bool:
    """Take no sign-ups by a form any more; tell whether that is new."""
    form = find_signup_form(form_id, for_update=True)
    if form is None or not FORM_STATES.allows(form.status, FormMove.CLOSE):
        return False
    _move(form, FormMove.CLOSE, FormAct.CLOSED)
    return True


def find_obstacle(form: SignupForm) -> OpenFormError | None:
    """Return why the public can't see a form, whatever its status is."""
    open_ids = {each.id for each in list_open_lists()}
    if not any(each.mailing_list_id in open_ids for each in form.lists):
        return OpenFormError.NO_OPEN_LIST
    return None if describe_form(form).languages else OpenFormError.NO_OFFERED_LANGUAGE


@in_transaction
def notify_if_public(form: SignupForm) -> None:
    """Tell the other owners and the officer what an open form says."""
    if form.status is not FormStatus.OPEN:
        return
    titles = " – ".join(f"{LANGUAGES[each.language]}: “{each.title}”" for each in form.texts)
    values = {"actor": name_of_actor(), "name": form.name, "slug": form.slug, "titles": titles}
    url = link_to("console.show_signup_form", form_id=form.id)
    put_notice(FormNotice.PUBLISHED, other_owners_and_officer(), values, url=url)


@in_transaction
def _move(form: SignupForm, move: FormMove, act: Act) -> None:
    FORM_STATES.transition(form, move)
    form.changed_at = clock.now()
    record_team_act(act, form.id)
