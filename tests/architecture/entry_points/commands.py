"""All commands of `flask`."""

from datetime import timedelta

from supporters import clock
from supporters.database import db, transaction
from supporters.delivery.emergency_stop import stop_all
from supporters.delivery.models import Machine
from tests.architecture.entry_points.campaign_entries import CAMPAIGN_COMMANDS
from tests.architecture.entry_points.rows import KNOWN, NOBODY, Rule, Way, nobody
from tests.architecture.scenario import KNOWN as PERSON, STRANGER, Scenario
from tests.factories.exports import REASON
from tests.factories.imports import APPROVER
from tests.factories.lists import make_closed_list, make_list
from tests.factories.returned.dkim_keys import make_waiting_key


def _with_stop(scenario: Scenario) -> list[object]:
    """Stop all sending; return the arguments that let it continue."""
    stop_all(STRANGER)
    return ["--by", scenario.owner_at(APPROVER), "--reason", STRANGER]


def _make_silent_machine(_: Scenario) -> list[object]:
    """Make a machine that wasn't seen for an hour; return its name."""
    with transaction():
        long_ago = clock.now() - timedelta(hours=1)
        db.session.add(Machine(name="0123456789abcdef", seen_at=long_ago, keys=""))
    return ["0123456789abcdef"]


COMMANDS: dict[str, Way] = {
    "audit list": NOBODY,
    "backup create": Way(rule=Rule.NOBODY, ends_with=1),  # no public key is set
    "backup list": NOBODY,
    "backup verify": Way(rule=Rule.NOBODY, arguments=lambda _: ["--identity", "-"], ends_with=1),
    "release finish": Way(rule=Rule.SCHEMA, ends_with=1),  # no upgrade is under way
    "release migrate": Way(rule=Rule.SCHEMA, ends_with=1),
    "release prepare": Way(rule=Rule.SCHEMA),
    "release undo": Way(rule=Rule.SCHEMA),
    "restore": Way(rule=Rule.SCHEMA),
    **CAMPAIGN_COMMANDS,
    "consent head": Way(rule=Rule.NOBODY, arguments=Scenario.with_sealed_log),
    "consent proof": nobody(arguments=[PERSON, "--reason", REASON]),
    "consent verify": Way(rule=Rule.NOBODY, arguments=Scenario.with_sealed_log),
    "db move": Way(rule=Rule.NOBODY, arguments=lambda _: ["--undo"], ends_with=1),
    "delivery check": Way(rule=Rule.NOBODY, ends_with=1),  # there is no DNS for a test domain
    "delivery loop-test": NOBODY,
    "delivery override": Way(
        rule=Rule.NOBODY,
        arguments=lambda scenario: ["--by", scenario.owner_at(APPROVER), "--reason", REASON],
    ),
    "delivery journal": NOBODY,
    "delivery pace": NOBODY,
    "delivery lift-hold": Way(rule=Rule.NOBODY, arguments=Scenario.with_hold),
    "delivery late-limit": nobody(arguments=["60"]),
    "delivery resume": Way(rule=Rule.NOBODY, arguments=_with_stop),
    "delivery status": NOBODY,
    "delivery stop": NOBODY,
    "delivery window": nobody(arguments=["--days", "1-6", "--from", "08:00", "--to", "21:00"]),
    "develop": Way(rule=Rule.RUNS),
    "training": Way(rule=Rule.RUNS),
    "dkim new": NOBODY,
    "dkim retire": Way(rule=Rule.NOBODY, arguments=lambda _: [make_waiting_key().selector]),
    "dkim status": NOBODY,
    "doctor": Way(rule=Rule.NOBODY, ends_with=1),  # it reports that no worker runs
    "feedback listen": Way(rule=Rule.RUNS),
    "feedback read": NOBODY,
    "feedback status": Way(rule=Rule.NOBODY, ends_with=1),  # no place is set
    "settings": NOBODY,
    "setup": Way(rule=Rule.RUNS),  # other commands
    "version": NOBODY,
    "feedback lift": Way(
        rule=Rule.NOBODY,
        arguments=lambda scenario: [
            *("--domain", "example.org", "--reason", REASON),
            *("--by", scenario.owner_at(APPROVER)),
        ],
    ),
    "keys rotate": Way(rule=Rule.NOBODY),
    "keys status": NOBODY,
    "machines list": NOBODY,
    "machines lost": Way(rule=Rule.NOBODY, arguments=_make_silent_machine),
    "lists create": nobody(arguments=["lyon", "--name", STRANGER]),
    "lists close": nobody(arguments=["national"]),
    "lists delete": Way(rule=Rule.NOBODY, arguments=lambda _: [make_list("unused", "Unused").slug]),
    "lists move": Way(
        rule=Rule.NOBODY, arguments=lambda _: [make_list("other", "Other").slug, "up"]
    ),
    "lists offer": nobody(arguments=["national", "own-page"]),
    "lists open": Way(rule=Rule.NOBODY, arguments=lambda _: [make_closed_list().slug]),
    "lists show": NOBODY,
    "lists words": nobody(arguments=["national", "--name", STRANGER]),
    "organisers disable": nobody(arguments=["other@parti.example"]),
    "organisers enable": nobody(arguments=["other@parti.example"]),
    "organisers grant": nobody(arguments=["other@parti.example", "export"]),
    "organisers invite": nobody(arguments=[STRANGER, "--role", "owner"]),
    "organisers limit": nobody(arguments=["other@parti.example", "--list", "national"]),
    "organisers list": NOBODY,
    "organisers recover": nobody(arguments=["other@parti.example"]),
    "organisers revoke": Way(
        rule=Rule.NOBODY, arguments=lambda scenario: [scenario.exporter(), "export"]
    ),
    "organisers role": nobody(arguments=["other@parti.example", "dpo"]),
    "people export": nobody(arguments=["national", "--reason", REASON]),
    "people import": Way(rule=Rule.NOBODY, arguments=Scenario.former_list),
    "people imports approve": Way(
        rule=Rule.REQUESTS,
        arguments=lambda scenario: [
            scenario.import_in("waiting"),
            "--by",
            scenario.owner_at(APPROVER),
        ],
    ),
    "people imports cancel": Way(
        rule=Rule.NOBODY, arguments=lambda scenario: [scenario.import_in("asking")]
    ),
    "people imports list": NOBODY,
    "people imports resume": Way(
        rule=Rule.REQUESTS, arguments=lambda scenario: [scenario.import_in("held")]
    ),
    "people imports show": Way(
        rule=Rule.NOBODY, arguments=lambda scenario: [scenario.import_in("waiting")]
    ),
    "people object": Way(rule=Rule.KNOWN, arguments=lambda _: [STRANGER]),
    "retention run": NOBODY,
    "retention status": NOBODY,
    "rights cases": NOBODY,
    "rights erase": KNOWN,
    "rights impact": NOBODY,
    "rights journal rebuild": NOBODY,
    "rights clear-disk": Way(rule=Rule.NOBODY, ends_with=1),  # a campaign is being sent
    "rights lift-restriction": Way(
        rule=Rule.KNOWN, arguments=lambda scenario: [scenario.restricted_address()]
    ),
    "rights record": NOBODY,
    "rights release": Way(
        rule=Rule.KNOWN, arguments=lambda scenario: [scenario.restricted_address()]
    ),
    "rights replay": Way(rule=Rule.KNOWN, arguments=Scenario.with_journal),
    "rights restrict": Way(rule=Rule.KNOWN, arguments=lambda _: [PERSON]),
    "rights written-to": nobody(arguments=[PERSON, "--reason", REASON]),
    "worker": Way(rule=Rule.RUNS),
    **{
        f"db {name}": Way(rule=Rule.SCHEMA)
        for name in (
            *("branches", "check", "current", "downgrade", "edit", "heads", "history", "init"),
            *("list-templates", "merge", "migrate", "revision", "show", "stamp", "upgrade"),
        )
    },
}
