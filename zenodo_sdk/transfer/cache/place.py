"""Where caches of this machine's user lie: the one place that knows."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ...errors import ConfigurationError

ENVIRONMENT = "ZENODO_SDK_CACHE"
"""Environment variable that names the folder outright."""

_FOLDER = "zenodo-sdk"


def cache_dir() -> Path:
    """Tell the folder for what can be made again: hashes, downloaded files.

    ``$ZENODO_SDK_CACHE`` where it is set; else a folder ``zenodo-sdk`` in ``$XDG_CACHE_HOME``,
    or where this is not set in the place that the system has for it: ``~/.cache``,
    ``~/Library/Caches`` on macOS, ``%LOCALAPPDATA%`` on Windows.

    Returns:
        An absolute path. It is not made here: who writes makes it.

    Raises:
        ConfigurationError: The account has no home folder, and nothing else is set.
    """
    named = os.environ.get(ENVIRONMENT)
    if named:
        # absolute, so that a later change of the working folder makes no second cache
        return Path(named).expanduser().absolute()
    return _base() / _FOLDER


def _base() -> Path:
    named = os.environ.get("XDG_CACHE_HOME")
    # the XDG specification: a relative path is to be ignored
    if named and Path(named).is_absolute():
        return Path(named)
    if sys.platform == "darwin":
        return _home() / "Library" / "Caches"
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local) if local else _home() / "AppData" / "Local"
    return _home() / ".cache"


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:
        # in a folder that everybody may write to, somebody could lay out what we then trust
        raise ConfigurationError(
            "this account has no home folder, and so no place for a cache; name one in"
            f" {ENVIRONMENT}"
        ) from None
