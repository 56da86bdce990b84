"""What leaves for Telegram: the outbox, drained in order and within Telegram's limits.

`sender.py` takes what waits, `limiter.py` says what may go now, `parcels.py` loads what a message speaks of,
`courier.py` makes the calls, and `refusals.py` says what follows when Telegram refuses or does not answer.
"""
