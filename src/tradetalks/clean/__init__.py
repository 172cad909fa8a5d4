"""Cleaning: raw tables as known on one day, every row that leaves named with its rule."""
