"""Prints the results of a benchmark."""

import json
import sys
from collections.abc import Mapping

Figure = int | float | str


def print_step(words: str) -> None:
    """Say what begins now, apart from the results: a busy machine takes minutes for a step."""
    print(words, file=sys.stderr, flush=True)


def print_results(figures: Mapping[str, Figure], *, is_json: bool) -> None:
    """Print a table, then optionally one line of JSON."""
    width = max(len(name) for name in figures)
    for name, value in figures.items():
        print(f"{name:>{width}}  {value}")
    if is_json:
        print(json.dumps(figures))
