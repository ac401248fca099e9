"""codemeta.json, versions 1 to 3.

A record says of software what CodeMeta does about people, funding, licences, repositories and
the state of development; requirements, build systems and the like have no place in it.
"""

from .reading import read
from .writing import write

__all__ = ["read", "write"]
