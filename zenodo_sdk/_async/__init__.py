"""The asynchronous colour, written by hand; ``_sync`` is generated from it."""
