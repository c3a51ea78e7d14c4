"""Accounts: who may sign in, with what, from where, and what a program may do in their name."""
