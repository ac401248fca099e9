"""The server's rules for metadata, applied to the JSON that it would be sent.

Pure functions over JSON: no models, no I/O. Models call them for what a caller writes, and
``check()`` for whole documents, so that the two cannot disagree.
"""
