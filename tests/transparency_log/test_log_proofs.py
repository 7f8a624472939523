"""A proof is made from the tables, and is valid only if it leads to the signed root."""

import pytest

from supporters.consent.log_sealing import seal
from supporters.consent.models import Purpose
from supporters.consent.record_forms import describe_purpose
from supporters.database import db, transaction
from supporters.transparency_log.log_proofs import Prover
from supporters.transparency_log.models import LogTile
from supporters.transparency_log.queries import find_latest_checkpoint
from tests.factories.lists import make_list

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def is_proved(purpose_id: int) -> bool:
    """Tell whether the record of a purpose is proved against the latest checkpoint."""
    db.session.expire_all()
    checkpoint = find_latest_checkpoint()
    assert checkpoint is not None
    proof = Prover(checkpoint).prove(describe_purpose(db.session.get_one(Purpose, purpose_id)))
    return proof is not None and proof.is_intact


def test_a_proof_from_an_altered_tile_is_not_intact() -> None:
    purpose_id = make_list().purpose_id
    seal()
    assert is_proved(purpose_id)
    with transaction():
        tile = db.session.get_one(LogTile, (0, 0))
        tile.hashes = tile.hashes[:-1] + bytes([tile.hashes[-1] ^ 1])
    assert not is_proved(purpose_id)
