"""The compiled driver that goes into each sandbox, as the bytes of one zip file."""

from __future__ import annotations

import functools
import importlib.util
import io
import marshal
import struct
import zipfile
from pathlib import Path

FOLDER = Path(__file__).with_name("inside")
NAME = "driver.zip"
START = (
    "import sys; sys.path.append(sys.argv[1]); from inside.driver import main; "
    "sys.exit(main(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))"
)


@functools.cache
def archive() -> bytes:
    """A zip of byte code; `START` run as `python -c START ZIP INCOMING OUTGOING BOX` starts the driver."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for file in sorted(FOLDER.glob("*.py")):
            # The name that tracebacks show says nothing of the host's folders.
            code = compile(file.read_bytes(), f"/opt/driver/inside/{file.name}", "exec", dont_inherit=True)
            unchecked_hash = importlib.util.MAGIC_NUMBER + struct.pack("<IQ", 1, 0)
            target.writestr(f"inside/{file.stem}.pyc", unchecked_hash + marshal.dumps(code))
    return out.getvalue()
