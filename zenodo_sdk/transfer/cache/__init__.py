"""The cache: files of records that are kept on this machine."""
