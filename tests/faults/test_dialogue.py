"""The server speaks SMTP wrongly, slowly, or without its fast extensions; or can't be trusted."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from supporters.delivery.thresholds.threshold_rules import Thresholds
from supporters.delivery.thresholds.threshold_settings import change_thresholds
from tests.faults.form import size, some
from tests.faults.installation import Installation
from tests.faults.receiver.certificates import make_certificate
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.report import Report

PEOPLE = size(120, 5000)
GARBAGE = "\x00\x07 what is this"
UNCLEAR = {"garbage": f"{GARBAGE}\r\n", "half a line": "25", "only 250-": "250-"}
OTHER_HOST = "127.0.0.9"
PAUSES_NEVER = Thresholds(disputed=1000, refused=1000, departed=1000)


def test_server_without_pipelining_gets_one_command_at_a_time(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    receiving.behave(Fault(at="RCPT", reply="550 5.1.1 no", share=0.1), pipelining=False)
    assert change_thresholds(PAUSES_NEVER, None)
    campaign = site.launch(PEOPLE)
    with site.worker():
        site.ledger.wait_for_end(campaign)
    findings = report.judge("no PIPELINING", site, receiving, campaign)
    assert findings.are_right(), findings
    assert receiving.rudeness == []


def test_refusal_in_the_middle_of_a_pipeline_shifts_no_reply(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    refusal = Fault(at="RCPT", reply="550 5.1.1 no", share=0.3)
    assert change_thresholds(PAUSES_NEVER, None)
    with site.worker():
        for answer in ("354 go on", "503 no recipient"):
            receiving.behave(refusal, Fault(at="NOBODY", reply=answer))
            campaign = site.launch(PEOPLE, f"data-{answer[:3]}")
            refused = sum(map(refusal.concerns, site.ledger.audience(campaign)))
            site.ledger.wait_for_end(campaign)
            fault = f"RCPT refused, DATA {answer[:3]}"
            findings = report.judge(fault, site, receiving, campaign)
            assert findings.are_right(), (fault, findings)
            assert receiving.rudeness == [], fault
            states = site.ledger.counts(campaign)
            assert states == {"refused": refused, "accepted": PEOPLE - refused}, fault


@pytest.mark.parametrize("step", some("MAIL", long=("CONNECT", "EHLO", "RCPT", "DATA")))
def test_garbage_before_the_body_makes_nothing_uncertain(
    step: str, site: Installation, receiving: Receiving, report: Report
) -> None:
    receiving.behave(Fault(at=step, reply=GARBAGE, times=2))
    campaign = site.launch(PEOPLE)
    with site.worker():
        site.ledger.wait_for_end(campaign, hurried=True)
    findings = report.judge(f"garbage at {step}", site, receiving, campaign, cuts=2)
    assert findings.are_right(), findings


def test_no_clear_reply_to_the_dot_makes_one_message_uncertain(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    unclear = Fault(at="BODY", is_raw=True, hangs_up=True, takes=True, nth=20, times=2)
    with site.worker():
        for name in some("garbage", "half a line", long=("only 250-",)):
            receiving.behave(replace(unclear, reply=UNCLEAR[name]))
            campaign = site.launch(PEOPLE, name.strip("-").replace(" ", "-"))
            site.ledger.wait_for_end(campaign)
            findings = report.judge(f"{name} after the dot", site, receiving, campaign, cuts=2)
            assert findings.are_right(uncertain_at_most=2), (name, findings)


def test_replies_that_drip_are_put_together(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    receiving.behave(
        Fault(at="EHLO", drip=0.005),
        Fault(at="BODY", drip=0.01, nth=size(10, 100)),
        Fault(at="DATA", drip=0.01, nth=size(10, 100)),
    )
    campaign = site.launch(PEOPLE)
    with site.worker():
        site.ledger.wait_for_end(campaign)
    findings = report.judge("slow drip", site, receiving, campaign)
    assert findings.are_right(), findings


@pytest.mark.parametrize("host", ["127.0.0.1", OTHER_HOST])
def test_server_whose_certificate_does_not_verify_gets_nothing(
    host: str, site: Installation, receiving: Receiving, report: Report, tmp_path: Path
) -> None:
    right = make_certificate(tmp_path / "right.pem")
    wrong = make_certificate(tmp_path / "wrong.pem", host)
    trusted = tmp_path / "trusted.pem"
    trusted.write_text(right.read_text() + (wrong.read_text() if host == OTHER_HOST else ""))
    receiving.behave(certificate=wrong)
    campaign = site.launch(PEOPLE)
    settings = {"SUPPORTERS_MAIL_TLS": "starttls", "SSL_CERT_FILE": str(trusted)}
    with site.worker(variables=settings):
        time.sleep(4)
        assert receiving.arrivals() == []
        assert site.ledger.counts(campaign) == {"queued": PEOPLE}
        receiving.behave(certificate=right)
        site.ledger.wait_for_end(campaign)
    fault = f"certificate of {'nobody' if host != OTHER_HOST else 'another host'}"
    findings = report.judge(fault, site, receiving, campaign)
    assert findings.are_right(), findings
