"""Only the transitions in `states.py` change a status. No other line of the program writes one."""

import ast
from collections.abc import Iterator

import pytest
from jinja2 import Environment
from jinja2.nodes import Compare, Const, Getattr, Name, Node

from tests.architecture.syntax_trees import ROOT, modules, name, nodes, tree
from tests.architecture.test_house_rules import refuse

TABLES = {"Campaign", "Invitation", "OutboxEmail", "ListImport", "RightRequest", "ConsentChange"}
MACHINE = "supporters/transitions.py"
# The places that create rows, with their first status.
BEGINNINGS = {
    "supporters/campaigns/drafts.py": "Campaign",
    "supporters/mail/outbox.py": "OutboxEmail",
    "supporters/imports/file_upload.py": "ListImport",
    "supporters/team/right_requests.py": "RightRequest",
    "supporters/reconfirmation/consent_changes.py": "ConsentChange",
}
# The ledger of deliveries: statements change hundreds of its rows at once and count them.
LEDGER = {
    "supporters/delivery/batches.py",
    "supporters/delivery/claims.py",
    "supporters/delivery/delivery_erasure.py",
    "supporters/delivery/launch.py",
    "supporters/delivery/results.py",
    "supporters/delivery/relay_refusals.py",
}
# Templates ask `campaign.status is draft`.
STATES = {"status", "state", "verdict", "became", "because", "ended_because", "hold_reason"}
STATES |= {"problem_kind", "urgency", "extension", "change"}


def comparisons(template: str) -> Iterator[int]:
    """Yield the lines of a template that compare a state with a string, or with several."""
    syntax = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"]).parse(template)  # noqa: S701
    for compare in syntax.find_all(Compare):
        sides = [compare.expr, *(each.expr for each in compare.ops)]
        if any(map(names_state, sides)) and any(map(has_string, sides)):
            yield compare.lineno


def names_state(side: Node) -> bool:
    if isinstance(side, Getattr) and side.attr == "value":
        return names_state(side.node)
    named = {Getattr: "attr", Name: "name"}.get(type(side))
    return named is not None and getattr(side, named) in STATES


def has_string(side: Node) -> bool:
    found = [side, *side.find_all(Const)]
    return any(isinstance(each, Const) and isinstance(each.value, str) for each in found)


def assignments(syntax: ast.AST) -> Iterator[int]:
    """Yield the lines that assign a status, alone, among others, or by `setattr`."""
    for node in ast.walk(syntax):
        is_target = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        if (is_target and node.attr == "status") or (
            calls(node, "setattr") and "status" in map(constant, node.args)
        ):
            yield node.lineno


def calls(node: ast.AST, *functions: str) -> bool:
    is_plain = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return is_plain and node.func.id in functions


def constant(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def statements(syntax: ast.AST) -> Iterator[int]:
    """Yield the lines of bulk statements whose status isn't the target of a transition."""
    for node in ast.walk(syntax):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr == "values" and any(map(is_loose, written(node))):
            yield node.lineno


def written(call: ast.Call) -> Iterator[ast.expr]:
    """Yield the values that a call of `values` writes into a status."""
    yield from (each.value for each in call.keywords if each.arg == "status")
    dictionaries = [*call.args, *(each.value for each in call.keywords if each.arg is None)]
    for each in dictionaries:
        if isinstance(each, ast.Dict):
            pairs = zip(each.keys, each.values, strict=True)
            yield from (value for key, value in pairs if key and names_status(key))


def names_status(key: ast.expr) -> bool:
    return constant(key) == "status" or (isinstance(key, ast.Attribute) and key.attr == "status")


def is_loose(value: ast.expr) -> bool:
    is_call = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)
    return not (is_call and value.func.attr == "target")


def constructions(syntax: ast.AST) -> Iterator[str]:
    """Yield the tables whose rows are created with a status."""
    for node in ast.walk(syntax):
        if calls(node, *TABLES) and any(each.arg == "status" for each in node.keywords):
            yield node.func.id


def test_only_a_transition_assigns_a_status() -> None:
    faults = [
        f"{name(path)}:{line}"
        for path in modules("supporters")
        if name(path) != MACHINE
        for line in assignments(tree(path))
    ]
    refuse(faults, "Declare the move in states.py, and make it with transition().")


def test_bulk_statements_take_their_status_from_a_transition() -> None:
    faults = [
        f"{name(path)}:{line}"
        for path in modules("supporters")
        if name(path) not in LEDGER
        for line in statements(tree(path))
    ]
    refuse(faults, "Write values(status=….target(move)), where the status is in ….sources(move).")


def test_rows_are_created_in_one_place_each() -> None:
    found = {
        (name(path), table) for path in modules("supporters") for table in constructions(tree(path))
    }
    assert found == set(BEGINNINGS.items())


def test_the_modules_of_the_ledger_update_no_other_status() -> None:
    faults = [
        f"{place}:{call.lineno}"
        for place in sorted(LEDGER)
        for call in nodes(ROOT / place, ast.Call)
        if calls(call, "update") and {ast.unparse(each) for each in call.args} & TABLES
    ]
    refuse(faults, "Such a row changes by transition(), not among the mails of the ledger.")


def test_no_template_compares_a_state_with_a_string() -> None:
    faults = [
        f"{name(path)}:{line}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for line in comparisons(path.read_text(encoding="utf-8"))
    ]
    refuse(faults, "Ask `campaign.status is draft`: supporters/web/state_tests.py has the words.")


@pytest.mark.parametrize(
    "condition",
    [
        "campaign.status == 'sent'",
        "campaign.status.value != 'sent'",
        "status in ('sent', 'paused')",
        "is_stopped and 'sent' == row.state",
    ],
)
def test_each_way_to_compare_a_state_with_a_string_is_found(condition: str) -> None:
    assert [*comparisons(f"{{% if {condition} %}}{{% endif %}}")] == [1]


@pytest.mark.parametrize(
    "line",
    [
        "campaign.status = CampaignStatus.SENT",
        "letter.status, letter.last_reply = LetterStatus.QUEUED, None",
        "letter.status: LetterStatus = LetterStatus.QUEUED",
        "setattr(letter, 'status', LetterStatus.QUEUED)",
    ],
)
def test_each_way_to_assign_a_status_is_found(line: str) -> None:
    assert [*assignments(ast.parse(line))] == [1]


@pytest.mark.parametrize(
    "line",
    [
        "update(Campaign).values(status=CampaignStatus.SENT)",
        "update(Campaign).values({'status': CampaignStatus.SENT})",
        "update(Campaign).values({Campaign.status: CampaignStatus.SENT})",
        "update(Campaign).values(**{'status': 'sent', 'problem': None})",
    ],
)
def test_each_way_to_write_a_status_by_a_statement_is_found(line: str) -> None:
    assert [*statements(ast.parse(line))] == [1]


def test_a_statement_that_names_a_transition_is_accepted() -> None:
    line = "update(Campaign).values(status=CAMPAIGN_STATES.target(CampaignMove.REOPEN))"
    assert [*statements(ast.parse(line))] == []
