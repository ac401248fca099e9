"""Pure models: what a deposition, a record and its metadata are, without any I/O.

Each model also knows its own form on the wire (``from_rdm``, ``to_rdm``), so a field is found,
with its name on both sides, in one place.
"""
