"""Downloads: what is asked for, the part file that any process continues, and who has it."""
