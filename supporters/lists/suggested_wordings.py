"""The wordings that are suggested for the languages in which a purpose has no text yet."""

from supporters.consent.models import Purpose
from supporters.lists.optional_purposes import suggest_wording
from supporters.lists.queries import find_list_of_purpose
from supporters.lists.short_wordings import suggest_short_wordings
from supporters.lists.wording_changes import current_texts
from supporters.public_languages import public_languages


def suggest_missing_texts(purpose: Purpose) -> dict[str, str]:
    """Return a text for each offered language without one. Nobody agrees to it before an owner."""
    mailing_list = find_list_of_purpose(purpose.id)
    found = current_texts(purpose.id)
    missing = [code for code in public_languages() if code not in found]
    if mailing_list is not None:
        suggested = suggest_short_wordings(mailing_list)
        return {code: suggested[code] for code in missing}
    return {code: suggest_wording(purpose.kind, code) for code in missing}
