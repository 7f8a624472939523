"""The organisers' console. A module with pages is found in its folder."""

from supporters.submodules import import_submodules
from supporters.web.console.console_blueprint import console

__all__ = ["console"]

import_submodules(__name__)
