"""What the use cases need of the database, by what it is about; `services/unit_of_work.py` binds it."""
