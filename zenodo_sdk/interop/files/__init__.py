"""From the bytes of a file to JSON, and where in it something stands."""
