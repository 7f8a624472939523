"""The texts that the public reads and receives, and the catalogues that lack some of them.

    python -m tests.public_texts             what each language lacks, as entries to translate
    python -m tests.public_texts de          the same for one language
    python -m tests.public_texts --review    how many drafts of a machine wait for a native speaker
    python -m tests.public_texts --write     puts empty entries for them into the catalogues that
                                             hold public texts only, and removes the other entries

Ends with 1 if something is missing.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import normalize, read_po, write_po
from flask_babel.speaklater import LazyString

from supporters.languages import LANGUAGES, TEAM_LANGUAGES
from supporters.retention.labels import BASES, CATEGORY_MEANINGS, NOTES
from supporters.web.labels import TABLES, Table, Use
from supporters.web.labels.case_labels import CASE_KINDS_AS_YOUR_REQUEST, CHANNELS
from supporters.web.labels.consent_labels import METHODS
from supporters.web.labels.mail_labels import NETWORKS
from supporters.web.labels.mailbox_labels import WHY_UNREACHABLE
from supporters.web.labels.person_labels import FIELDS, LANGUAGE_NAMES, TABLES as PERSON_TABLES
from supporters.web.labels.question_labels import ANSWER_FAULTS

Id = str | tuple[str, str]
ROOT = Path(__file__).parents[1]
TRANSLATIONS = ROOT / "supporters" / "translations"
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None}  # as in the Makefile
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
DRAFT = "review: machine draft"
REVIEW, WRITE = "--review", "--write"
PUBLIC_ONLY = [code for code in LANGUAGES if code not in TEAM_LANGUAGES]

OF_THE_PUBLIC = (
    "templates/public/*",
    "templates/errors/*",
    *(f"templates/parts/{each}.html" for each in ("consents", "forms", "languages", "notice")),
    *(f"templates/parts/{each}.html" for each in ("act_place", "profile", "proofs", "questions")),
    *(f"templates/parts/{each}.html" for each in ("provenance", "sealed", "skeleton", "status")),
    "templates/mail/base.*",
    *(f"templates/mail/{each}/*" for each in ("address_changed", "already_subscribed", "campaign")),
    *(f"templates/mail/{each}/*" for each in ("breach_notice", "campaign_test", "case_extended")),
    *(f"templates/mail/{each}/*" for each in ("confirm_signup", "done_on_behalf", "invitation")),
    *(f"templates/mail/{each}/*" for each in ("my_data", "new_address", "reconfirmation")),
    *(f"templates/mail/{each}/*" for each in ("unsubscribed_from_all", "welcome", "paused")),
    "templates/mail/back_on_list/*",
    "supporters/web/public/*",
    "supporters/web/error_pages.py",
    "supporters/web/program_answers.py",
    "supporters/web/forms.py",
    "supporters/web/schema_guard.py",
    *(f"supporters/web/labels/{each}_labels.py" for each in ("address", "origin", "promise")),
    "supporters/campaigns/document/*",
    "supporters/consent/labels.py",
    "supporters/consent/receipts.py",
    "supporters/delivery/after_sending/follow_ups.py",
    "supporters/delivery/message/previews.py",
    "supporters/delivery/message/text_previews.py",
    "supporters/lists/short_wordings.py",
    "supporters/people/profile.py",
    "supporters/lists/purpose_changes.py",
    "supporters/questions/queries.py",
    "supporters/retention/labels.py",
)
OF_THE_TEAM = (
    "templates/console/*",
    "templates/dev/*",
    *("templates/training/*", "supporters/training/*"),
    "templates/evidence/*",
    "templates/security/*",
    *(f"templates/parts/{each}.html" for each in ("chart", "pager", "passkeys")),
    *(f"templates/mail/{each}/*" for each in ("case_due", "checkpoint", "dispute_pause")),
    *(f"templates/mail/{each}/*" for each in ("export_made", "reset_password", "team_invitation")),
    *("templates/mail/answer_passed_on/*", "supporters/feedback/models.py"),
    "supporters/web/console/*",
    "supporters/web/filters.py",
    "supporters/web/list_filters.py",
    "supporters/web/result_words.py",
    *(f"supporters/web/labels/{each}_labels.py" for each in ("approval", "audit", "breach")),
    *(f"supporters/web/labels/{each}_labels.py" for each in ("campaign", "case", "consent")),
    *(
        f"supporters/web/labels/{each}_labels.py"
        for each in ("delivery", "draft", "feedback", "form", "import")
    ),
    *(
        f"supporters/web/labels/{each}_labels.py"
        for each in ("list", "mail", "mailbox", "picture", "result", "retention")
    ),
    *(
        f"supporters/web/labels/{each}_labels.py"
        for each in ("dkim", "organiser", "pace", "person", "question", "setup")
    ),
    "supporters/web/setup_words.py",
    "supporters/audit/*",
    "supporters/campaigns/comments/*",
    "supporters/evidence/*",
    *(
        f"supporters/{each}/*"
        for each in ("accountability", "accounts", "notices", "sign_in", "team")
    ),
    "supporters/*/acts.py",
    "supporters/delivery/planned/schedule_holds.py",
    "supporters/archive/models.py",
    "supporters/audit_log/audit_events.py",
    "supporters/my_data/undo_departure.py",
    "supporters/questions/list_questions.py",
    "supporters/retention/models.py",
    "supporters/signup_forms/models.py",
    "supporters/personal_data/labels.py",
    "supporters/restore/*",
)
PUBLIC_TABLES: tuple[Mapping[object, object], ...] = (
    *TABLES[Use.MY_DATA].values(),
    *(METHODS, CHANNELS, CASE_KINDS_AS_YOUR_REQUEST, NETWORKS, ANSWER_FAULTS),
    WHY_UNREACHABLE,
    *(FIELDS, LANGUAGE_NAMES, PERSON_TABLES),
)
TABLES_OF_THE_TEAM: tuple[Table, ...] = (BASES, CATEGORY_MEANINGS, NOTES)


@cache
def texts_by_source() -> Mapping[str, set[Id]]:
    """Return the texts of each source, found in the same way as by `make messages`."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[str, set[Id]] = {}
    for source, _, text, _, _ in extract_from_dir(ROOT, methods, options, keywords=KEYWORDS):
        found.setdefault(source, set()).add(text[:2] if isinstance(text, tuple) else text)
    return found


def is_one_of(source: str, patterns: Iterable[str]) -> bool:
    """Tell whether a source is meant by one of some patterns."""
    return any(fnmatch(source, pattern) for pattern in patterns)


@cache
def public_texts() -> frozenset[Id]:
    """Return every text that the public reads or receives."""
    found = {
        text
        for source, texts in texts_by_source().items()
        for text in texts
        if is_one_of(source, OF_THE_PUBLIC)
    }
    return frozenset((found - _words_of(TABLES_OF_THE_TEAM)) | _words_of(PUBLIC_TABLES))


def _words_of(tables: Iterable[Mapping[object, object]]) -> set[Id]:
    words = (word for table in tables for word in table.values())
    return {str(word._args[0]) for word in words if isinstance(word, LazyString)}


def read_catalogue(language: str, domain: str = "messages") -> Catalog:
    """Return a catalogue of the repository."""
    with _path_of(language, domain).open("rb") as file:
        return read_po(file, locale=language)


def _path_of(language: str, domain: str = "messages") -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / f"{domain}.po"


def list_missing(language: str) -> list[Id]:
    """Return the public texts that a language lacks, in order."""
    known = {each.id for each in read_catalogue(language) if each.id and _is_translated(each)}
    return sorted(public_texts() - known, key=str)


def _is_translated(entry: Message) -> bool:
    words = entry.string if isinstance(entry.string, tuple) else (entry.string,)
    return all(words) and not entry.fuzzy


def list_drafts(language: str) -> list[Id]:
    """Return the texts that a machine wrote and no native speaker has read."""
    entries = [*read_catalogue(language), *read_catalogue(language, "party")]
    return [each.id for each in entries if each.id and DRAFT in each.user_comments]


def write_catalogue(language: str) -> None:
    """Write a catalogue with exactly the public texts; new ones are empty drafts."""
    catalogue = read_catalogue(language)
    for entry in [*catalogue]:
        if entry.id and entry.id not in public_texts():
            catalogue.delete(entry.id)
    for text in list_missing(language):
        if text not in catalogue:
            flags = ["python-format"] if PLACEHOLDER.search(str(text)) else []
            catalogue.add(text, flags=flags, user_comments=[DRAFT])
    with _path_of(language).open("wb") as file:
        write_po(file, catalogue, sort_output=True, ignore_obsolete=True, width=76)


def placeholders_of(text: str) -> list[str]:
    """Return the placeholders of a text, in order of the alphabet."""
    return sorted(PLACEHOLDER.findall(text))


def _as_entry(text: Id) -> str:
    """Return an entry to translate, as a catalogue has it."""
    one, many = text if isinstance(text, tuple) else (text, None)
    lines = [f"# {DRAFT}", *(["#, python-format"] if PLACEHOLDER.search(one) else [])]
    lines.append(f"msgid {normalize(one)}")
    plural = [] if many is None else [f"msgid_plural {normalize(many)}"]
    empty = ['msgstr ""'] if many is None else ['msgstr[0] ""', 'msgstr[1] ""']
    return "\n".join([*lines, *plural, *empty])


def _report(languages: Iterable[str], *, is_review: bool) -> Iterator[str]:
    for code in languages:
        if is_review:
            yield f"{code}: {len(list_drafts(code))} drafts to review"
            continue
        missing = list_missing(code)
        yield f"# {code}: {len(missing)} of {len(public_texts())} texts are missing"
        yield from ("\n" + _as_entry(text) for text in missing)


def main(arguments: list[str]) -> int:
    """Print the report."""
    is_review = REVIEW in arguments
    if WRITE in arguments:
        for code in PUBLIC_ONLY:
            write_catalogue(code)
    every = PUBLIC_ONLY if is_review else [code for code in LANGUAGES if code != "en"]
    languages = [each for each in arguments if each not in {REVIEW, WRITE}] or every
    sys.stdout.write("\n".join(_report(languages, is_review=is_review)) + "\n")
    return 0 if is_review else int(any(map(list_missing, languages)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
