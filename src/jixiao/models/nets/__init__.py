"""Torch modules of the neural models; only training imports this package, scoring never does."""
