"""A package names no feature above it: no identifier, no key. import-linter sees only imports."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from tests.architecture.syntax_trees import ROOT, modules, name, tree

ALL = modules("supporters")
# Names of packages that are words of other things too.
COMMON = {
    *("accounts", "audit", "crypto", "evidence", "extensions", "languages", "limits", "lists"),
    *("locks", "logs", "mail", "notices", "people", "queue", "restore", "settings", "tasks"),
    *("team", "territory", "text", "transitions", "web", "development", "cli", "smtp", "ids"),
    *("training", "feedback", "backup", "monitoring"),
    *("config", "database", "clock", "actors", "networks", "dialects", "loopback"),
}
OTHER_WORDS = {"case", "import_module", "import_submodules", "use_case", "_sign_in"}
SHOWS_ALL_LOCKS = "locks"  # ADR 036
A_KEY = "a foreign key"
# The names that a package may have, with the reason.
ALLOWED = {
    "crypto": {"MY_DATA my-data RECONFIRMATION": "one list of purposes, so that no two are equal"},
    "mail": {
        "BREACH_NOTICE breach_notice CAMPAIGN_TEST campaign_test CASE_DUE case_due CASE_EXTENDED "
        "case_extended CONFIRM_SIGNUP confirm_signup MY_DATA my_data RECONFIRMATION "
        "SIGNUP_EMAILS": "the database checks the kind of an email",
        "_campaign_id campaign_id my_data_url public.my_data": "links of every email",
        "WITH_CAMPAIGNS": "the emails that leave with the campaigns, over their relay",
    },
    "smtp_relay": {
        "DeliveryListener": "the protocol's own word",
        "OF_CAMPAIGNS campaign_id": "the journal of a batch names its campaign",
    },
    "queue": {"CAMPAIGN_PRIORITY": "one list of priorities"},
    "config": {"signup_rate": "one list of settings"},
    "people": {
        "consent_event.id consent_event.kind consent_event.subscriber_id": A_KEY,
        "QUESTION cancel_inactivity_question": "the question to inactive people",
        "CASE_INSENSITIVE_MAILBOX_NAMES": "upper and lower case",
    },
    "metering": {"SIGNUP signup": "the acts that are counted"},
    "settings": {"smtp-relay.brevo.com": "the name of a server"},
    "mailbox_health": {
        "campaign.id campaign_id ix_mailbox_failure_campaign_id": A_KEY,
    },
    "transparency_log": {"CONSENT_LOG consent-log": "its name since its birth"},
    "consent": {
        "IS_OF_RECONFIRMATION RECONFIRMATION_REQUESTED MY_DATA my-data": "kinds of sealed events",
        "JOURNAL_RETENTION SHORTEST_PURGED_RETENTION": "of its own journal",
        "SIGNUP_MAIL SIGNUP_MAIL_BLOCKED SIGNUP_MAIL_UNBLOCKED block_signup_mail campaign_scopes "
        "is_signup_mail_blocked signup-letters unblock_signup_mail": "what is suppressed",
    },
    "audit": {
        "QUESTIONS RECONFIRMATION_REQUESTED _blame_question lacks_question delivery question_id": (
            "the log and the foreign keys that it verifies"
        ),
    },
    "lists": {
        "HAS_CAMPAIGNS HAS_IMPORTS campaign list_import signup_form_list": (
            "foreign keys that keep a list from being deleted"
        ),
        "MY_DATA in_archive": "where its words are shown",
    },
    "questions": {
        "SignupAnswer fk_signup_answer_question ix_signup_answer_question_id signup_answer "
        "signup_request.id signup_request_id": A_KEY,
    },
    "signup": {
        "NO_CAMPAIGN": "the scope of a suppression",
        "signup_form.id signup_form_count": "a foreign key, and counts of sign-ups by form",
    },
    "personal_data": {"CASES MY_DATA cases privacy_case": "the ways of a request, and a table"},
    "delivery": {
        "JOURNAL_RETENTION": "of the journal of withdrawals",
        "my_data_url public.my_data": "links of every email",
    },
    "retention": {"ACCOUNTABILITY accountability": "a legal basis"},
}


@cache
def levels() -> dict[str, int]:
    """Return the number of the layer of each package, counted from the top."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["id"] == "one-way")
    return {name: at for at, layer in enumerate(layers) for name in layer.split(" : ")}


@cache
def words_above(package: str) -> set[str]:
    """Return the names of the packages above one, each as it is and in the singular."""
    above = [each for each in levels() if levels()[each] < levels()[package]]
    names = {*above} - COMMON
    return {
        form for each in names for form in (each, each.removesuffix("s"), re.sub("es$", "", each))
    }


def names_in(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the identifiers and keys of a module with their lines."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=found) | ast.ClassDef(name=found) | ast.Name(id=found):
                yield node.lineno, found
            case ast.Attribute(attr=found) | ast.arg(arg=found):
                yield node.lineno, found
            case ast.Constant(value=str(found)) if re.fullmatch(r"[a-z][a-z_.:-]*", found):
                yield node.lineno, found


def list_faults(package: str, tree: ast.Module, place: str) -> Iterator[str]:
    """Yield the names in a module of a package that belong to features above it."""
    allowed = {each for names in ALLOWED.get(package, {}) for each in names.split()} | OTHER_WORDS
    for line, named in names_in(tree):
        words = re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", named).lower())
        found = {*words, *map("_".join, pairwise(words))}
        if named not in allowed and found & words_above(package):
            yield f"{place}:{line} {named}"


def test_no_package_names_a_feature_above_it() -> None:
    packages = {path: path.relative_to(ROOT).parts[1].removesuffix(".py") for path in ALL}
    faults = [
        fault
        for path, package in packages.items()
        if package in levels().keys() - {SHOWS_ALL_LOCKS}
        for fault in list_faults(package, tree(path), name(path))
    ]
    assert not faults, "The feature itself declares it, as in its acts.py (ADR 094)."


def test_an_act_of_campaigns_in_the_audit_log_is_found() -> None:
    declared = ast.parse('class Act:\n    CAMPAIGN_APPROVED = "campaign.approved"')
    assert [*list_faults("audit_log", declared, "acts.py")] == [
        "acts.py:2 CAMPAIGN_APPROVED",
        "acts.py:2 campaign.approved",
    ]


def test_no_name_is_allowed_that_occurs_nowhere() -> None:
    found = {named for path in ALL for _, named in names_in(tree(path))}
    allowed = {each for reasons in ALLOWED.values() for names in reasons for each in names.split()}
    assert not allowed - found
