"""Files of other formats, told as the JSON that a server takes, and back.

Pure functions from JSON to JSON; the models put ``Metadata`` around what they return. A folder for
each format, with ``read`` and ``write``; ``documents.py`` reads files and tells which they are.
"""
