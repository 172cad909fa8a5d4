"""Running one notebook: its cells, its staged results, and what is told where it stops."""
