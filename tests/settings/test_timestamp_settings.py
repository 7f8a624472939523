"""The authority of timestamps is named by its address and its certificates, both or none."""

from pathlib import Path

import pytest

from supporters.config import SettingsError, load_settings
from tests.servers.rude_server import make_certificate

URL, CA = "SUPPORTERS_TIMESTAMP_URL", "SUPPORTERS_TIMESTAMP_CA"
DEVELOPMENT = {"SUPPORTERS_ENV": "development"}
TSA = "https://tsa.example/tsr"


def test_no_authority_is_asked_unless_one_is_named() -> None:
    assert load_settings(DEVELOPMENT).timestamps is None


def test_an_authority_is_read_with_its_certificates(tmp_path: Path) -> None:
    file = make_certificate(tmp_path)
    known = load_settings({**DEVELOPMENT, URL: TSA, CA: str(file)}).timestamps
    assert known is not None
    assert (known.url, known.certificates) == (TSA, file.read_bytes())


def test_a_faulty_authority_stops_the_start_with_the_reason(tmp_path: Path) -> None:
    file, empty = make_certificate(tmp_path), tmp_path / "empty"
    empty.write_text("no certificate")
    for given, words in (
        ({URL: "tsa.example", CA: str(file)}, f"{URL} is 'tsa.example'"),
        ({CA: str(file)}, f"{URL} is ''"),
        ({URL: TSA}, f"{CA} is ''"),
        ({URL: TSA, CA: str(empty)}, "no certificates in PEM"),
        ({URL: TSA, "SUPPORTERS_TIMESTAMP_CAS": "x", CA: str(file)}, "TIMESTAMP_CAS"),
    ):
        with pytest.raises(SettingsError) as caught:
            load_settings({**DEVELOPMENT, **given})
        assert words in str(caught.value.faults)
