"""The inbox of development: what the local mailbox received."""

from flask import Blueprint

dev = Blueprint("dev", __name__, url_prefix="/dev")
