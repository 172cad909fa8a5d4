"""Figures: functions that draw measured frames on Axes they are given."""
