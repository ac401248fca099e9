"""Tests of the asynchronous colour, from which those of the synchronous one are generated."""
