"""Only the modules of the holder's confirmation make people and what holds them to a list."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# The only modules that make a row of these, and by which act.
MAKERS = {
    "supporters.people.models.Subscriber": {"supporters/signup/confirmed_signups.py"},
    "supporters.lists.models.Subscription": {"supporters/lists/subscriptions.py"},
    "supporters.consent.models.Agreement": {"supporters/lists/subscriptions.py"},
    "supporters.delivery.models.Delivery": {"supporters/delivery/launch.py"},
    "supporters.consent.models.ConsentEvent": {"supporters/consent/event_records.py"},
    "supporters.consent.event_records.EventRecord": {
        "supporters/consent/consent_events.py",  # acts that give no consent
        "supporters/signup/confirmed_signups.py",  # the request, and the holder's answer
        # the holder's answer when asked again
        "supporters/reconfirmation/reconfirmation_answers.py",
    },
}
TABLES = "subscriber|subscription|agreement|delivery|consent_event"
RAW = re.compile(rf'\b(?:INTO|COPY)\s+"?(?:{TABLES})\b', re.IGNORECASE)
# Calls that write rows of the table that they are given.
WRITERS = {"insert", "bulk_insert_mappings", "bulk_save_objects", "merge"}


@cache
def modules() -> dict[str, ast.Module]:
    """Return the trees of the package's modules, but for migrations, which know no models."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "supporters").rglob("*.py"))
        if "versions" not in path.parts
    }


def makings(place: str, tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield each table that a module makes rows of, with the line."""
    known = names_of_tables(place, tree)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        called = dotted(call.func).removesuffix(".__table__.insert")
        if called in known:
            yield known[called], call.lineno
        if called.rpartition(".")[2] in WRITERS:
            given = (dotted(each) for each in call.args)
            yield from ((known[each], call.lineno) for each in given if each in known)


def names_of_tables(place: str, tree: ast.Module) -> dict[str, str]:
    """Return what a module calls the tables: imported, by another name, or within their module."""
    known = {}
    for table in MAKERS:
        module, _, name = table.rpartition(".")
        if place == f"{module.replace('.', '/')}.py":
            known[name] = table
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for each in node.names:
                    known |= (
                        {f"{each.asname or each.name}.{name}": table} if each.name == module else {}
                    )
            elif isinstance(node, ast.ImportFrom):
                for each in node.names:
                    whole, called = f"{node.module}.{each.name}", each.asname or each.name
                    known |= {called: table} if whole == table else {}
                    known |= {f"{called}.{name}": table} if whole == module else {}
    return known


def dotted(node: ast.AST) -> str:
    """Return a.b.c for names and attributes, and nothing for anything else."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def refuse(faults: list[str], what_to_do: str) -> None:
    if faults:
        pytest.fail("\n".join([what_to_do, *(f"  {each}" for each in faults)]), pytrace=False)


def test_only_the_holders_confirmation_makes_people() -> None:
    faults = [
        f"{place}:{line} {table}"
        for place, tree in modules().items()
        for table, line in makings(place, tree)
        if place not in MAKERS[table]
    ]
    refuse(faults, "Only the holder makes an address mailable. These modules make rows too:")


def test_each_maker_makes_what_it_is_allowed_to() -> None:
    found = {
        (table, place) for place, tree in modules().items() for table, _ in makings(place, tree)
    }
    allowed = {(table, place) for table, places in MAKERS.items() for place in places}
    refuse(sorted(map(str, allowed - found)), "An exception that nobody needs: take it out.")


def test_no_raw_sql_makes_people() -> None:
    faults = [
        f"{place}:{node.lineno}"
        for place, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and RAW.search(node.value)
    ]
    refuse(faults, "No raw SQL writes people, consents or mails:")


@pytest.mark.parametrize(
    "source",
    [
        "from supporters.people.models import Subscriber\nSubscriber(id=1)",
        "from supporters.people.models import Subscriber as S\nS(id=1)",
        "from supporters.people import models\nmodels.Subscriber(id=1)",
        "import supporters.people.models\nsupporters.people.models.Subscriber(id=1)",
        "import supporters.people.models as m\nm.Subscriber(id=1)",
        "from supporters.lists.models import Subscription\ninsert(Subscription).values(a=1)",
        "from supporters.lists.models import Subscription\nsa.insert(Subscription, x)",
        "from supporters.people.models import Subscriber\nSubscriber.__table__.insert()",
        "from supporters.consent.models import Agreement\ns.bulk_insert_mappings(Agreement, x)",
    ],
)
def test_every_spelling_of_making_somebody_is_seen(source: str) -> None:
    assert [*makings("supporters/web/api.py", ast.parse(source))]


@pytest.mark.parametrize(
    "source",
    [
        "from supporters.signup.confirmation import Agreement\nAgreement(list_name='x')",
        "from supporters.people.models import Subscriber\nselect(Subscriber)",
    ],
)
def test_what_makes_nobody_is_left_alone(source: str) -> None:
    assert [*makings("supporters/web/api.py", ast.parse(source))] == []


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("INSERT INTO subscriber (id) VALUES (1)", True),
        ("insert or ignore into subscription select 1", True),
        ("COPY consent_event FROM STDIN", True),
        ("INSERT INTO letter (id) VALUES (1)", False),
        ("SELECT id FROM subscriber", False),
    ],
)
def test_raw_sql_is_told_from_other_words(text: str, is_found: bool) -> None:
    assert bool(RAW.search(text)) is is_found
