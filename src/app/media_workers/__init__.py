"""Processes that look into media files, so that a hostile or broken one harms none but its reader.

`pool.py` is what the product uses; `worker.py` is one process as seen from outside and `child.py` the same
from within. All else runs in the child alone, and only there are Pillow and PyAV loaded.
"""
