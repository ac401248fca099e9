"""``.zenodo.json``, the metadata of Zenodo's older API, and what becomes of it.

Zenodo's own server translates such a document into the metadata of InvenioRDM, silently dropping
what it does not know. Here the same translation tells what happens on the way.
"""

from .reading import read
from .writing import write

__all__ = ["read", "write"]
