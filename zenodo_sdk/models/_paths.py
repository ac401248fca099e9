"""The server's names of fields, told as the Python objects name them."""

from __future__ import annotations

import re

# (pattern over the server's dotted path, Python path), tried in this order
_RENAMED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^files\.enabled$", "files"),
        (r"^pids\.doi\b", "metadata.doi"),
        (r"^access\b", "metadata.access"),
        (r"^custom_fields\.code:codeRepository\b", "metadata.software.repository"),
        (r"^custom_fields\.code:programmingLanguage\b", "metadata.software.languages"),
        (r"^custom_fields\.code:developmentStatus\b", "metadata.software.status"),
        (r"^custom_fields\.(journal|meeting|imprint|thesis):\1\b", r"metadata.\1"),
        (r"^custom_fields\b", "metadata.custom_fields"),
        (r"^metadata\.rights\b", "metadata.licenses"),
        (r"^metadata\.locations\.features\b", "metadata.locations"),
        (r"\.person_or_org\b", ""),
        (r"\.relation_type\b", ".relation"),
        (r"(\.additional_(?:titles|descriptions)\.\d+)\.lang\b", r"\1.language"),
        (r"(\.affiliations\.\d+)\.id\b", r"\1.ror"),
    )
)


def to_python_path(field: str) -> str:
    """Translate a dotted path of the server.

    Args:
        field: ``metadata.creators.0.person_or_org.family_name``

    Returns:
        ``metadata.creators[0].family_name``. A path that is not known stays as it is.
    """
    path = field
    for pattern, replacement in _RENAMED:
        path = pattern.sub(replacement, path)
    return re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", path)
