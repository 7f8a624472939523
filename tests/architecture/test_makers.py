"""Only the modules of a confirmation create people, subscriptions and agreements."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.architecture.syntax_trees import modules, name, nodes, nodes_in, tree

# The only modules that create rows of these tables, with the act.
MAKERS = {
    "supporters.people.models.Subscriber": {"supporters/signup/confirmation_writes.py"},
    "supporters.lists.models.Subscription": {
        "supporters/lists/subscriptions.py",
        "supporters/lists/consent_rows.py",
        # back to the consent that a press ended within ten minutes (ADR 070)
        "supporters/my_data/unsubscription_undo.py",
    },
    "supporters.consent.models.Agreement": {
        "supporters/lists/subscriptions.py",
        "supporters/lists/consent_rows.py",
    },
    "supporters.delivery.models.Delivery": {"supporters/delivery/launch.py"},
    "supporters.consent.models.ConsentEvent": {
        "supporters/consent/event_records.py",
    },
    "supporters.consent.event_records.EventRecord": {
        "supporters/consent/consent_events.py",  # events without a consent
        "supporters/signup/confirmed_signups.py",  # the request and its confirmation
        # the answer to a reconfirmation
        "supporters/reconfirmation/reconfirmation_answers.py",
        "supporters/evidence/mail_explanation.py",  # reads one, and adds none
    },
}
TABLES = "subscriber|subscription|agreement|delivery|consent_event"
RAW = re.compile(rf'\b(?:INTO|COPY)\s+"?(?:{TABLES})\b', re.IGNORECASE)
# Calls that insert rows into the table in their argument.
WRITERS = {
    "insert",
    "RowInsert",
    "RowsInsert",
    "bulk_insert_mappings",
    "bulk_save_objects",
    "merge",
}


@cache
def all_makings() -> list[tuple[str, str, int]]:
    """Return each module that creates rows of these tables, with the table and the line."""
    return [
        (name(path), table, line)
        for path in modules("supporters")
        for table, line in makings(name(path), tree(path))
    ]


def makings(place: str, tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield each table whose rows a module creates, with the line."""
    known = names_of_tables(place, tree)
    for call in nodes_in(tree, ast.Call) if known else ():
        called = dotted(call.func).removesuffix(".__table__.insert")
        if called in known:
            yield known[called], call.lineno
        if called.rpartition(".")[2] in WRITERS:
            given = (dotted(each) for each in call.args)
            yield from ((known[each], call.lineno) for each in given if each in known)


def names_of_tables(place: str, tree: ast.Module) -> dict[str, str]:
    """Return the names of the tables in a module: imported, renamed, or with their module."""
    known = {}
    for table in MAKERS:
        module, _, model = table.rpartition(".")
        if place == f"{module.replace('.', '/')}.py":
            known[model] = table
        for node in nodes_in(tree, ast.Import):
            for each in node.names:
                if each.name == module:
                    known[f"{each.asname or each.name}.{model}"] = table
        for node in nodes_in(tree, ast.ImportFrom):
            for each in node.names:
                whole, called = f"{node.module}.{each.name}", each.asname or each.name
                known |= {called: table} if whole == table else {}
                known |= {f"{called}.{model}": table} if whole == module else {}
    return known


def dotted(node: ast.AST) -> str:
    """Return a.b.c for names and attributes, and an empty text for other nodes."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def refuse(faults: list[str], what_to_do: str) -> None:
    if faults:
        pytest.fail("\n".join([what_to_do, *(f"  {each}" for each in faults)]), pytrace=False)


def test_only_a_confirmation_creates_people() -> None:
    faults = [
        f"{place}:{line} {table}"
        for place, table, line in all_makings()
        if place not in MAKERS[table]
    ]
    refuse(faults, "Only the holder makes an address mailable. These modules make rows too:")


def test_each_module_in_the_list_creates_these_rows() -> None:
    found = {(table, place) for place, table, _ in all_makings()}
    allowed = {(table, place) for table, places in MAKERS.items() for place in places}
    refuse(sorted(map(str, allowed - found)), "An exception that nobody needs: take it out.")


def test_no_raw_sql_creates_people() -> None:
    faults = [
        f"{name(path)}:{node.lineno}"
        for path in modules("supporters")
        for node in nodes(path, ast.Constant)
        if isinstance(node.value, str) and RAW.search(node.value)
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
def test_each_way_to_create_a_person_is_found(source: str) -> None:
    assert [*makings("supporters/web/api.py", ast.parse(source))]


@pytest.mark.parametrize(
    "source",
    [
        "from supporters.signup.confirmation import Agreement\nAgreement(list_name='x')",
        "from supporters.people.models import Subscriber\nselect(Subscriber)",
    ],
)
def test_other_calls_are_accepted(source: str) -> None:
    assert [*makings("supporters/web/api.py", ast.parse(source))] == []


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("INSERT INTO subscriber (id) VALUES (1)", True),
        ("insert or ignore into subscription select 1", True),
        ("COPY consent_event FROM STDIN", True),
        ("INSERT INTO outbox_email (id) VALUES (1)", False),
        ("SELECT id FROM subscriber", False),
    ],
)
def test_raw_sql_is_distinguished_from_prose(text: str, is_found: bool) -> None:
    assert bool(RAW.search(text)) is is_found
