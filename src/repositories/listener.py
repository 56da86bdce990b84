"""Wake-ups from other processes on the same database."""

CHANNEL = "storyline"
"""PostgreSQL's channel for them."""
DUE = "due"
OUTBOX = "outbox"
