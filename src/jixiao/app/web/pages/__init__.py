"""Pages, one file for each area; each has ``routes``."""
