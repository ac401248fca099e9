"""CITATION.cff, versions 1.0 to 1.3.

Zenodo reads six keys of it when it archives a release from GitHub: title, abstract, authors,
keywords, license and message. These become here what they become there, but that entities stay
organisations and that several licences are taken. What a record can hold besides is taken over
too: version and date, identifiers, repositories, contacts, references.
"""

from .reading import read
from .writing import cff_text, write

__all__ = ["cff_text", "read", "write"]
