"""How this Cloudinary behaves."""

import dataclasses

from sandbox.changeable import ChangeableSettings


@dataclasses.dataclass(kw_only=True, slots=True)
class CloudinarySettings(ChangeableSettings):
    """Changed while the sandbox runs, from Python or over HTTP."""

    decode: bool = True
    """Off: files are taken for what they begin with and not looked into, for benchmarks."""
