"""The name of a purpose, for pages and emails."""

from supporters.consent.labels import purpose_kind_name
from supporters.consent.models import Purpose
from supporters.database import db
from supporters.lists.models import list_name_of
from supporters.lists.queries import find_list_of_purpose


def name_of_purpose(purpose_id: int) -> str:
    """Return the name of the list of a purpose, or of its kind if it has no list."""
    mailing_list = find_list_of_purpose(purpose_id)
    if mailing_list is not None:
        return list_name_of(mailing_list)
    return purpose_kind_name(db.session.get_one(Purpose, purpose_id).kind)
