"""The URLs of the database and of the queue of jobs."""

from pathlib import Path

from supporters.settings.variables import VariableReader, has_raw_password


def read_database_url(reader: VariableReader, instance_dir: Path) -> str:
    """Return the URL of the database; by default it is a file in the instance folder."""
    value = reader.text("DATABASE_URL", f"sqlite:///{instance_dir / 'supporters.db'}")
    if not value.startswith("sqlite") and has_raw_password(value):
        reader.fault(
            "DATABASE_URL",
            "has a character in its user name or password that must be percent-encoded: "
            "write @ as %40, / as %2F, # as %23 and ? as %3F.",
        )
        return value
    if value.startswith("postgres://"):
        value = "postgresql://" + value.removeprefix("postgres://")
    if value.startswith("postgresql://"):
        return "postgresql+psycopg://" + value.removeprefix("postgresql://")
    if value.startswith("sqlite:///"):
        return f"sqlite:///{Path(value.removeprefix('sqlite:///')).absolute()}"
    if not value.startswith("postgresql+psycopg://"):
        reader.fault("DATABASE_URL", "must begin with sqlite:/// or postgresql://.")
    return value


def read_queue_url(reader: VariableReader, database_url: str) -> str:
    """Return the URL of the queue; by default it is in the database, or a file beside it."""
    is_server = database_url.startswith("postgresql")
    beside = database_url.replace("+psycopg", "", 1) if is_server else f"{database_url}-queue"
    value = reader.text("QUEUE_URL", beside)
    if value != beside and not value.startswith(("sqlite:///", "postgresql://")):
        reader.fault("QUEUE_URL", "must begin with sqlite:/// or postgresql://.")
    return value
