"""The embedded Zenodo: an ASGI application that answers as the real server does."""
