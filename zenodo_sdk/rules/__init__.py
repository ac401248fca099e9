"""The server's rules for metadata, applied to the JSON that it would be sent.

Pure functions over JSON: no models, no I/O. Models call them for what a caller writes, and
``check()`` for whole documents, so that the two cannot disagree.

``judge`` is the whole of them. A body consists of ``metadata``, ``custom_fields``, ``access``,
``pids`` and ``files``, each with its module; what stands in the first two is told by ``people``,
``descriptions``, ``dates`` (with ``edtf``), ``subjects``, ``identifiers``, ``rights``,
``locations`` and ``funding``. These are tables, written with the readers of ``shape``, ``terms``
and ``urls``; ``text`` is what the server makes of a text before it looks at it. ``storage`` is
what the database makes of what the fields let through, and ``lists`` what a draft does to the
list of its owner. ``report`` collects; ``finding`` is what it collects, with all the codes.
"""
