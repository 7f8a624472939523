"""The names of the categories and the words of their rules, in the language of the request."""

from flask_babel import LazyString, gettext, lazy_gettext as _

from supporters.people.profile import name_fields
from supporters.retention.rules import Category, RuleBasis, RuleNote

_FIELDS = LazyString(name_fields)
CATEGORIES: dict[Category, LazyString] = {
    Category.SIGNUPS: _("Unconfirmed signup requests"),
    Category.EMAILS: _("Transactional emails"),
    Category.INVITATIONS: _("Invitations of imported addresses"),
    Category.PEOPLE: _("Subscribers"),
    Category.PROOFS: _("Consents of former subscribers"),
    Category.DELIVERIES: _("Deliveries"),
    Category.DISCLOSURES: _("Disclosures of data"),
    Category.CASES: _("Cases"),
    Category.BREACHES: _("People whom a breach affects"),
    Category.TICKETS: _("Links to My data"),
    Category.SUPPRESSIONS: _("Suppressed addresses"),
    Category.ACCOUNTS: _("Console accounts"),
    Category.LOG: _("The consent log"),
    Category.AUDIT: _("Audit log"),
    Category.PICTURES: _("Pictures of campaigns"),
    Category.DRAFTS: _("The trash, and the history of texts"),
    Category.ANSWERS: _("Answers to the questions of lists"),
}
CATEGORY_MEANINGS: dict[Category, LazyString] = {
    Category.SIGNUPS: _(
        "address, %(profile)s, the boxes that were ticked, answers to questions", profile=_FIELDS
    ),
    Category.EMAILS: _("the fact that an email was sent, and a keyed hash of its address"),
    Category.INVITATIONS: _("address, first name, origin of the address"),
    Category.PEOPLE: _("address, %(profile)s, mailing lists, consents", profile=_FIELDS),
    Category.PROOFS: _("each consent event: time, page, wording, way of confirmation"),
    Category.DELIVERIES: _(
        "the campaign emails to each person with their results, and for 13 months the answer of "
        "the mail server if one did not arrive"
    ),
    Category.DISCLOSURES: _("the data, the recipient and the reason"),
    Category.CASES: _("the request, the answer and the notes"),
    Category.BREACHES: _("the number of the person or a keyed hash, and when we wrote to them"),
    Category.TICKETS: _("the request for a link, with its time"),
    Category.SUPPRESSIONS: _("keyed hashes of addresses"),
    Category.ACCOUNTS: _(
        "work address, name, role, public keys of passkeys, texts and changes of the account; its "
        "sessions and devices; its comments on campaigns; for one hour, an unfinished form after "
        "the end of a session"
    ),
    Category.LOG: _("cryptographic commitments to consent events"),
    Category.AUDIT: _("account, act, number of the object, time, keyed hash of the network"),
    Category.PICTURES: _(
        "pictures that the team uploads and that may show people, their descriptions, the account "
        "that uploaded each"
    ),
    Category.DRAFTS: _("texts of campaigns as they were saved, with the account that wrote each"),
    Category.ANSWERS: _("the answers that people gave, if they wanted, to the questions of a list"),
}
BASES: dict[RuleBasis, LazyString] = {
    RuleBasis.CONSENT: _("The person’s explicit consent (GDPR articles 6(1)(a) and 9(2)(a))."),
    RuleBasis.PROOF: _(
        "Our duty to prove consent, and our defence against claims (GDPR articles 7(1), 17(3)(e))."
    ),
    RuleBasis.ACCOUNTABILITY: _("Our accountability (GDPR articles 5(2), 12 and 24)."),
    RuleBasis.SECURITY: _(
        "Our legitimate interest in a service that can’t be abused (GDPR article 6(1)(f))."
    ),
    RuleBasis.STEPS_BEFORE_CONSENT: _(
        "Steps that the person asked for: no consent exists yet (GDPR article 5(1)(e))."
    ),
    RuleBasis.ASKING_ONCE: _(
        "Our legitimate interest in inviting each person once (GDPR article 6(1)(f))."
    ),
    RuleBasis.OBJECTION: _("The person’s objection (GDPR article 21(3))."),
    RuleBasis.STAFF: _("Our legitimate interest in accounts for the team (GDPR article 6(1)(f))."),
    RuleBasis.SHOWING_OUR_WORK: _(
        "Our legitimate interest in showing our work (GDPR article 6(1)(f)), and the agreement of "
        "the people who can be recognised."
    ),
    RuleBasis.UNDOING_MISTAKES: _(
        "Our legitimate interest in undoing mistakes of our own (GDPR article 6(1)(f))."
    ),
}
NOTES: dict[RuleNote, LazyString] = {
    RuleNote.UNCONFIRMED_SIGNUPS: _(
        "Signup requests that nobody confirms, with the data of the form. We send no reminder."
    ),
    RuleNote.SENT_EMAILS: _(
        "The fact that an email was sent. Its text and recipient are deleted at once. We "
        "need the fact to count emails."
    ),
    RuleNote.UNANSWERED_INVITATIONS: _(
        "People of a former list who were invited and have not answered."
    ),
    RuleNote.SINCE_LAST_ACT: _(
        "Counted from the last act of the person. We ask them 30 days before the end, "
        "unless their address can’t be reached. "
        "Opening an email is no act."
    ),
    RuleNote.SINCE_LEAVING: _(
        "People who are on no list any more, in a closed archive. Counted from their last "
        "unsubscription."
    ),
    RuleNote.SINCE_END_OF_CAMPAIGN: _(
        "The campaign emails to each person. Counted from the end of the campaign."
    ),
    RuleNote.HANDED_OUT: _("The disclosed data, the recipient and the reason."),
    RuleNote.SINCE_CLOSED: _("Requests and complaints. Counted from when they were closed."),
    RuleNote.ACCESS_LINKS: _(
        "The request for a new link to My data. Such a link expires within hours."
    ),
    RuleNote.UNTIL_THEY_COME_BACK: _(
        "Addresses that must not be written to, as keyed hashes that nobody can read. Kept "
        "until the person signs up again."
    ),
    RuleNote.SINCE_DISABLED: _(
        "Console accounts that are disabled. Counted from when they were disabled. Then their name "
        "and address are replaced by a number; their acts stay recorded under this number."
    ),
    RuleNote.SINCE_BREACH_CLOSED: _(
        "The lists of people whom personal data breaches affect. Counted from when the breach was "
        "closed. The register of breaches stays: it names none of them."
    ),
    RuleNote.UNREADABLE_WITHOUT_KEY: _(
        "Commitments that can’t be read without the person’s key; erasing the person destroys it."
    ),
    RuleNote.ACTS_OF_TEAM: _(
        "The acts of the team in the console or by command, and refused requests. The consent "
        "log keeps a record that expired acts were deleted."
    ),
    RuleNote.UNUSED_PICTURES: _(
        "Pictures that no campaign uses. Counted from their upload, or from when a campaign last "
        "began or ceased to use them."
    ),
    RuleNote.TRASH_AND_HISTORY: _(
        "Deleted drafts, counted from when they were put into the trash; saved texts without a "
        "name, counted from the launch. Named and frozen texts stay with their campaign."
    ),
    RuleNote.EACH_QUESTION: _(
        "Each question says how long its answer is kept, at most this time. Counted from the "
        "answer. It is deleted earlier when the person leaves the list."
    ),
}


def name_of(category: Category) -> str:
    """Return the name of a category."""
    return str(CATEGORIES[category])


def data_of(category: Category) -> str:
    """Return the data that a category contains."""
    return str(CATEGORY_MEANINGS[category])


def basis_of(stored: str) -> str:
    """Return the legal ground of a rule: the words of its key, or this installation's own text."""
    return str(BASES[RuleBasis(stored)]) if stored in [*RuleBasis] else stored


def note_of(stored: str) -> str:
    """Return the note of a rule: the words of its key, or this installation's own text."""
    return str(NOTES[RuleNote(stored)]) if stored in [*RuleNote] else stored


def with_name_of(category: Category, words: str) -> str:
    """Return a text about a category, after its name and a colon."""
    return str(gettext("%(name)s: %(words)s", name=name_of(category), words=words))


def time_of(days: int | None) -> str:
    """Return a number of days as words, in years if these are whole."""
    if days is None:
        return str(gettext("no fixed end"))
    years, rest = divmod(days, 365)
    if years and rest <= years // 4:
        return str(gettext("1 year") if years == 1 else gettext("%(count)s years", count=years))
    return str(gettext("%(count)s days", count=days))
