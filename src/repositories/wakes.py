"""Who is to be woken once a transaction is committed."""

import dataclasses

CHANNEL = "storyline"
"""PostgreSQL's channel to other processes; a notification names who is to be woken."""
DUE = "due"
OUTBOX = "outbox"


@dataclasses.dataclass(slots=True)
class Wakes:
    """What one transaction did that somebody waits for."""

    due: bool = False
    """Something can be claimed or looked up that could not before, or sooner."""
    due_elsewhere: bool = False
    """The same, and this process may have no worker to do it, as the command line has none."""
    outbox: bool = False
    """A message waits to be sent; only the leader sends."""

    def work_added(self) -> None:
        """Somebody put work into the queue."""
        self.due = self.due_elsewhere = True

    def work_returned(self) -> None:
        """A worker of this process gave work back, or freed an account for its next publication."""
        self.due = True
