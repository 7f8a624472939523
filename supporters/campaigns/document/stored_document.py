"""Reads and writes the JSON of documents. A block that isn't in the table is a fault."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum, auto
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from supporters.campaigns.document.blocks import VERSION, AnyBlock, Document

MAX_DOCUMENT = 256 * 1024  # octets
ID_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
ID_LENGTH = 10


class DocumentFaultKind(Enum):
    """Why a document can't be stored."""

    NOT_JSON = auto()
    NEWER_VERSION = auto()
    TOO_LARGE = auto()
    TOO_MANY_BLOCKS = auto()
    UNKNOWN_BLOCK = auto()
    UNKNOWN_PART = auto()
    REFUSED_LINK = auto()
    TEXT_TOO_LONG = auto()
    LISTS_TOO_DEEP = auto()
    UNEVEN_TABLE = auto()


@dataclass(frozen=True)
class DocumentFault:
    """A fault, and the block that has it: its id and its number from 1. None is the whole."""

    kind: DocumentFaultKind
    block_id: str | None = None
    number: int | None = None


KINDS_OF_WHOLE = {
    "json_invalid": DocumentFaultKind.NOT_JSON,
    "too_long": DocumentFaultKind.TOO_MANY_BLOCKS,
}
KINDS_IN_BLOCKS = {
    "union_tag_invalid": DocumentFaultKind.UNKNOWN_BLOCK,
    "href_character": DocumentFaultKind.REFUSED_LINK,
    "href_scheme": DocumentFaultKind.REFUSED_LINK,
    "string_too_long": DocumentFaultKind.TEXT_TOO_LONG,
    "list_depth": DocumentFaultKind.LISTS_TOO_DEEP,
    "table_columns": DocumentFaultKind.UNEVEN_TABLE,
}


def read_document(raw: bytes | str) -> Document | list[DocumentFault]:
    """Return the document of a text in JSON, with an id for each block, or its faults."""
    if len(raw if isinstance(raw, bytes) else raw.encode("utf-8", "replace")) > MAX_DOCUMENT:
        return [DocumentFault(DocumentFaultKind.TOO_LARGE)]
    try:
        return with_ids(Document.model_validate_json(raw))
    except ValidationError as error:
        return [*dict.fromkeys(_list_faults(error, raw))]


@lru_cache(maxsize=8)
def read_stored(text: str) -> Document:
    """Return a document of the database. Raises pydantic.ValidationError for anything else."""
    return Document.model_validate_json(text)


def write_document(document: Document) -> str:
    """Return the canonical JSON: the same for the same document, on every machine."""
    return _canonical(document.model_dump(mode="json", exclude_none=True))


def write_without_ids(document: Document) -> str:
    """Return the canonical JSON of the content alone: what an approval is for."""
    return _canonical(_without_ids(document.model_dump(mode="json", exclude_none=True)))


def with_ids(document: Document, before: Document | None = None) -> Document:
    """Return a document in which each block has an id of its own.

    Blocks without one get that of the equal block in the document before, else a new one.
    """
    found = [block.attrs.id for block in document.content]
    if None not in found and len(set(found)) == len(found):
        return document
    if before is not None:
        found = [own or old for own, old in zip(found, _ids_from(document, before), strict=True)]
    taken: set[str] = set()
    blocks = []
    for block, block_id in zip(document.content, found, strict=True):
        own_id = block_id if block_id and block_id not in taken else new_block_id()
        taken.add(own_id)
        blocks.append(_with_id(block, own_id))
    return document.model_copy(update={"content": tuple(blocks)})


def with_new_ids(document: Document) -> Document:
    """Return a copy of a document, whose blocks have no id in common with it."""
    blocks = tuple(_with_id(block, new_block_id()) for block in document.content)
    return document.model_copy(update={"content": blocks})


def new_block_id() -> str:
    """Return an id for a block, which nobody can guess."""
    return "".join(secrets.choice(ID_LETTERS) for _letter in range(ID_LENGTH))


def _ids_from(document: Document, before: Document) -> list[str | None]:
    """Return, for each block, the id of the same block in another document.

    A changed block between two that stayed keeps the id of the block in its place.
    """
    old, new = ([content_of(block) for block in each.content] for each in (before, document))
    ids: list[str | None] = [None] * len(new)
    for _tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for index, block in zip(range(k, m), before.content[i:j], strict=False):
            ids[index] = block.attrs.id
    return ids


def _with_id(block: AnyBlock, block_id: str) -> AnyBlock:
    attrs = block.attrs.model_copy(update={"id": block_id})
    return block.model_copy(update={"attrs": attrs})


def content_of(block: AnyBlock) -> str:
    """Return the canonical JSON of a block without its id."""
    return _canonical(_without_ids(block.model_dump(mode="json", exclude_none=True)))


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_ids(each) for key, each in value.items() if key != "id"}
    return [_without_ids(each) for each in value] if isinstance(value, list) else value


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _list_faults(error: ValidationError, raw: bytes | str) -> Iterator[DocumentFault]:
    """Yield the faults of each block; those of the whole only if no block has one."""
    try:
        parts = json.loads(raw)
    except (ValueError, RecursionError):
        yield DocumentFault(DocumentFaultKind.NOT_JSON)
        return
    if _is_newer(parts):
        yield DocumentFault(DocumentFaultKind.NEWER_VERSION)
        return
    errors = [(each["type"], _index_of(each["loc"])) for each in error.errors()]
    in_blocks = [(kind, index) for kind, index in errors if index is not None]
    for name, index in in_blocks:
        kind = KINDS_IN_BLOCKS.get(name, DocumentFaultKind.UNKNOWN_PART)
        yield DocumentFault(kind, _id_of(parts["content"][index]), index + 1)
    for name, _none in [] if in_blocks else errors:
        yield DocumentFault(KINDS_OF_WHOLE.get(name, DocumentFaultKind.UNKNOWN_PART))


def _is_newer(parts: Any) -> bool:
    version = parts.get("version") if isinstance(parts, dict) else None
    return isinstance(version, int) and version > VERSION


def _index_of(place: tuple[int | str, ...]) -> int | None:
    """Return the index of the block in the place of an error."""
    index = place[1] if len(place) > 1 and place[0] == "content" else None
    return index if isinstance(index, int) else None


def _id_of(block: Any) -> str | None:
    attrs = block.get("attrs") if isinstance(block, dict) else None
    block_id = attrs.get("id") if isinstance(attrs, dict) else None
    return block_id if isinstance(block_id, str) else None
