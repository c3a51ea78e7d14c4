"""Surfaces people and programs touch."""
