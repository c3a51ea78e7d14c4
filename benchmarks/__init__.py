"""Benchmarks: each module is one command that measures and writes a table to docs/benchmarks.md."""
