# Generated from zenodo_sdk/_async/__init__.py by scripts/unasync.py: change that file, not this one.
"""The synchronous colour, generated from ``_sync``."""
