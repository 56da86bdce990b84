"""The sandbox's page: what a newcomer sees first.

Plain HTML, CSS and ES modules under `static/`, no build step.
"""

from sandbox.page.page import routes

__all__ = ["routes"]
