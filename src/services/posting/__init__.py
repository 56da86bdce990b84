"""The posting flow. Start reading here.

1. `schedule.py` puts publications into the queue on request; `plan.py` fills the slots of accounts that
   `agenda.py` finds free with what `select.py` chooses; `edit_plan.py` is what people change of it, `week.py`
   what they see.
2. `dispatch.py` claims what is due, one publication per account at a time, and asks `route.py` for the lane.
3. Manual lane: `cards.py` hands the publication to the team as a card in the chat.
4. Automatic lane: `throttle.py` and `quota.py` hold back what the platform's limits have no room for;
   `services/media/prepare.py` makes of the files what the placement takes;
   `publish.py` prepares step by step and saves a checkpoint after each, records the intent in
   a transaction of its own, makes the one irreversible call, and settles what came of it.
5. A failure becomes one of six kinds (`domain/errors.py`); `policy.py` alone says what follows each.
6. `reconcile.py` takes up what dead workers left, looks up what nobody is sure about, and asks the team when
   looking does not decide; `hand_overs.py` watches what a platform is to post by its own schedule.
7. `decide.py` is what the team's buttons do: posted, skip, later, reject, approve, live, not there.
"""
