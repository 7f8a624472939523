"""Reads metrics as Prometheus does."""

import urllib.request


def read(port: int) -> dict[str, float]:
    """Return the metrics at a port."""
    return parse(get(port, "/metrics"))


def get(port: int, path: str) -> str:
    """Return a page of the private listener."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.read().decode()  # type: ignore[no-any-return]


def parse(text: str) -> dict[str, float]:
    """Return the samples of a scrape."""
    samples = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in samples}
