"""Finds what a writer should look at again. A doubt prevents nothing, unlike a fault."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from supporters.campaigns.document.blocks import AnyBlock, Document, Table
from supporters.campaigns.document.document_checks import list_block_links, list_texts
from supporters.campaigns.document.stored_document import read_stored
from supporters.campaigns.links.link_checks import LinkDoubt, find_answers, find_doubt
from supporters.campaigns.links.models import AskedLink, LinkOutcome
from supporters.campaigns.models import Campaign

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


EXCLAIMS = re.compile(r"!(?:\s*!)+|\?(?:\s*\?){2,}")
HTML_TAG = re.compile(
    r"</?(?:a|b|br|center|div|em|font|h[1-6]|i|img|li|ol|p|s|span|strong|sub|sup|table|td|tr|u|ul)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
MARKDOWN = re.compile(r"\*\*\S(?:[^*]*\S)?\*\*|(?<!\w)__\S(?:[^_]*\S)?__(?!\w)|^#{1,6} ")
BROKEN_ADDRESS = re.compile(
    r"(?<![\w/.])(?:(?!https?://[\w\[])(?:ht{1,3}p{1,2}s?|tt{1,2}ps?)(?:[:;.,]/{1,3}|//)"
    r"|(?:w{2}|w{4,5})\.(?=[\w-]+\.\w)|www,(?=[\w-]+\.\w))[\w-]\S*",
    re.IGNORECASE,
)
WEAK_WORDS = {
    *("en savoir plus", "lire la suite", "plus d'infos", "plus d'informations", "voir plus"),
    *("suivez ce lien", "ce site", "cette page", "découvrir", "voir"),
    *("learn more", "read more", "more", "find out more", "this page", "this site", "see more"),
}
LONG_WORD = re.compile(r"[^\W\d_]{5}")  # longer than most abbreviations
LETTERS_TO_SHOUT = 12
SHOUTED_SHARE = 0.7
SHOWN = 60
MOST_COLUMNS = 5  # of a table that a phone has room for


class DoubtKind(Enum):
    """The doubts that a text can raise, beside those about its links."""

    SHOUTS = auto()
    EXCLAIMS = auto()
    TAG_AS_TEXT = auto()
    MARKUP_AS_TEXT = auto()
    LINK_TEXT_WEAK = auto()
    BROKEN_ADDRESS = auto()
    OTHER_LANGUAGE = auto()
    WIDE_TABLE = auto()
    NEARLY_TOO_HEAVY = auto()
    TOO_HEAVY = auto()


AnyDoubt = DoubtKind | LinkDoubt | LinkOutcome


@dataclass(frozen=True)
class Doubt:
    """A doubt: the words that it is about, its block, its field, and what a link answered."""

    kind: AnyDoubt
    words: str = ""
    block_id: str | None = None
    where: str = "document"
    answer: AskedLink | None = field(default=None, compare=False)


def find_doubts(campaign: Campaign) -> Iterator[Doubt]:
    """Yield the doubts about a draft: its subject, its blocks, its whole text."""
    for where in ("subject", "preheader"):
        text: str = getattr(campaign, where)
        for kind, words in find_line_doubts(text):
            yield Doubt(kind, words, where=where)
    if campaign.document is None:
        return
    document = read_stored(campaign.document)
    answers = find_answers(url for block in document.content for url, _ in list_block_links(block))
    for block in document.content:
        for kind, words in _find_block_doubts(block):
            yield Doubt(kind, words[:SHOWN], block.attrs.id)
        yield from _find_link_doubts(block, answers)
    if other := find_other_language(_words_of(document), campaign.language):
        yield Doubt(DoubtKind.OTHER_LANGUAGE, other)


def find_line_doubts(text: str) -> Iterator[tuple[DoubtKind, str]]:
    """Yield what shouts in a line."""
    if shouts(text):
        yield DoubtKind.SHOUTS, text
    if found := EXCLAIMS.search(text):
        yield DoubtKind.EXCLAIMS, found[0]


def shouts(text: str) -> bool:
    """Tell whether a text is in capitals. Abbreviations and a single word aren't enough."""
    letters = [each for each in text if each.isalpha()]
    capitals = sum(each.isupper() for each in letters)
    has_words = len(text.split()) > 1 and LONG_WORD.search(text) is not None
    return (
        has_words and len(letters) >= LETTERS_TO_SHOUT and capitals > SHOUTED_SHARE * len(letters)
    )


def _find_block_doubts(block: AnyBlock) -> Iterator[tuple[DoubtKind, str]]:
    if isinstance(block, Table) and len(block.content[0].content) > MOST_COLUMNS:
        yield DoubtKind.WIDE_TABLE, str(len(block.content[0].content))
    for text in list_texts(block):
        yield from find_line_doubts(text)
        if found := HTML_TAG.search(text):
            yield DoubtKind.TAG_AS_TEXT, found[0]
        for found in BROKEN_ADDRESS.finditer(text):
            yield DoubtKind.BROKEN_ADDRESS, found[0]
        if found := MARKDOWN.search(text):
            yield DoubtKind.MARKUP_AS_TEXT, found[0]


def _find_link_doubts(block: AnyBlock, answers: Mapping[str, AskedLink]) -> Iterator[Doubt]:
    for target, words in dict.fromkeys(list_block_links(block)):
        if words.strip().casefold().replace("’", "'") in WEAK_WORDS:
            yield Doubt(DoubtKind.LINK_TEXT_WEAK, words, block.attrs.id)
        if BROKEN_ADDRESS.match(target.removeprefix("https://")):
            yield Doubt(DoubtKind.BROKEN_ADDRESS, target[:SHOWN], block.attrs.id)
        if doubt := find_doubt(target):
            yield Doubt(doubt, target[:SHOWN], block.attrs.id)
        answer = answers.get(target)
        if answer and answer.outcome and answer.outcome is not LinkOutcome.ANSWERED:
            yield Doubt(answer.outcome, target[:SHOWN], block.attrs.id, answer=answer)


def _words_of(document: Document) -> str:
    texts: Sequence[str] = [text for block in document.content for text in list_texts(block)]
    return "\n".join(texts)
