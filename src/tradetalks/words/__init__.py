"""Words: the ledger of statements and whole channels, cleaned, measured and drawn; notebook 04."""
