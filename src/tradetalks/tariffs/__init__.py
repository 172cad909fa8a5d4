"""Tariffs: acts on them cleaned, average rates measured, stated and drawn; notebook 03."""
