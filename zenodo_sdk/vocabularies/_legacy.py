"""What the words of Zenodo's older API and of ``.zenodo.json`` mean, as the server reads them."""

from __future__ import annotations

from ._data import document, known
from ._words import LANGUAGES


def licence_id(text: str) -> str | None:
    """Find the licence that a ``.zenodo.json`` file, or the older API, means by an id.

    As the server does it: any case, every id of today, and the ids and short names that Zenodo
    had before 2023. Names in full and ids without their version (``cc-by-nc``) mean nothing to
    it; :func:`suggest` finds what they may stand for.

    Args:
        text: What was written.

    Returns:
        The id of today, or None if the server would refuse the text, or would keep it as a text
        of its own: see :func:`free_text_licence`.

    Example:
        >>> licence_id("CC-BY"), licence_id("gpl-3.0"), licence_id("BSD 3-Clause License")
        ('cc-by-4.0', 'gpl-3.0-only', None)
    """
    word = text.lower().strip()
    older: dict[str, str] = document("legacy_licenses")["read"]
    # `older` first: the server reads qtpl, which is an id of today, as qpl-1.0.
    return older.get(word) or (word if word in known("licenses") else None)


def free_text_licence(text: str) -> str | None:
    """Find the name of a licence that Zenodo had before 2023 and that no id of today stands for.

    The server keeps two such licences, ``fal`` and ``gfdl``, as a title without an id. Unlike
    other ids they must be in lower case.

    Args:
        text: What was written.

    Returns:
        The title, or None if the text is not such a licence.

    Example:
        >>> free_text_licence("fal")
        'Free Art License'
    """
    titles: dict[str, str] = document("legacy_licenses")["free_text"]
    return titles.get(text)


def legacy_licence_id(id: str) -> str:
    """Spell a licence as the older API does in its answers.

    What it writes, it does not always read as the same: it writes ``cc-by`` for ``cc-by-1.0``
    and reads ``cc-by`` as ``cc-by-4.0``. It reads every id of today but ``qtpl`` as itself, so
    a file that is to be read again is safer with ids of today.

    Args:
        id: The id of today.

    Returns:
        The older spelling, where there is one; else the id as it is.

    Example:
        >>> legacy_licence_id("mit"), legacy_licence_id("cc-by-4.0")
        ('mit-license', 'cc-by-4.0')
    """
    older: dict[str, str] = document("legacy_licenses")["written"]
    return older.get(id, id)


def language_id(text: str) -> str | None:
    """Find the language that a ``.zenodo.json`` file, or the older API, means by a code.

    The server takes ISO 639-1 codes of two letters in any case, and ISO 639-3 codes of three
    letters in lower case. Names, and codes with a country (``en-GB``), it refuses;
    :func:`suggest` finds what they may stand for.

    Args:
        text: What was written.

    Returns:
        The ISO 639-3 code, or None if the server would refuse the text.

    Example:
        >>> language_id("en"), language_id("eng"), language_id("English")
        ('eng', 'eng', None)
    """
    if len(text) == 2:
        return LANGUAGES.get(text.lower())
    return text if len(text) == 3 and text in known("languages") else None


def funder_ror(text: str) -> str | None:
    """Find the ROR id of a funder that a grant's id names by its Crossref funder DOI.

    The server knows 25 such DOIs, and no other spelling of them.

    Args:
        text: What stands before the ``::`` in a grant's id.

    Returns:
        The ROR id without its address, or None if the server has the DOI not in its table: then
        it takes the text itself for the id of a funder.

    Example:
        >>> funder_ror("10.13039/501100000780")
        '00k4n6c32'
    """
    table: dict[str, str] = document("funders")["terms"]
    return table.get(text)
