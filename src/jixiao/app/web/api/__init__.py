"""The HTTP API below ``/api/v1``, one file for each area; each has ``routes``."""
