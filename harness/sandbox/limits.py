"""What one run of candidate code may use."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of one run; in the call protocol `wall` bounds each call and `startup` all that comes before.

    `wall` and `startup` are seconds of wall time, `cpu` seconds of processor time (for a child of the call
    protocol, which answers many calls, eight times as many); `memory` bytes, both of address space for each
    process and of resident memory for all together; `file_size` and `output` bytes.
    """

    wall: float = 5.0
    cpu: int = 4
    memory: int = 1 << 30
    processes: int = 32
    open_files: int = 128
    file_size: int = 32 << 20
    output: int = 64 << 10
    startup: float = 20.0
