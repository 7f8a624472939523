"""The extensions, created here and bound to the application in create_app."""

from datetime import datetime, timedelta
from typing import cast

from flask import Flask, current_app
from flask_babel import Babel
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from supporters.config import Settings
from supporters.crypto.encryption import Encryptor
from supporters.crypto.tokens import TokenSigner
from supporters.database import db
from supporters.queue import JobQueue
from supporters.smtp import Mailer

migrate = Migrate(db=db, directory="supporters/migrations")
csrf = CSRFProtect()
mailer = Mailer()
babel = Babel()
queue = JobQueue()


def bind_keys(app: Flask, settings: Settings) -> None:
    """Give the application its settings, and the signer and the encryption made of its keys."""
    app.extensions["settings"] = settings
    app.extensions["tokens"] = TokenSigner(settings.secret_keys)
    app.extensions["encryptor"] = Encryptor(settings.secret_keys)


def is_first_in_a_minute(*event: str, now: datetime) -> bool:
    """Tell whether this process did not log this event within a minute; it counts as logged."""
    logged: dict[tuple[str, ...], datetime] = current_app.extensions.setdefault("logged", {})
    before = logged.get(event)
    if before is not None and timedelta() <= now - before < timedelta(minutes=1):
        return False
    logged[event] = now
    return True


def current_settings() -> Settings:
    """Return the settings of the running application."""
    return cast(Settings, current_app.extensions["settings"])


def current_tokens() -> TokenSigner:
    """Return the signer of link tokens of the running application."""
    return cast(TokenSigner, current_app.extensions["tokens"])


def current_encryptor() -> Encryptor:
    """Return the encryption of the running application."""
    return cast(Encryptor, current_app.extensions["encryptor"])
