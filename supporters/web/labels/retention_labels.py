"""The words of retention times, which the public pages have as well."""

from supporters.retention.labels import BASES, CATEGORIES, CATEGORY_MEANINGS, NOTES
from supporters.retention.rules import Category, RuleBasis, RuleNote
from supporters.web.labels.word_tables import Meanings, Names

CATEGORY_NAMES: Names[Category] = CATEGORIES
MEANINGS: Meanings[Category] = CATEGORY_MEANINGS
BASIS_WORDS: Names[RuleBasis] = BASES
NOTE_WORDS: Names[RuleNote] = NOTES
