"""Kills the real product at random moments, and counts what was posted twice and what was lost."""
