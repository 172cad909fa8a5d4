"""Measuring: cleaned tables in, measured tables out, every function pure."""
