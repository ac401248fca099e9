"""Moving files by the command line: download, upload, sync, and the cache."""
