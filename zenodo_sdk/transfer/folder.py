"""A local folder as the files of a deposition: which they are, and what they would be called.

A file's name is its path in the folder, with ``/``, its letters composed as Unicode calls NFC: so
the same folder has the same names on a Mac, whose disks may spell accents apart, as elsewhere.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ..errors import Problem, Refused, UnsafeName
from .hashes import Stamp
from .names import _on_windows, check_key

_HIDDEN_ON_WINDOWS = 0x2


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file that can be uploaded.

    Attributes:
        name: Name that it would have: its path in the folder, with ``/``.
        path: Where it is.
        stamp: Its size, times of change and inode.
    """

    name: str
    path: Path
    stamp: Stamp

    @property
    def size(self) -> int:
        """Bytes."""
        return self.stamp.size


@dataclass(frozen=True, slots=True)
class Skipped:
    """What is in the folder and is not looked at; what is below it is neither.

    Attributes:
        name: Its path in the folder, with ``/``.
        why: The reason, in words.
    """

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Folder:
    """What is in a folder.

    Attributes:
        path: The folder.
        files: What can be uploaded, by name.
        skipped: What was left out.
        problems: What stands against uploading it.
        pattern: What names were asked for.
        hidden: Whether hidden files were.
        others: Names of the files that the pattern does not match, in order.
    """

    path: Path
    files: tuple[LocalFile, ...]
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[Problem, ...] = ()
    pattern: tuple[str, ...] | None = None
    hidden: bool = False
    others: tuple[str, ...] = ()

    def covers(self, name: str) -> bool:
        """Whether a file of that name would have been listed if it were here.

        What was left out here is left alone on the server: only what is covered can be missing.
        """
        name = unicodedata.normalize("NFC", name)
        if not _matches(name, self.pattern):
            return False
        parts = name.split("/")
        if any(_is_ours(part) or (_is_dotted(part) and not self.hidden) for part in parts):
            return False
        left_out = {skipped.name for skipped in self.skipped}
        return not any("/".join(parts[: n + 1]) in left_out for n in range(len(parts)))

    def key_of(self, file: LocalFile) -> str:
        """Under which its MD5 is remembered: where it really is in the folder."""
        return file.path.relative_to(self.path).as_posix()


def patterns_of(pattern: str | Iterable[str] | None) -> tuple[str, ...] | None:
    """Patterns as names are compared with them; None if every name is wanted.

    Args:
        pattern: One pattern, or several of which one is enough.
    """
    if pattern is None:
        return None
    several = [pattern] if isinstance(pattern, str) else pattern
    return tuple(unicodedata.normalize("NFC", each) for each in several)


def look_into(
    folder: str | os.PathLike[str],
    *,
    pattern: str | Iterable[str] | None = None,
    hidden: bool = False,
) -> Folder:
    """List a folder and all folders in it.

    Links to files are followed, links to folders are not: they may lead round in a circle.
    Unfinished downloads of this package, and what is no regular file, are never listed.

    Args:
        folder: The folder.
        pattern: Only names like this one, such as ``"*.csv"``, or like one of several; ``*``
            stands for any letters, ``/`` included.
        hidden: Whether to list what is hidden: what begins with a dot, or is marked so on Windows.

    Raises:
        Refused: It is no folder, or cannot be read.
    """
    # absolute, for a plan may be applied from another working folder
    root = Path(folder).absolute()
    patterns = patterns_of(pattern)
    try:
        if not root.is_dir():
            is_there = root.exists()
            raise Refused(
                f"'{root}' is no folder; upload() takes a file"
                if is_there
                else f"there is no folder '{root}'"
            )
        walk = _Walk(root, patterns, hidden)
        walk.into(root, "")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise Refused(f"the folder '{root}' cannot be read: {why}") from error
    files = tuple(sorted(walk.files, key=lambda file: file.name))
    problems = (*walk.problems, *clashes(file.name for file in files))
    others = tuple(sorted(walk.others))
    return Folder(root, files, tuple(walk.skipped), problems, patterns, hidden, others)


def clashes(names: Iterable[str]) -> Iterator[Problem]:
    """Tell names that some disks take for one."""
    taken: dict[str, str] = {}
    for name in names:
        key = folded(name)
        if key in taken:
            yield Problem(
                f"files[{name!r}]",
                f"is one name with {taken[key]!r} where case or the spelling of accents does not"
                " count, as on Windows and macOS.",
                "Rename one of them.",
                code="clash",
            )
        taken[key] = name


def folded(name: str) -> str:
    """A name without what some disks do not tell apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


class _Walk:
    def __init__(self, root: Path, pattern: tuple[str, ...] | None, hidden: bool) -> None:
        self._root = root
        self._pattern = pattern
        self._hidden = hidden
        self.files: list[LocalFile] = []
        self.others: list[str] = []
        self.skipped: list[Skipped] = []
        self.problems: list[Problem] = []

    def into(self, folder: Path, prefix: str) -> None:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            name = prefix + unicodedata.normalize("NFC", entry.name)
            try:
                self._one(entry, name)
            except OSError as error:
                if _matches(name, self._pattern):
                    self._unreadable(entry, name, error)

    def _one(self, entry: os.DirEntry[str], name: str) -> None:
        why = self._why_not(entry)
        if why:
            self.skipped.append(Skipped(name, why))
        elif entry.is_dir():
            try:
                self.into(Path(entry.path), f"{name}/")
            except OSError as error:
                # whatever the pattern: what it asks for may be in there
                self._unreadable(entry, name, error)
        elif _matches(name, self._pattern):
            # os.stat(), for what Windows gives with the entry has no inode
            status = os.stat(entry.path)  # noqa: PTH116 - a Path is made for what is kept only
            if not stat.S_ISREG(status.st_mode):
                self.skipped.append(Skipped(name, "is no regular file"))
            else:
                self._file(LocalFile(name, Path(entry.path), Stamp.of(status)))
        else:
            self.others.append(name)

    def _why_not(self, entry: os.DirEntry[str]) -> str:
        if _is_ours(entry.name):
            return "is an unfinished download"
        if not self._hidden and _is_hidden(entry):
            return "is hidden"
        # junctions of Windows are told apart from Python 3.12 on
        is_junction = getattr(entry, "is_junction", lambda: False)
        if (entry.is_symlink() or is_junction()) and entry.is_dir():
            return "is a link to a folder"
        return ""

    def _file(self, file: LocalFile) -> None:
        place = f"files[{file.name!r}]"
        if file.size == 0:
            text = "is empty; the server does not accept empty files."
            self.problems.append(
                Problem(place, text, "Leave it out, or write something.", code="empty")
            )
            return
        try:
            check_key(file.name)
        except UnsafeName as error:
            self.problems.append(Problem(place, f"{error}.", "Rename it.", code="name"))
            return
        # its mode would not tell everywhere; what is raised becomes a problem, too
        file.path.open("rb").close()
        self.files.append(file)

    def _unreadable(self, entry: os.DirEntry[str], name: str, error: OSError) -> None:
        if entry.is_symlink():
            text, fix = "is a link that leads nowhere.", "Get what it means, or remove the link."
        else:
            text, fix = f"cannot be read: {error.strerror or error}.", "Make it readable."
        self.problems.append(Problem(f"files[{name!r}]", text, fix, code="unreadable"))


def _matches(name: str, pattern: tuple[str, ...] | None) -> bool:
    return pattern is None or any(fnmatchcase(name, each) for each in pattern)


def _is_ours(name: str) -> bool:
    """Whether it is a part file of a download, which begins with a dot and ends like this."""
    return name.startswith(".") and name.endswith(".part")


def _is_dotted(name: str) -> bool:
    return name.startswith(".")


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    if _is_dotted(entry.name) or not _on_windows():
        return _is_dotted(entry.name)
    attributes: int = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    return bool(attributes & _HIDDEN_ON_WINDOWS)
