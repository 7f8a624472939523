"""Quick proofs of work, and another process, for the tests of public pages."""

import pytest

from supporters.web.public import proof_of_work


@pytest.fixture
def few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a proof of work need few tries: otherwise each takes a second of CPU time."""
    monkeypatch.setattr(proof_of_work, "FEWEST_TRIES", 30)
    monkeypatch.setattr(proof_of_work, "MOST_TRIES", 60)
