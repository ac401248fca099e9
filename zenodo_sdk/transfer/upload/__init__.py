"""Uploads: what is sent, what would be refused, and what a folder would change."""
