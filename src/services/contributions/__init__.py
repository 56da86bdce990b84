"""What people send to the bot, from the message to the slot.

1. `take.py` stores each message with media in the transaction that marks its update as handled. Messages of
   one album become one contribution.
2. `fetch.py` fetches the files of what is complete into a folder of the bot's own, and imports them.
3. `answer.py` puts the new items into slots (`services/posting/book.py`), and answers with one message. An
   original takes the place of the photo that Telegram made of it (`originals.py`).
4. `decide.py` is what the buttons of that message do, and the caption that somebody answers it with.
5. `sweep.py` deletes what was never used; what was used is an original of the library from then on.

Each step is found in the database and may be repeated, so a kill at any moment loses and doubles nothing.
"""
