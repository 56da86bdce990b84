"""Programs that drive a stand-in from outside and print what they saw."""

import asyncio
import json
from pathlib import Path
from typing import Any


async def driven(*command: str | Path, given: Any = None) -> Any:
    """Run a program to its end, with JSON on its standard input, and return the JSON that it prints."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate(json.dumps(given).encode())
    assert process.returncode == 0, errors.decode()
    return json.loads(output)
