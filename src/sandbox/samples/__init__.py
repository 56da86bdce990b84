"""A small library of pictures and clips, drawn by code, so that a newcomer needs no media of their own."""

from sandbox.samples.library import make_samples

__all__ = ["make_samples"]
