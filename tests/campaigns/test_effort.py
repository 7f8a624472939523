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
