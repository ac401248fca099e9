"""Pure wire: what is asked, of which address, and what an answer means. No I/O here."""
