"""Make the sample library as a process of its own: `python -m sandbox.samples FOLDER`."""

import sys
from pathlib import Path

from sandbox.samples import make_samples

if __name__ == "__main__":
    make_samples(Path(sys.argv[1]))
