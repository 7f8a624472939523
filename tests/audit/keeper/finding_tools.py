"""The tools that may find an attack: those of the party, and those of people outside it.

Each looks once, after the honest worker sealed what it found. The doctor and the public pages look
before the next night: afterwards they say what `verify` found.
"""

import dataclasses
import json
import runpy
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError

from flask import Flask
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.accountability.compliance_checks import ComplianceCheck
from supporters.audit.witness_watch import tell
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.consent.log_sealing import SEALING_FAULTS, seal
from supporters.consent.promised.receipt_links import sign_receipt_link
from supporters.database import db
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.launch import launch_campaign
from supporters.delivery.log_watch import hold_if_log_alarms
from supporters.extensions import current_settings
from supporters.transparency_log.models import WitnessFailure, WitnessState
from supporters.transparency_log.witness_rounds import ask_witnesses
from tests.audit.keeper.attack_table import Attack, Finder
from tests.audit.keeper.attacked_party import Party, receipt_of
from tests.audit.witnesses.witnessed_log import with_witness
from tests.consent.test_receipts import run
from tests.factories.campaigns import RecordingTransport, reload, subscriber_at
from tests.factories.consent.consent_log import count_unsealed
from tests.factories.signups import request_to_join
from tests.servers.log_witness import LogWitness, Tree
from tests.servers.served_site import Served

NEXT = "fanny@example.org"
WATCH_LOG = Path(__file__).parents[3] / "docs" / "watch_log.py"
REFUSED = {WitnessFailure.FORKED, WitnessFailure.AHEAD, WitnessFailure.KEY_REFUSED}
SAME = ("record", "leaf", "proof", "checkpoint", "verifier_key")


@dataclasses.dataclass(frozen=True)
class Scene:
    """The attacked installation, a folder for the files of others, and a witness."""

    app: Flask
    party: Party
    folder: Path
    witness: LogWitness
    said: list[str] = dataclasses.field(default_factory=list)  # by the commands


def find_with_every_tool(scene: Scene, attack: Attack) -> set[Finder]:
    """Let the keeper act; return the tools that find it. If the database refuses, it is over."""
    try:
        attack.act(scene.party)
    except IntegrityError:
        db.session.rollback()
        return {Finder.DATABASE}
    db.session.remove()
    return {finder for finder, look in TOOLS.items() if look(scene)}


def is_sealing_refused(scene: Scene) -> bool:
    """Tell whether the worker refuses to seal, or leaves an entry waiting. Somebody signs up."""
    request_to_join(NEXT, scene.party.mailing_list)
    is_refused = False
    for moment in filter(None, (scene.party.clock, clock.now())):
        try:
            with clock.pretend(moment):
                seal()
        except SEALING_FAULTS:
            is_refused = True
    return is_refused or count_unsealed() > 0


def does_verify_find(scene: Scene) -> bool:
    """Tell whether `flask consent verify` ends with a fault."""
    return invoke(scene, "consent", "verify") != 0


def does_doctor_find(scene: Scene) -> bool:
    """Tell whether `flask doctor` calls something bad, but for the worker: none runs in tests."""
    db.session.remove()
    said = scene.app.test_cli_runner().invoke(args=["doctor", "--json"]).stdout
    wrong = {each["about"] for each in json.loads(said)["findings"] if each["state"] == "wrong"}
    return not wrong <= {"worker", "letters"}


def do_pages_find(scene: Scene) -> bool:
    """Tell whether a public page says that a promise does not hold."""
    client = scene.app.test_client()
    answers = [client.get(f"/never/{each}.json").get_json() for each in ComplianceCheck]
    return not all(each["holds"] for each in answers)


def does_head_find(scene: Scene) -> bool:
    """Tell whether a checkpoint that somebody kept isn't in the log, by `head --compare`."""
    file = scene.folder / "kept.txt"
    file.write_text(scene.party.checkpoint, "utf-8")
    return invoke(scene, "consent", "head", "--compare", str(file)) != 0


def does_watcher_find(scene: Scene) -> bool:
    """Tell whether docs/watch_log.py gives the alarm, on a machine of somebody else."""
    party, state = scene.party, scene.folder / "state.txt"
    state.write_text(party.checkpoint, "utf-8")
    script = runpy.run_path(str(WATCH_LOG), run_name="watch_log")
    site = Served(scene.app, current_settings().base_url)
    try:
        status, _ = script["watch"](site.address, script["read_key"](party.verifier_key), state)
    except HTTPError as error:  # no checkpoint: the script says “no answer”, and gives no alarm
        if error.code != HTTPStatus.NOT_FOUND:
            raise
        return False
    finally:
        site.end()
    return bool(status == script["ALARM"])


def does_witness_find(scene: Scene) -> bool:
    """Tell whether a witness refuses the log, or didn't see the tree of a receipt."""
    party, witness = scene.party, scene.witness
    if party.shown is not None:
        return run(party.shown, scene.folder, party.verifier_key, witness.vkey).returncode != 0
    witness.trust(party.verifier_key)
    witness.trees[party.verifier_key.partition("+")[0]] = Tree(party.size, party.root)
    settings = current_settings()
    scene.app.extensions["settings"] = with_witness(settings, witness)
    ask_witnesses(tell)
    scene.app.extensions["settings"] = settings
    return db.session.scalar(db.select(WitnessState.failure)) in REFUSED


def do_receipts_find(scene: Scene) -> bool:
    """Tell whether a kept receipt isn't that of the site, or the keeper's new one is refused."""
    party, client = scene.party, scene.app.test_client()
    for event_id, kept in party.receipts.items():
        answer = client.get(f"/en/receipt/{sign_receipt_link(event_id)}/receipt.json")
        if answer.status_code != 200:
            return True
        if any(answer.get_json()[name] != kept[name] for name in SAME):
            return True
    shown = party.shown or (receipt_of(subscriber_at(party.claimed)) if party.claimed else None)
    return shown is not None and run(shown, scene.folder, party.verifier_key).returncode != 0


def do_promises_find(scene: Scene) -> bool:
    """Tell whether the log lacks what somebody was promised, by the script and the public log."""
    party = scene.party
    site = Served(scene.app, current_settings().base_url)
    try:
        return any(
            run(each, scene.folder, party.verifier_key, "--log", site.address).returncode != 0
            for each in party.promises
        )
    finally:
        site.end()


def does_campaign_find(scene: Scene) -> bool:
    """Tell whether a campaign isn't sent to everybody on the list.

    The worker looks at the log every few seconds, and at the audience before the first email.
    """
    if hold_if_log_alarms() is not None:
        return True
    launched = launch_campaign(scene.party.draft_id)
    if not isinstance(launched, Campaign):
        return True
    campaign_id = launched.id
    send_here(RecordingTransport())
    campaign = reload(campaign_id)
    return campaign.left_out > 0 or campaign.status is CampaignStatus.PAUSED


def invoke(scene: Scene, *arguments: str) -> int:
    """Run a command; return its end."""
    db.session.remove()
    done = scene.app.test_cli_runner().invoke(args=[*arguments])
    scene.said.append(done.output)
    return done.exit_code


TOOLS: dict[Finder, Callable[[Scene], bool]] = {
    Finder.SEALER: is_sealing_refused,
    Finder.VERIFY: does_verify_find,
    Finder.DOCTOR: does_doctor_find,
    Finder.PAGES: do_pages_find,
    Finder.HEAD: does_head_find,
    Finder.WATCHER: does_watcher_find,
    Finder.RECEIPT: do_receipts_find,
    Finder.PROMISE: do_promises_find,
    Finder.WITNESS: does_witness_find,
    Finder.CAMPAIGN: does_campaign_find,
}
