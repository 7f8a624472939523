"""A proof is made of what the tables say, and counts only if it leads to the signed root."""

import pytest

from supporters.consent.log_sealing import seal
from supporters.consent.models import Purpose
from supporters.consent.record_forms import describe_purpose
from supporters.database import db, transaction
from supporters.transparency_log.log_proofs import Prover
from supporters.transparency_log.models import LogTile
from supporters.transparency_log.queries import find_head
from tests.factories.lists import make_list

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def is_proved(purpose_id: int) -> bool:
    """Tell whether a purpose's record is proved against the newest head."""
    db.session.expire_all()
    head = find_head()
    assert head is not None
    proof = Prover(head).prove(describe_purpose(db.session.get_one(Purpose, purpose_id)))
    return proof is not None and proof.is_intact


def test_proof_out_of_an_altered_tile_is_not_taken_for_one() -> None:
    purpose_id = make_list().purpose_id
    seal()
    assert is_proved(purpose_id)
    with transaction():
        tile = db.session.get_one(LogTile, (0, 0))
        tile.hashes = tile.hashes[:-1] + bytes([tile.hashes[-1] ^ 1])
    assert not is_proved(purpose_id)
