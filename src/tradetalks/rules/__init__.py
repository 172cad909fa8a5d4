"""Rules of raw tables: what their rows must keep, each fault told with file, row and remedy."""
