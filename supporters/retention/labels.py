"""What the categories are called, and the words of their rules, in the language of the moment."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.retention.rules import Basis, Category, Note

CATEGORIES: dict[Category, LazyString] = {
    Category.SIGNUPS: _("Sign-ups that nobody confirmed"),
    Category.LETTERS: _("Letters of the system"),
    Category.INVITATIONS: _("Invitations of a former list"),
    Category.PEOPLE: _("People on a list"),
    Category.PROOFS: _("Proofs of people who left"),
    Category.DELIVERIES: _("Who got which mail"),
    Category.DISCLOSURES: _("What was handed out"),
    Category.CASES: _("Cases"),
    Category.TICKETS: _("Links to one’s own data"),
    Category.SUPPRESSIONS: _("Addresses not to write to"),
    Category.ACCOUNTS: _("Accounts of this console"),
    Category.LOG: _("The consent log"),
}
CATEGORY_MEANINGS: dict[Category, LazyString] = {
    Category.SIGNUPS: _("address, first name, language, the boxes that were ticked"),
    Category.LETTERS: _("that a letter was sent, and a keyed hash of its address"),
    Category.INVITATIONS: _("address, first name, where the party had it from"),
    Category.PEOPLE: _("address, first name, language, the lists and what was agreed to"),
    Category.PROOFS: _("each act of consent: when, where, with which words, how it was confirmed"),
    Category.DELIVERIES: _("which mail went to whom, and what became of it"),
    Category.DISCLOSURES: _("what was handed out, to whom, and why"),
    Category.CASES: _("what was asked, what was answered, notes"),
    Category.TICKETS: _("that a link was asked for, and when"),
    Category.SUPPRESSIONS: _("keyed hashes of addresses"),
    Category.ACCOUNTS: _(
        "work address, role, what was written or changed by whom; for one hour, what was typed "
        "into a form when the session ended"
    ),
    Category.LOG: _("commitments to acts of consent"),
}
BASES: dict[Basis, LazyString] = {
    Basis.CONSENT: _("The person’s explicit consent (GDPR articles 6(1)(a) and 9(2)(a))."),
    Basis.PROOF: _(
        "Our duty to prove consent, and our defence against claims (GDPR articles 7(1), 17(3)(e))."
    ),
    Basis.ACCOUNTABILITY: _("Our duty to answer for what we do (GDPR articles 5(2), 12 and 24)."),
    Basis.SECURITY: _(
        "Our legitimate interest in a service that can’t be abused (GDPR article 6(1)(f))."
    ),
    Basis.STEPS_BEFORE_CONSENT: _(
        "Steps that the person asked for: no consent exists yet (GDPR article 5(1)(e))."
    ),
    Basis.ASKING_ONCE: _("Our legitimate interest in asking once (GDPR article 6(1)(f))."),
    Basis.OBJECTION: _("The person’s objection (GDPR article 21(3))."),
    Basis.STAFF: _("Who works here (GDPR article 6(1)(f))."),
}
NOTES: dict[Note, LazyString] = {
    Note.UNCONFIRMED_SIGNUPS: _(
        "A sign-up that nobody confirms, with what was typed. No reminder is sent."
    ),
    Note.SENT_LETTERS: _(
        "That a letter was sent; its text and recipient are wiped at once. Counts of letters need "
        "it."
    ),
    Note.UNANSWERED_INVITATIONS: _("People of a former list who were asked and have not answered."),
    Note.SINCE_LAST_ACT: _(
        "Counted from the last act of the person. They are asked 30 days before; opening a mail is "
        "no act."
    ),
    Note.SINCE_LEAVING: _(
        "People who are on no list any more, in a closed archive. Counted from when they last left."
    ),
    Note.SINCE_END_OF_CAMPAIGN: _("Which mail went to whom. Counted from the end of the campaign."),
    Note.HANDED_OUT: _("What was handed out, to whom and why."),
    Note.SINCE_CLOSED: _("Requests and complaints. Counted from when they were closed."),
    Note.ACCESS_LINKS: _(
        "That somebody asked for a fresh link to their own data; such a link is over within hours."
    ),
    Note.UNTIL_THEY_COME_BACK: _(
        "Addresses that must not be written to, as keyed hashes that nobody can read. Kept until "
        "the person comes back."
    ),
    Note.ACCOUNTS_STAY: _(
        "Accounts of this console. Disabled when a person leaves; what they did stays theirs."
    ),
    Note.UNREADABLE_WITHOUT_KEY: _(
        "Commitments that can’t be read without the person’s key; erasing the person destroys it."
    ),
}


def name_of(category: Category) -> str:
    """Return the name of a category."""
    return str(CATEGORIES[category])


def data_of(category: Category) -> str:
    """Return what a category consists of."""
    return str(CATEGORY_MEANINGS[category])


def basis_of(kept: str) -> str:
    """Return the legal ground of a rule: the words of its key, or the installation's own."""
    return str(BASES[Basis(kept)]) if kept in [*Basis] else kept


def note_of(kept: str) -> str:
    """Return the note of a rule: the words of its key, or the installation's own."""
    return str(NOTES[Note(kept)]) if kept in [*Note] else kept


def tell_of(category: Category, words: str) -> str:
    """Return what is so of a category, after its name and the colon of the language."""
    return str(gettext("%(name)s: %(words)s", name=name_of(category), words=words))


def time_of(days: int | None) -> str:
    """Return how long it is, in years where these are whole."""
    if days is None:
        return str(gettext("no end of its own"))
    years, rest = divmod(days, 365)
    if years and rest <= years // 4:
        return str(gettext("1 year") if years == 1 else gettext("%(count)s years", count=years))
    return str(gettext("%(count)s days", count=days))
