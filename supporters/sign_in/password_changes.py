"""Stores a new password, ends the other sessions, and tells the account by email."""

from flask_security import hash_password

from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser
from supporters.audit_log.audit_events import record_act
from supporters.database import in_transaction, transaction
from supporters.mail.links import link_to
from supporters.notices.security_notices import only, put_notice
from supporters.sign_in.acts import SignInAct, SignInNotice
from supporters.sign_in.password_hashing import normalise_password
from supporters.sign_in.sign_in_sessions import end_other_sessions


def change_password(organiser_id: int, password: str, *, session_id: int) -> None:
    """Change the password of an account that is signed in. Only this session goes on.

    Raises PasswordsBusy, LookupError.
    """
    hashed = hash_new_password(password)
    with transaction():
        organiser = find_organiser(organiser_id)
        if organiser is None:
            raise LookupError(organiser_id)
        organiser.password = hashed
        end_other_sessions(organiser_id, session_id)
        record_act(SignInAct.PASSWORD_CHANGED, organiser_id)
        tell_of_new_password(organiser)


def hash_new_password(password: str) -> str:
    """Return the hash of a new password, outside of a transaction. Raises PasswordsBusy."""
    return str(hash_password(normalise_password(password)))


@in_transaction
def tell_of_new_password(organiser: Organiser) -> None:
    """Tell an account that its password was changed."""
    values = {"account": organiser.email}
    url = link_to("console.forgotten_password")
    put_notice(SignInNotice.PASSWORD_CHANGED, only([organiser]), values, url=url)
