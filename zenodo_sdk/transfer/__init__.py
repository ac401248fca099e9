"""Moving files: what to send, where to put it, and whether it arrived whole."""
