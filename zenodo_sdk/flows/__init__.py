"""What a call of several steps does, decided purely.

A flow is a generator: it yields what to do next (a call, a file's content to send, a pause) and
is sent back what became of it. The coloured layer drives it; nothing in a flow knows whether
that is done by threads or by an event loop, and a test drives it with answers of its own.
"""
