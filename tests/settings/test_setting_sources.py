"""Settings come from the environment, from credentials of systemd and from a file."""

import subprocess
from pathlib import Path

import pytest

from supporters.config import Settings, SettingsError, load_settings
from supporters.settings.setting_sources import (
    FileUnreadable,
    SettingSource,
    collect_variables,
    read_settings_file,
)
from supporters.settings.settings_file import write_settings_file
from supporters.settings.variables import hide_secret
from tests.test_config import PRODUCTION, STRONG_KEY

SECRETS = {"SECRET_KEYS": STRONG_KEY, "MAIL_USERNAME": "party", "MAIL_PASSWORD": "p#ss w$rd'"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a settings file of a production that lacks its secrets."""
    named = {name: each for name, each in PRODUCTION.items() if name != "SECRET_KEYS"}
    lines = ["# The party", "", *(f"SUPPORTERS_{name}={each}" for name, each in named.items())]
    path = tmp_path / "party.env"
    path.write_text("\n".join(lines))
    path.chmod(0o640)
    return path


@pytest.fixture
def credentials(tmp_path: Path) -> Path:
    """Return a folder with credentials, as systemd makes it."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    for name, value in SECRETS.items():
        (folder / f"SUPPORTERS_{name}").write_text(f"{value}\n")
    (folder / "of-another-program").write_text("?")
    return folder


def load_from(monkeypatch: pytest.MonkeyPatch, **environment: object) -> Settings:
    monkeypatch.delenv("SUPPORTERS_ENV")
    for name, value in environment.items():
        monkeypatch.setenv(name, str(value))
    return load_settings()


def test_a_file_and_credentials_are_a_production(
    file: Path, credentials: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_from(
        monkeypatch,
        SUPPORTERS_SETTINGS_FILE=file,
        CREDENTIALS_DIRECTORY=credentials,
        SUPPORTERS_SEND_RATE="7",
    )
    assert (settings.secret_keys, settings.mail_password) == ((STRONG_KEY,), "p#ss w$rd'")
    assert (settings.party_name, settings.send_rate, settings.doubts) == ("Parti", 7, ())
    found = {each.name.removeprefix("SUPPORTERS_"): each for each in settings.overview}
    assert found["SECRET_KEYS"].source is SettingSource.CREDENTIAL
    assert found["PARTY_NAME"].source is SettingSource.FILE
    assert found["SEND_RATE"].source is SettingSource.ENVIRONMENT
    assert found["MAIL_PORT"].source is SettingSource.DEFAULT
    assert (found["MAIL_PORT"].value, found["SEND_RATE"].value) == ("587", "7")


def test_the_environment_wins_and_a_second_value_is_named(
    file: Path, credentials: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_from(
        monkeypatch,
        SUPPORTERS_SETTINGS_FILE=file,
        CREDENTIALS_DIRECTORY=credentials,
        SUPPORTERS_PARTY_NAME="Autre",
    )
    assert settings.party_name == "Autre"
    (doubt,) = settings.doubts
    assert "SUPPORTERS_PARTY_NAME is given twice" in doubt


@pytest.mark.parametrize("line", ["SUPPORTERS_SENDRATE=3", "SENDRATE=3", "SUPPORTERS_SEND_RATE"])
def test_a_line_without_effect_is_refused(
    file: Path, credentials: Path, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(f"{file.read_text()}\n{line}")
    with pytest.raises(SettingsError, match=r"SENDRATE is no setting|NAME=value"):
        load_from(monkeypatch, SUPPORTERS_SETTINGS_FILE=file, CREDENTIALS_DIRECTORY=credentials)


def test_a_file_that_everybody_reads_is_doubted_and_one_that_everybody_writes_refused(
    file: Path,
) -> None:
    environment = {"SUPPORTERS_SETTINGS_FILE": str(file)}
    for mode, doubts, faults in ((0o640, 0, 0), (0o644, 1, 0), (0o666, 0, 1)):
        file.chmod(mode)
        origins = collect_variables(environment)[1]
        assert (len(origins.doubts), len(origins.faults)) == (doubts, faults)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    origins = collect_variables({"SUPPORTERS_SETTINGS_FILE": str(tmp_path / "gone")})[1]
    assert "gone, which can't be read: No such file" in origins.faults[0]


@pytest.mark.parametrize("value", ["a b", "p#s $x", "'a\\b'", '"a b"', "é; x", "a'b", '""', ""])
def test_a_value_is_read_as_systemd_and_a_shell_without_substitution_read_it(
    tmp_path: Path, value: str
) -> None:
    path = tmp_path / "one.env"
    path.write_text(f"SUPPORTERS_A={value}\n")
    inside = value[1:-1] if value[:1] in {"'", '"'} and len(value) > 1 else value
    assert read_settings_file(path) == {"SUPPORTERS_A": inside}
    if value[:1] == "'":
        told = subprocess.check_output(["sh", "-c", '. "$0"; printf %s "$SUPPORTERS_A"', path])
        assert told.decode() == inside


@pytest.mark.parametrize("value", ["a\u2028b", "a\x85b", "a\x1cb"])
def test_only_a_line_feed_ends_a_line(tmp_path: Path, value: str) -> None:
    path = tmp_path / "one.env"
    write_settings_file(path, {"SUPPORTERS_A": value, "SUPPORTERS_B": "b"})
    write_settings_file(path, {"SUPPORTERS_B": "c"})
    assert read_settings_file(path) == {"SUPPORTERS_A": value, "SUPPORTERS_B": "c"}


@pytest.mark.parametrize("value", ["a\\b", '"a\\b"', '"a$b"', "'a'b'", "'a", '"'])
def test_a_value_that_another_reader_reads_otherwise_is_refused(tmp_path: Path, value: str) -> None:
    path = tmp_path / "one.env"
    path.write_text(f"SUPPORTERS_A={value}\n")
    with pytest.raises(FileUnreadable, match="single quotes"):
        read_settings_file(path)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("SUPPORTERS_SECRET_KEYS", "abc", "…"),
        ("SUPPORTERS_MAIL_PASSWORD", "", ""),
        ("SUPPORTERS_OIDC_CLIENT_SECRET", "abc", "…"),
        ("SUPPORTERS_WEBHOOK_TOKEN", "abc", "…"),
        ("SUPPORTERS_TRAINING_KEY", "abc", "…"),
        ("SUPPORTERS_DATABASE_URL", "postgresql://a:b@c:5432/d", "postgresql://a:…@c:5432/d"),
        (
            "SUPPORTERS_DATABASE_URL",
            "postgresql:///d?password=b&x=1",
            "postgresql:///d?password=…&x=1",
        ),
        ("SUPPORTERS_DATABASE_URL", "postgresql://a:b:c?d@e/f", "postgresql://a:…@e/f"),
        ("SUPPORTERS_FEEDBACK_URL", "imaps://a@[::1]:993/I", "imaps://a@[::1]:993/I"),
        ("SUPPORTERS_BASE_URL", "https://a.example:8443", "https://a.example:8443"),
    ],
)
def test_what_is_shown_has_no_secret(name: str, value: str, shown: str) -> None:
    assert hide_secret(name, value) == shown
