"""Factories of sign-up forms that the team makes."""

from collections.abc import Sequence

from supporters.lists.models import MailingList
from supporters.signup_forms.form_changes import FormSurroundings, create_form
from supporters.signup_forms.form_moves import open_form
from supporters.signup_forms.models import SignupForm
from supporters.signup_forms.rules import FormDraft, FormWords

OURS = "https://www.parti.example"
ON_OUR_SITE = FormSurroundings(origins=(OURS,))
WORDS = {
    "fr": FormWords(
        title="Sauvons la gare",
        intro="Elle ferme en mai.\n\nDites-nous que vous y tenez.",
        thanks="Merci pour la gare.",
    ),
    "en": FormWords(title="Save the station", intro="It closes in May.", thanks="Thank you."),
}


def form_draft(lists: Sequence[MailingList], **changes: object) -> FormDraft:
    """Return a form as an organiser writes it."""
    values: dict[str, object] = {
        "name": "Gare de Lyon",
        "words": WORDS,
        "list_ids": tuple(each.id for each in lists),
        **changes,
    }
    return FormDraft(**values)  # type: ignore[arg-type]


def make_form(
    *lists: MailingList, slug: str = "gare", is_open: bool = True, **changes: object
) -> SignupForm:
    """Return a new form, open unless told otherwise."""
    made = create_form(slug, form_draft(lists, **changes), ON_OUR_SITE)
    assert isinstance(made, SignupForm), made
    if is_open:
        assert open_form(made.id) is True
    return made
