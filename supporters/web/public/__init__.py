"""The pages for subscribers: sign-up, confirmation, unsubscribing, proofs of consent, My data.

A module with pages is found in its folder.
"""

from supporters.submodules import import_submodules
from supporters.web.public.public_blueprint import public

__all__ = ["public"]

import_submodules(__name__)
