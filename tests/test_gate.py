"""The gate spreads the files whose tests wait, and runs each test as often as without that."""

import pytest

from tests.gate import portion_of, spread


def is_rare(file: str) -> bool:
    return file.startswith("w")


def test_files_whose_tests_wait_stand_at_equal_distances_the_longest_first() -> None:
    files = ["w", "www", "ww", "a", "b", "c", "d", "e", "f"]
    assert [*spread(files, is_rare)] == ["www", "a", "b", "ww", "c", "d", "w", "e", "f"]


@pytest.mark.parametrize("others", range(7))
@pytest.mark.parametrize("rare", range(5))
def test_no_file_is_lost_or_doubled(rare: int, others: int) -> None:
    files = [*("w" * (number + 1) for number in range(rare)), *"abcdefg"[:others]]
    assert sorted(spread(files, is_rare)) == sorted(files)


@pytest.mark.parametrize(
    ("nodeid", "portion"),
    [
        ("tests/mail/test_keys.py::test_a[sqlite]", "tests/mail/test_keys.py"),
        ("tests/faults/test_many.py::test_a[a/b]", "tests/faults/test_many.py::test_a[a/b]"),
        ("tests/test_tokens.py::test_a[/faults/]", "tests/test_tokens.py"),
    ],
)
def test_one_process_runs_a_whole_file_but_a_long_test_stands_alone(
    nodeid: str, portion: str
) -> None:
    assert portion_of(nodeid) == portion


def test_all_files_of_the_browser_are_two_portions() -> None:
    tests = [f"tests/browser/test_{name}.py::test_{name}" for name in "abcdefgh"]
    assert {portion_of(each) for each in tests} == {"browser 0", "browser 1"}
