"""What a row may hold: one contract a table, and all that derives from it."""
