"""The words of retention times, which the public pages have as well."""

from flask_babel import lazy_gettext as _

from supporters.retention.labels import BASES, CATEGORIES, CATEGORY_MEANINGS, NOTES
from supporters.retention.rules import Category, RuleBasis, RuleNote
from supporters.web.labels.word_tables import Meanings, Names, Sentences

CATEGORY_NAMES: Names[Category] = CATEGORIES
MEANINGS: Meanings[Category] = CATEGORY_MEANINGS
BASIS_WORDS: Names[RuleBasis] = BASES
NOTE_WORDS: Names[RuleNote] = NOTES
RETENTION_SENTENCES: Sentences = {
    "retention.changed": _(
        "%(actor)s changed a retention time (%(category)s): "
        "%(before)s days before, %(after)s days now."
    ),
    "retention.ran": _("%(actor)s started a purge of expired data."),
}
