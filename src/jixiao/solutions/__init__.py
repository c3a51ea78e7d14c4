"""The solutions room."""
