"""The server's rules for metadata, applied to the JSON that it would be sent.

Pure functions over JSON: no models, no I/O. Models call them for what a caller writes, and
``check()`` for whole documents, so that the two cannot disagree. ``judge`` is the whole of them;
``metadata``, ``custom_fields``, ``access``, ``pids`` and ``files`` hold what it is made of.
"""
