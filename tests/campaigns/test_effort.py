"""The time to check and render a text is proportional to its length, for any text."""

import time
from collections.abc import Callable

import pytest

from supporters.campaigns.content_checks import find_faults
from supporters.campaigns.markdown import to_html, to_text
from supporters.delivery.message.rendered_campaign import INDENTATION

MOST_GROWTH = 11  # for four times as much: 4 if proportional, 16 if quadratic
LONG_RUNS = ["\n", " \n", "\t\n", "\n ", "\n\n<", "x\n\n"]
HEAVY = [
    *("![", "[", "*_", "[a](", "[a][", "`a", "<", "&", "\\", "](", "> ", "- ", "- a\n", "x\n"),
    *("\n", "    \n", "[a]: b\n", "# a\n", "[a](b:c)", "~~~\n\n", "a**b", "<b:c>", "{{", "{{a"),
]


def growth(work: Callable[[int], None], length: int) -> float:
    """Return how much longer four times as much takes."""
    return _seconds(work, 4 * length) / max(_seconds(work, length), 0.001)


def _seconds(work: Callable[[int], None], length: int) -> float:
    """Return the processor's time, the best of three tries: other programs use this machine too."""

    def once() -> float:
        began = time.thread_time()
        work(length)
        return time.thread_time() - began

    return min(once() for _ in range(3))


@pytest.mark.parametrize("run", LONG_RUNS)
def test_empty_lines_are_taken_away_in_proportion(run: str) -> None:
    def take_away(length: int) -> None:
        INDENTATION.sub("\n", f"<pre>{run * length}x</pre>")

    assert growth(take_away, 2_000) < MOST_GROWTH


@pytest.mark.parametrize("pattern", HEAVY)
def test_heavy_text_is_checked_and_rendered_in_proportion(pattern: str) -> None:
    def check_and_render(length: int) -> None:
        body = (pattern * length)[:length]
        find_faults("Des nouvelles", body)
        to_html(body)
        to_text(body)

    assert growth(check_and_render, 2_000) < MOST_GROWTH
