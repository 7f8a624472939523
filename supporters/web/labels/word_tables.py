"""The kinds of tables of words. All tables of an enum stand together in one module of this folder.

The annotation of a table says where its words are shown. That is how the folder finds its tables.
"""

from enum import Enum, StrEnum
from typing import Annotated, TypeAlias, TypeVar

from flask_babel import LazyString

Member = TypeVar("Member", bound=Enum)


class Use(StrEnum):
    """The place of a label, for enums that need different words in different places."""

    NAME = "name"  # alone, for the team
    MY_DATA = "my-data"  # alone, for the person concerned
    IN_A_SENTENCE = "in-a-sentence"  # inside a sentence for the team
    YOUR_REQUEST = "your-request"  # inside a sentence for the person
    MEANING = "meaning"  # a second line under the name
    SHELL = "shell"  # a sentence of a command, in English


class Tone(StrEnum):
    """The seriousness of a state: the suffix of the CSS class of its badge."""

    QUIET = "quiet"
    LIVE = "live"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


Names: TypeAlias = Annotated[dict[Member, LazyString], Use.NAME]
NamesForAll: TypeAlias = Annotated[dict[Member, LazyString], Use.NAME, Use.MY_DATA]
NamesOnMyData: TypeAlias = Annotated[dict[Member, LazyString], Use.MY_DATA]
InASentence: TypeAlias = Annotated[dict[Member, LazyString], Use.IN_A_SENTENCE]
YourRequests: TypeAlias = Annotated[dict[Member, LazyString], Use.YOUR_REQUEST]
Meanings: TypeAlias = Annotated[dict[Member, LazyString], Use.MEANING]
ShellTexts: TypeAlias = Annotated[dict[Member, str], Use.SHELL]
Tones: TypeAlias = Annotated[dict[Member, Tone], Tone]
