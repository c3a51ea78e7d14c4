"""Peers: other software measured beside the product, each in its own pinned environment."""
