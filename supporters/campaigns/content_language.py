"""Tells whether a text is in another of our languages than it should be, by its smallest words."""

import re
from collections.abc import Mapping

WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]*)?")
APOSTROPHES = str.maketrans("’", "'")
# Words that only one of the languages has; a text of thirty words has some ten of them.
FRENCH = """
le la les un une des du au aux et ou où est sont être avez avons nous vous ils elles je tu que qui
quoi dont dans par pour avec sans chez leur leurs nos vos votre notre mes ses ces cette cet ce ne
pas mais donc si très aussi comme fait faire à y été sera toutes tous tout
"""
ENGLISH = """
the of to and in is are was were be been you we they he she it this that these those with for from
by at your our their his her its will would can could have has had do does did not but or if as so
all more about what who when where how
"""
GERMAN = """
der die das und ist nicht ein eine einen dem den mit für auf von zu zum zur im wir sie ihr uns ich
auch aus bei nach über wird werden haben sind wenn oder aber wie sich noch nur mehr alle unser
unsere ihre
"""
SPANISH = """
el los las del y por para su lo como más pero está están fue nuestro nuestra nuestros usted ustedes
muy también este esta estos ser hay cuando desde hasta todos todas
"""
ITALIAN = """
il gli della dello dei delle degli nel nella di che è per sono anche più alla alle dal dalla nostro
nostra nostri questo questa questi essere hanno abbiamo ogni tutti tutte
"""
SMALL_WORDS: Mapping[str, frozenset[str]] = {
    "fr": frozenset(FRENCH.split()),
    "en": frozenset(ENGLISH.split()),
    "de": frozenset(GERMAN.split()),
    "es": frozenset(SPANISH.split()),
    "it": frozenset(ITALIAN.split()),
}
ELISIONS = ("l'", "d'", "j'", "n'", "qu'", "s'", "c'", "m'", "t'")
FEWEST_WORDS = 25
FEWEST_SMALL_WORDS = 6
TIMES_AS_MANY = 3


def find_other_language(text: str, language: str) -> str | None:
    """Return the language that a text seems to be in, if it isn't the given one.

    A text of a few words, or one with a quotation in another language, is in the given one.
    """
    words = WORD.findall(text.translate(APOSTROPHES).casefold())
    if len(words) < FEWEST_WORDS or language not in SMALL_WORDS:
        return None
    counts = {each: _count(words, each) for each in SMALL_WORDS}
    most = max(counts, key=lambda each: counts[each])
    is_clear = counts[most] >= max(FEWEST_SMALL_WORDS, TIMES_AS_MANY * counts[language])
    return most if most != language and is_clear else None


def _count(words: list[str], language: str) -> int:
    small = SMALL_WORDS[language]
    elided = ELISIONS if language == "fr" else ()
    return sum(word in small or word.startswith(elided) for word in words)
