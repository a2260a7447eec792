"""How a transcript is read: bytes to lines, lines to records, columns and speakers known by many names."""
