"""Raw tables: read, described, checked, recorded and fetched."""
