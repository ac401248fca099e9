"""Files of other formats, told as the JSON that a server takes, and back.

Pure functions from JSON to JSON; the models put ``Metadata`` around what they return.
"""
