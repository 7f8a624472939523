"""Factories of mailing lists, and a wording in each language."""

from supporters.lists.mailing_lists import ListDraft, close_list, create_list
from supporters.lists.models import MailingList

SENTENCES = {
    "fr": "J’accepte que le Parti de l’Exemple m’écrive chaque jour sur sa campagne politique.",
    "en": "I agree that Parti de l’Exemple writes to me every day about its political campaign.",
}


def make_list(slug: str = "national", name: str = "La Lettre nationale") -> MailingList:
    """Return a new list."""
    created = create_list(ListDraft(slug=slug, name=name, description="Une fois par mois."))
    assert isinstance(created, MailingList)
    return created


def make_closed_list(slug: str = "closed", name: str = "Fermée") -> MailingList:
    """Return a new list that takes no signups any more."""
    mailing_list = make_list(slug, name)
    close_list(mailing_list.id)
    return mailing_list
