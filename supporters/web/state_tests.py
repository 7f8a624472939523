"""The tests of templates for states: `campaign.status is draft` and not a comparison of words."""

from enum import Enum
from functools import partial

from flask import Flask

from supporters.accountability.email_origin import Verdict
from supporters.breaches.models import BreachNoticeStatus, BreachStatus
from supporters.campaigns.models import CampaignStatus, VersionEnd
from supporters.campaigns.text_differences import Change
from supporters.cases.queries import CaseState
from supporters.cases.rules import Extension, Urgency
from supporters.delivery.after_sending.models import FollowKind
from supporters.delivery.first_wave.wave_rules import WaveStage
from supporters.delivery.problems import ProblemKind
from supporters.delivery.rules import DeliveryStatus, HoldReason
from supporters.evidence.act_proofs import ProofState
from supporters.imports.models import ImportHoldReason, ImportStatus
from supporters.mail.dkim.models import KeyStatus, RecordState
from supporters.signup.states import LinkState
from supporters.signup_forms.models import FormStatus

STATES: tuple[type[Enum], ...] = (
    *(BreachNoticeStatus, BreachStatus, CampaignStatus, CaseState, Change, DeliveryStatus),
    *(Extension, FormStatus, HoldReason, ImportHoldReason, ImportStatus, LinkState, ProblemKind),
    *(FollowKind, KeyStatus, ProofState, RecordState, Urgency, Verdict, VersionEnd, WaveStage),
)


def init_app(app: Flask) -> None:
    """Register a test for each name of a state."""
    for name in {member.name for states in STATES for member in states}:
        app.add_template_test(partial(is_state, name=name), name.lower())


def is_state(state: Enum | None, *, name: str) -> bool:
    """Tell whether a state is the one of this name. Raises KeyError if there is no such state."""
    return state is not None and state is type(state)[name]
