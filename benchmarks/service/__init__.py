"""A service under load, on loopback: against its bound, and beyond what it can do."""
