"""Every command of `flask`."""

from tests.architecture.scenes import KNOWN as PERSON
from tests.architecture.scenes import STRANGER
from tests.architecture.ways.rows import KNOWN, NOBODY, Rule, Way, nobody
from tests.importing import APPROVER
from tests.rights.exporting.exports import REASON

COMMANDS: dict[str, Way] = {
    "campaigns cancel": Way(rule=Rule.NOBODY, arguments=lambda scene: [scene.running_id]),
    "campaigns create": nobody(
        arguments=["--list", "national", "--subject", STRANGER, "--body-file", "-"]
    ),
    "campaigns launch": Way(rule=Rule.NOBODY, arguments=lambda scene: [scene.draft_id]),
    "campaigns list": NOBODY,
    "campaigns pause": Way(rule=Rule.NOBODY, arguments=lambda scene: [scene.running_id]),
    "campaigns resume": Way(rule=Rule.NOBODY, arguments=lambda scene: [scene.paused_id()]),
    "campaigns status": Way(rule=Rule.NOBODY, arguments=lambda scene: [scene.running_id]),
    "consent head": Way(rule=Rule.NOBODY, arguments=lambda scene: scene.with_sealed_log()),
    "consent proof": nobody(arguments=[PERSON, "--reason", REASON]),
    "consent verify": NOBODY,
    "delivery journal": NOBODY,
    "delivery lift-hold": Way(rule=Rule.NOBODY, arguments=lambda scene: scene.with_hold()),
    "delivery resume": NOBODY,
    "delivery status": NOBODY,
    "delivery stop": NOBODY,
    "develop": Way(rule=Rule.RUNS),
    "doctor": Way(rule=Rule.NOBODY, ends_with=1),  # no worker runs here, and it says so
    "lists create": nobody(arguments=["lyon", "--name", STRANGER]),
    "lists show": NOBODY,
    "mailbox": Way(rule=Rule.RUNS),
    "organisers disable": nobody(arguments=["other@parti.example"]),
    "organisers enable": nobody(arguments=["other@parti.example"]),
    "organisers grant": nobody(arguments=["other@parti.example", "export"]),
    "organisers invite": nobody(arguments=[STRANGER, "--role", "owner"]),
    "organisers list": NOBODY,
    "organisers revoke": nobody(arguments=["other@parti.example", "export"]),
    "people export": nobody(arguments=["national", "--reason", REASON]),
    "people import": Way(rule=Rule.NOBODY, arguments=lambda scene: scene.former_list()),
    "people imports approve": Way(
        rule=Rule.ASKS,
        arguments=lambda scene: [scene.import_in("waiting"), "--by", scene.owner_at(APPROVER)],
    ),
    "people imports cancel": Way(
        rule=Rule.NOBODY, arguments=lambda scene: [scene.import_in("asking")]
    ),
    "people imports list": NOBODY,
    "people imports resume": Way(rule=Rule.ASKS, arguments=lambda scene: [scene.import_in("held")]),
    "people imports show": Way(
        rule=Rule.NOBODY, arguments=lambda scene: [scene.import_in("waiting")]
    ),
    "people object": Way(rule=Rule.KNOWN, arguments=lambda _: [STRANGER]),
    "retention run": NOBODY,
    "retention status": NOBODY,
    "rights cases": NOBODY,
    "rights erase": KNOWN,
    "rights journal rebuild": NOBODY,
    "rights record": NOBODY,
    "rights release": Way(rule=Rule.KNOWN, arguments=lambda scene: [scene.frozen_address()]),
    "rights replay": Way(rule=Rule.KNOWN, arguments=lambda scene: scene.with_journal()),
    "rights restrict": Way(rule=Rule.KNOWN, arguments=lambda _: [PERSON]),
    "worker": Way(rule=Rule.RUNS),
    **{
        f"db {name}": Way(rule=Rule.SCHEMA)
        for name in (
            *("branches", "check", "current", "downgrade", "edit", "heads", "history", "init"),
            *("list-templates", "merge", "migrate", "revision", "show", "stamp", "upgrade"),
        )
    },
}
