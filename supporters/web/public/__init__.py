"""What supporters see: joining, confirming, leaving."""

from flask import Blueprint

public = Blueprint("public", __name__)
