"""Looks at an installation and says in words what is well, and what to do about the rest.

`examination.py` has the list of the checks, one module for each subject, and runs them side by side. What
several of them need is in `installation.py`. Nothing is changed; only one small picture goes through the
storage, and is deleted.
"""
