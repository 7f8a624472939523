"""The time to check and render a text is short, and proportional to its length, for any text."""

import time
from collections.abc import Callable

import pytest

from supporters.campaigns.content_checks import find_faults
from supporters.campaigns.document.inline_parts import Run, join_runs
from supporters.campaigns.markdown import (
    MARKUP,
    MOST_LINES,
    MOST_MARKUP,
    is_heavy,
    to_html,
    to_text,
)
from supporters.campaigns.merge_fields import Fault, FaultKind
from supporters.campaigns.models import MAX_BODY
from supporters.delivery.message.rendered_campaign import INDENTATION

MOST_TIMES_A_NEWSLETTER = 3  # for the worst text that a form accepts, on any machine
MOST_GROWTH = 11  # for four times as much: 4 if proportional, 16 if quadratic
LONG_RUNS = ["\n", " \n", "\t\n", "\n ", "\n\n<", "x\n\n"]
HEAVY = [
    *("![", "[", "*_", "[a](", "[a][", "`a", "<", "&", "\\", "](", "> ", "- ", "- a\n", "x\n"),
    *("\n", "    \n", "[a]: b\n", "# a\n", "[a](b:c)", "~~~\n\n", "a**b", "<b:c>", "{{", "{{a"),
]
PARAGRAPH = "Une **phrase** avec un [lien vers la page](https://parti.example/page). " * 4
NEWSLETTER = f"- {PARAGRAPH}\n\n" * 120  # about as much markup as is accepted


def grows_too_fast(work: Callable[[int], None], length: int) -> bool:
    """Tell whether four times as much takes too long.

    Other programs use this machine too. The best of three tries counts; the later ones are needed
    only if the first is too slow.
    """
    limit = MOST_GROWTH * max(0.001, min(_seconds(work, length) for _ in range(3)))
    return all(_seconds(work, 4 * length) > limit for _ in range(3))


def _seconds(work: Callable[[int], None], length: int) -> float:
    began = time.thread_time()
    work(length)
    return time.thread_time() - began


@pytest.mark.parametrize("run", LONG_RUNS)
def test_empty_lines_are_taken_away_in_proportion(run: str) -> None:
    def take_away(length: int) -> None:
        INDENTATION.sub("\n", f"<pre>{run * length}x</pre>")

    assert not grows_too_fast(take_away, 2_000)


@pytest.mark.parametrize("pattern", HEAVY)
def test_heavy_text_is_checked_and_rendered_in_proportion(pattern: str) -> None:
    def check_and_render(length: int) -> None:
        body = (pattern * length)[:length]
        find_faults("Des nouvelles", body)
        to_html(body)
        to_text(body)

    assert not grows_too_fast(check_and_render, 2_000)


def test_pieces_of_one_text_are_joined_in_proportion() -> None:
    def join(length: int) -> None:
        join_runs((Run(type="text", text="a", marks=()),) * length)

    assert not grows_too_fast(join, 4_000)


def is_within_budget(body: str) -> bool:
    """Tell whether all that a preview or a launch does with a text is quick.

    It is compared with a very long newsletter. The best of three tries counts, each of them
    anew: most texts need only the first.
    """
    most = (MOST_TIMES_A_NEWSLETTER * _show_anew(NEWSLETTER, n) for n in range(3))
    return any(_show_anew(body, n) < each for n, each in enumerate(most))


def _show_anew(body: str, number: int) -> float:
    return _seconds(lambda n: _check_and_show(f"{body}{time.monotonic_ns()}{n}"), number)


def _check_and_show(body: str) -> None:
    find_faults("Des nouvelles", body)
    to_html(body)
    to_text(body)
    INDENTATION.sub("\n", body)


@pytest.mark.parametrize("pattern", [*HEAVY, *LONG_RUNS, *MARKUP, "[![", "**a", "*a* ", "a "])
def test_no_text_of_full_length_takes_longer_than_the_budget(pattern: str) -> None:
    body = (pattern * MAX_BODY)[:MAX_BODY]
    assert is_within_budget(body)


@pytest.mark.parametrize("pattern", ["![", "[", "*_", "[a][", "- a\n", "x\n\n", "[a](b:c)", "a**b"])
def test_as_much_markup_as_is_accepted_keeps_within_the_budget(pattern: str) -> None:
    length = max(n for n in range(0, 5 * MOST_MARKUP, 50) if not is_heavy((pattern * n)[:n]))
    body = (pattern * length)[:length]
    assert is_within_budget(body)


def test_too_much_markup_is_a_fault_and_is_shown_as_typed() -> None:
    body = "[" * (MOST_MARKUP + 1)
    assert find_faults("Des nouvelles", body) == [Fault(FaultKind.TOO_MUCH_MARKUP)]
    assert (to_html(f"{body}<b>"), to_text(body)) == (f"<pre>{body}&lt;b&gt;</pre>", body)


@pytest.mark.parametrize("run", ["\n", " \r\n", "\r"])
def test_more_empty_lines_than_any_newsletter_has_are_a_fault(run: str) -> None:
    assert is_heavy(run * MOST_LINES)
    assert not is_heavy(run * (MOST_LINES - 1))


def test_a_long_newsletter_is_not_too_much() -> None:
    assert find_faults("Des nouvelles", NEWSLETTER) == []
