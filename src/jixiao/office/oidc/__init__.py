"""A provider of sign-ins by OpenID Connect: its addresses, its keys and its tokens."""
