"""Each enum that people read has labels, in English and in French; templates ask by state names."""

import importlib
import pkgutil
from collections.abc import Iterator
from enum import Enum, StrEnum
from inspect import getmembers

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale
from flask_babel.speaklater import LazyString
from jinja2.exceptions import TemplateAssertionError

import supporters
from supporters.accounts.models import RightRequestStatus, RoleName
from supporters.actors import ActorKind
from supporters.audit_log.audit_events import Act
from supporters.bounce_classes.classes import Weight
from supporters.breaches.rules import BreachClock
from supporters.campaigns.beginnings.starting_texts import TeamTextError
from supporters.campaigns.models import CampaignStatus, TextKind
from supporters.campaigns.pictures.models import PictureFormat
from supporters.campaigns.pictures.stored_pictures import DeletePictureError
from supporters.campaigns.planned_hours import Which
from supporters.campaigns.states import CampaignMove
from supporters.campaigns.text_differences import Change
from supporters.cases import rules as case_rules
from supporters.consent import withdrawal_journal
from supporters.consent.models import LawfulBasis
from supporters.consent.record_models import ErasureReason
from supporters.consent.rules import WordingChange
from supporters.consent.trigger_counts import CountedPeople
from supporters.crypto import tokens
from supporters.delivery.after_sending.models import FollowKind
from supporters.delivery.first_wave.wave_rules import WaveStage
from supporters.delivery.known_machines.secret_keys import RotationStep
from supporters.delivery.message.previews import SendTestError
from supporters.delivery.rules import DeliveryStatus, SkipReason
from supporters.delivery.send_journal.journal_report import JournalState, WorkerState
from supporters.imports.file_upload import DeclareResult
from supporters.imports.import_approval import ApproveResult, ImportControlResult
from supporters.imports.models import ExportFormat, ImportHoldReason
from supporters.lists.states import ListMove
from supporters.mail.theme_models import Alignment
from supporters.metering.metrics import CountedAct
from supporters.monitoring.health_problems import HealthProblem
from supporters.notices.security_notices import Notice
from supporters.reconfirmation import reconfirmation_mails
from supporters.reconfirmation.models import ConsentChangeKind, ConsentChangeStatus
from supporters.retention import rules as retention_rules
from supporters.sending_times.models import SilenceKind
from supporters.settings.setting_sources import SettingSource
from supporters.sign_in.passkey_challenges import ChallengeUse
from supporters.sign_in.stored_forms import StoringReason
from supporters.signup.rush.held_emails import HeldBy
from supporters.signup_forms.states import FormMove
from supporters.team.states import RightRequestMove
from supporters.territory.rules import PlaceKind
from supporters.training.training_parts import Part
from supporters.transparency_log.log_proofs import Delay
from supporters.transparency_log.models import FactKind, TimestampFailure
from supporters.web import labels
from supporters.web.console.campaigns.week.week_grid import QuarterState
from supporters.web.labels import TABLES, Use, delivery_label, label, tone
from supporters.web.labels.word_tables import Tone
from supporters.web.public.form_limits import Entry, LimitedForm

# No page, email or command shows these with a label, for the given reason.
NOT_SHOWN: dict[type[Enum], str] = {
    ConsentChangeKind: "the page of a change has a sentence for each",
    ConsentChangeStatus: "the page of a change has a sentence for each",
    Alignment: "the form has words of its own",
    TextKind: "the pages have a heading for each",
    ActorKind: "not shown on a page yet",
    Weight: "the pages show the class of an answer, which has words",
    CountedPeople: "names a kept count, for programs",
    BreachClock: "the tone of a badge, whose words are the hours that are left",
    ImportHoldReason: "the page of an import has a sentence for each",
    RightRequestMove: "buttons have words of their own",
    RightRequestStatus: "the pages have a sentence for each",
    Change: "chooses an element of HTML",
    QuarterState: "the head of each day says it in words",
    ChallengeUse: "stands in a challenge, for programs",
    PictureFormat: "the ending of a file",
    PlaceKind: "each field of the form has words of its own",
    CampaignMove: "buttons have words of their own",
    withdrawal_journal.WithdrawalKind: "kept in the journal of withdrawals, for programs",
    ErasureReason: "kept in the consent log, for programs",
    ListMove: "buttons have words of their own",
    FormMove: "buttons have words of their own",
    HeldBy: "the page has a table for each",
    LimitedForm: "names a budget of forms, for programs",
    Entry: "chooses a share of a budget, for programs",
    LawfulBasis: "the number of an article: the same in every language",
    WordingChange: "the name of a button, which has words of its own",
    JournalState: "the command prints the key, for programs",
    WorkerState: "the command prints the key, for programs",
    retention_rules.InactivityStep: "a decision that is carried out at once",
    case_rules.Extension: "a page has a sentence and a form for each",
    case_rules.Urgency: "the tone of a badge, whose words are the days that are left",
    case_rules.DisputeVerdict: "a decision that is carried out at once",
    reconfirmation_mails.ReconfirmationReason: "chooses between texts of an e-mail",
    tokens.TokenPurpose: "stands in tokens, for programs",
    FollowKind: "the pages have a sentence for each",
    WaveStage: "the page has a sentence for each",
    SilenceKind: "the form has words of its own",
    Which: "the form names both moments",
    SettingSource: "the command prints the key, for programs",
    RotationStep: "the command has a sentence for each",
    HealthProblem: "the answer to a monitor, for programs",
    CountedAct: "names a figure, for programs",
    FactKind: "kept in the consent log, for programs",
    TimestampFailure: "the command has a sentence for each",
    Part: "only the banner of a training has words for it",
    Use: "names a table of labels",
    Tone: "the end of a CSS class",
}
# Members without a label, each with the reason.
WITHOUT_WORDS: dict[Enum, str] = {
    ApproveResult.DONE: "the page says what happens next",
    ApproveResult.UNKNOWN: "the console answers with 404; the shell has words",
    DeclareResult.DONE: "the next page opens",
    DeclareResult.NOT_NOW: "the page of the import opens; the shell has words",
    DeclareResult.REFUSED_METHOD: "the sentence names the way",
    DeclareResult.NO_ADDRESS_COLUMN: "the step before refuses it; the shell has words",
    Delay.NONE: "nothing is late",
    Delay.OLDER_THAN_LOG: "only a page tells it",
    ExportFormat.OTHER: "there is nothing to say of a format that we do not know",
    DeletePictureError.UNKNOWN: "the console answers with 404",
    TeamTextError.UNKNOWN: "the console answers with 404",
    SendTestError.CONTENT_FAULTY: "the form opens again and names the faults",
    RoleName.EXPORTER: "nobody is invited as one",
    RoleName.APPROVER: "nobody is invited as one",
    ImportControlResult.DONE: "the command says what it did",
    StoringReason.LANGUAGE_CHANGED: "the form is back at once, so nothing needs to be said",
}
# Words that are the same in both languages.
SAME_IN_FRENCH = {
    *("Note", "Rectification", "Pages"),
    *("Bluesky", "Facebook", "Instagram", "LinkedIn", "Mastodon", "Telegram", "Threads"),
    *("TikTok", "WhatsApp", "X", "YouTube"),
    *("Amazon SES", "Brevo", "Gandi", "Infomaniak", "Mailjet", "OVHcloud", "Scaleway"),
    *("Signature (DKIM)", "Orange", "Free", "SFR", "La Poste", "Bbox", "Gmail", "iCloud", "Proton"),
    *("T-Online", "Libero"),
}


def enums() -> Iterator[type[StrEnum]]:
    """Yield all string enums of the project but acts and notices, which declare their words."""
    for found in pkgutil.walk_packages(supporters.__path__, "supporters."):
        if ".migrations" in found.name:
            continue
        module = importlib.import_module(found.name)
        for _, value in getmembers(module, lambda each: isinstance(each, type)):
            has_words = issubclass(value, Act | Notice)
            if issubclass(value, StrEnum) and value.__module__ == module.__name__ and not has_words:
                yield value


def name_of(enum: type[Enum]) -> str:
    return f"{enum.__module__.removeprefix('supporters.')}.{enum.__qualname__}"


def tables() -> Iterator[tuple[str, type[Enum], labels.Table]]:
    for use, by_enum in TABLES.items():
        for enum, table in by_enum.items():
            yield use, enum, table


def test_every_enum_of_texts_has_labels_or_says_why_not() -> None:
    shown = {enum for _, enum, _ in tables()}
    unnamed = {enum for enum in enums() if enum not in shown}
    assert {*map(name_of, unnamed)} == {*map(name_of, NOT_SHOWN)}


def test_every_member_has_words() -> None:
    faults = [
        f"{use}: {name_of(enum)}.{each.name}"
        for use, enum, table in tables()
        for each in enum
        if each not in table and each not in WITHOUT_WORDS
    ]
    assert not faults


def test_no_member_is_excused_that_has_words_everywhere() -> None:
    missing = [each for _, enum, table in tables() for each in enum if each not in table]
    assert [each for each in WITHOUT_WORDS if each not in missing] == []


def test_no_enum_has_two_tables_for_one_use() -> None:
    declared = [(use, keys) for use, keys, _ in labels.FOUND]
    assert len(declared) == len({*declared})


def test_only_members_of_their_enum_are_in_a_table() -> None:
    assert [name_of(enum) for _, enum, table in tables() if {*table} - {*enum}] == []


def test_every_label_is_said_in_french_too(app: Flask) -> None:
    for use in [use for use in Use if use is not Use.SHELL]:
        words = [words for table in TABLES[use].values() for words in table.values()]
        with force_locale("en"):
            english = [str(each) for each in words]
        with force_locale("fr"):
            french = [str(each) for each in words]
        same = {one for one, other in zip(english, french, strict=True) if one == other}
        assert all(isinstance(each, LazyString) for each in words)
        assert same <= SAME_IN_FRENCH
        assert all(english)


def test_a_key_is_no_member_and_has_no_label() -> None:
    with pytest.raises(KeyError):
        label("draft")  # type: ignore[arg-type]


def test_a_member_without_words_is_an_error_and_never_its_key() -> None:
    with pytest.raises(KeyError):
        label(StoringReason.LANGUAGE_CHANGED)


def test_a_badge_has_the_tone_of_its_state() -> None:
    assert tone(DeliveryStatus.REFUSED) == "bad"


def test_a_mail_that_was_not_sent_says_why(app: Flask) -> None:
    cases = [
        (DeliveryStatus.SKIPPED, SkipReason.PAUSED.value, "Not sent: paused"),
        (DeliveryStatus.SKIPPED, None, "Skipped"),
        (DeliveryStatus.SKIPPED, "something of an earlier version", "Skipped"),
        (DeliveryStatus.REFUSED, "550 paused", "Rejected by the mail server"),
    ]
    for status, reply, words in cases:
        with force_locale("en"):
            assert delivery_label(status, reply) == words


def test_a_template_asks_for_a_state_by_its_name(app: Flask) -> None:
    status = CampaignStatus.AWAITING_APPROVAL
    template = "{{ status is awaiting_approval }} {{ status is draft }} {{ status is not draft }}"
    assert render_template_string(template, status=status) == "True False True"


def test_nothing_is_in_no_state(app: Flask) -> None:
    assert render_template_string("{{ reason is rejected }}", reason=None) == "False"


def test_a_name_that_no_state_has_is_an_error(app: Flask) -> None:
    with pytest.raises(TemplateAssertionError):
        render_template_string("{{ status is dratf }}", status=CampaignStatus.DRAFT)


def test_a_name_of_another_kind_of_state_is_an_error(app: Flask) -> None:
    with pytest.raises(KeyError):
        render_template_string("{{ status is overdue }}", status=CampaignStatus.DRAFT)
