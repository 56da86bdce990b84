"""People of Facebook, who hold the tokens of the Facebook login."""

import dataclasses


@dataclasses.dataclass(kw_only=True, slots=True)
class Person:
    """Somebody with roles on Pages: those that one of their tokens reaches."""

    id: str
    name: str
