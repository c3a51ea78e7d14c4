"""Benchmarks: each module is one command that measures and writes its table to docs/benchmarks.md."""
