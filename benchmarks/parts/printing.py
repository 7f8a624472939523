"""How every benchmark says its figures."""

import json
from collections.abc import Mapping

Figure = int | float | str


def print_figures(figures: Mapping[str, Figure], *, is_json: bool) -> None:
    """Print a table; then, if asked to, one line of JSON."""
    width = max(len(name) for name in figures)
    for name, value in figures.items():
        print(f"{name:>{width}}  {value}")
    if is_json:
        print(json.dumps(figures))
