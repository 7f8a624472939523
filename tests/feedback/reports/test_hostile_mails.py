"""Mail that was made to hurt costs no more than a multiple of an ordinary one (REQ-106)."""

import time
import tracemalloc

from supporters.feedback.reports.mail_parts import LONGEST_MAIL, MOST_PARTS, read_mail
from supporters.feedback.reports.report_reader import read_report

HEAD = b"From: mailer-daemon@mx.example\nSubject: failure notice\n"
MULTIPART = HEAD + b"Content-Type: multipart/mixed; boundary=B\n\n"
LEVEL = b"Content-Type: multipart/mixed; boundary=B%d\n\n--B%d\n"
MOST_MEMORY = 64_000_000
DEEPER = 12  # times the plain mail of the same size
HOSTILE = {
    "50 MB on one line": HEAD + b"\n" + b"a" * 50_000_000,
    "10,000 parts": MULTIPART + b"--B\n\n<a@b.example>: no\n" * 10_000,
    "5,000 levels": HEAD + b"".join(LEVEL % (each, each) for each in range(5_000)),
    "60,000 headers": HEAD + b"X: y\n" * 60_000,
    "one folded header": HEAD + b"To:" + b" a@b.example,\n" * 20_000,
    "encoded words": HEAD + b"Subject: " + b"=?utf-8?q?=41?= " * 15_000,
    "15,000 addresses": HEAD
    + b"\n"
    + b"".join(b"<a%d@b.example>: no\n" % n for n in range(15_000)),
    "no text between @": HEAD + b"\n" + b"@" * LONGEST_MAIL,
    "open tags": HEAD + b"Content-Type: text/html\n\n" + b"<style" * 40_000,
    "a slow charset": HEAD + b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * 130_000,
    "CR only": (HEAD + b"\n<a@b.example>: 550 user unknown\n").replace(b"\n", b"\r") * 3_000,
    "NULs": HEAD + b"\n" + b"\0" * LONGEST_MAIL,
    "4,000 recipients": MULTIPART
    + b"--B\nContent-Type: message/delivery-status\n\n"
    + b"".join(
        b"Final-Recipient: rfc822;a%d@b.example\nAction: failed\n\n" % n for n in range(4_000)
    ),
    "an unknown charset": HEAD + b"Content-Type: text/plain; charset=x-none\n\n" + b"\xff" * 9_000,
    "comments in comments": b"From: " + b"(" * 200_000 + b"\n\n",
    "phrases that begin": HEAD + b"\n" + b"mailbox " * 32_000,
}


def cost_of(mail: bytes) -> float:
    """Return the processor seconds that an email takes."""
    began = time.process_time()
    read_report(mail)
    return time.process_time() - began


def test_no_hostile_mail_takes_many_times_what_a_plain_one_of_its_size_takes() -> None:
    plain = HEAD + b"\n" + b"an ordinary line of words, and nothing else\n" * 6_000
    reference = max(cost_of(plain) for _ in range(2))
    slow = {name for name, mail in HOSTILE.items() if cost_of(mail) > DEEPER * reference}
    assert not slow


def test_no_hostile_mail_takes_much_memory() -> None:
    large = set()
    for name, mail in HOSTILE.items():
        tracemalloc.start()
        read_report(mail)
        if tracemalloc.get_traced_memory()[1] > MOST_MEMORY:
            large.add(name)
        tracemalloc.stop()
    assert not large


def test_parts_beyond_the_bound_are_left_out() -> None:
    assert len([*read_mail(HOSTILE["10,000 parts"]).walk()]) <= MOST_PARTS
