"""What a client may say when it announces files."""

from __future__ import annotations

from typing import Any

from .answers import ApiError, Json, field_error, internal, invalid
from .profiles import Profile

_KEYS = {
    "key": str,
    "storage_class": str,
    "checksum": str,
    "size": int,
    "metadata": dict,
    "access": dict,
    "transfer": dict,
}
_WRONG = {
    str: "Not a valid string.",
    int: "Not a valid integer.",
    dict: "Not a valid mapping type.",
}
_TRANSFERS = {
    "L": {"type"},
    "F": {"type", "url"},
    "R": {"type", "url"},
    "M": {"type", "parts", "part_size"},
}


def announced(body: Any, profile: Profile) -> list[Json]:
    """The files that a body announces, each with its transfer.

    Raises:
        ApiError: 400 with what is wrong.
    """
    if not isinstance(body, list | dict | str):
        raise internal()
    items: list[Any] = body if isinstance(body, list) else [None] * len(body)
    errors = [error for number, item in enumerate(items) for error in _wrong(number, item)]
    if errors:
        raise invalid(errors)
    if not items:
        raise invalid([field_error("_schema", "No files to upload.")])
    if any("\0" in item["key"] for item in items):
        raise internal()  # PostgreSQL cannot keep it
    for item in items:
        _check_parts(item)
    return [{**item, "transfer": _transfer(item)} for item in items]


def _wrong(number: int, item: Any) -> list[Json]:
    if not isinstance(item, dict):
        return [field_error(f"{number}._schema", "Invalid input type.")]
    found: list[Json] = []
    if "key" not in item:
        found.append(field_error(f"{number}.key", "Missing data for required field."))
    for name, value in item.items():
        kind = _KEYS.get(name)
        if kind is None:
            found.append(field_error(f"{number}.{name}", "Unknown field."))
        elif value is None:
            found.append(field_error(f"{number}.{name}", "Field may not be null."))
        elif not isinstance(value, kind):
            found.append(field_error(f"{number}.{name}", _WRONG[kind]))
    return found or _wrong_transfer(number, item.get("transfer") or {})


def _transfer(item: Json) -> Json:
    given = dict(item.get("transfer", {}))
    return {"type": given.pop("type", "L"), **dict(sorted(given.items()))}


def _check_parts(item: Json) -> None:
    transfer = item.get("transfer", {})
    if transfer.get("type") == "M":
        if not transfer["parts"]:
            raise ApiError(400, "Multipart file transfer requires parts.")
        if not item.get("size"):
            raise ApiError(400, "Multipart file transfer requires file size.")
        if "part_size" not in transfer:
            raise ApiError(400, "Multipart file transfer to local storage requires part_size.")


def _wrong_transfer(number: int, transfer: Json) -> list[Json]:
    kind = transfer.get("type", "L")
    known = _TRANSFERS.get(kind)
    if known is None:
        return [field_error(f"{number}.transfer.type", f"Unsupported value: {kind}")]
    required = {"F": "url", "R": "url", "M": "parts"}.get(kind)
    if required and required not in transfer:
        return [field_error(f"{number}.transfer.{required}", "Missing data for required field.")]
    if kind in ("F", "R"):
        return [field_error(f"{number}.transfer.url", "Domain not allowed")]
    if kind == "M":
        for name in ("parts", "part_size"):
            if not isinstance(transfer.get(name, 0), int):
                return [field_error(f"{number}.transfer.{name}", _WRONG[int])]
    unknown = [name for name in transfer if name not in known]
    return [field_error(f"{number}.transfer.{name}", "Unknown field.") for name in unknown]
