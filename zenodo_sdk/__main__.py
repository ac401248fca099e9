"""``python -m zenodo_sdk``."""

from __future__ import annotations

import sys

try:
    from .cli import main
except ImportError as missing:
    sys.exit(f"the command line needs {missing.name}: pip install 'zenodo-sdk[cli]'")

if __name__ == "__main__":
    main()
