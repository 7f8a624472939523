"""Declares that a machine is lost for good: nobody waits for its batches or its journal."""

from enum import Enum, auto

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.database import db, transaction
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.database_clock import database_time
from supporters.delivery.known_machines.machine_list import ALIVE
from supporters.delivery.models import Machine
from supporters.delivery.send_journal.claim_recovery import RecoveredClaims, recover_lost_machine


class LostMachineError(Enum):
    """Why a machine isn't lost."""

    UNKNOWN = auto()
    SEEN_JUST_NOW = auto()


def declare_lost(name: str) -> RecoveredClaims | LostMachineError:
    """Settle what a machine had claimed, as uncertain, and record that it is lost."""
    with transaction():
        machine = db.session.get(Machine, name, with_for_update=True)
        if machine is None:
            return LostMachineError.UNKNOWN
        now = database_time()
        if machine.last_seen_at > now - ALIVE:
            return LostMachineError.SEEN_JUST_NOW
        machine.lost_at = now
        details = {"machine": name, "host": machine.host or ""}
        record_team_act(DeliveryAct.MACHINE_LOST, details=details)
    return recover_lost_machine(name, database_time(), clock.now())
