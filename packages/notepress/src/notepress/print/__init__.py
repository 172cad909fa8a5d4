"""Executed notebooks printed as a report: a page for the screen, a PDF for paper."""
