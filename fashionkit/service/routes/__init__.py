"""Routes: one file a group of addresses; each reads its form, asks a task in a thread, and writes what it answered."""
