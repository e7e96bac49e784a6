"""The filter is run by a small interpreter of classic BPF, for both architectures."""

import errno
import struct

import pytest

from harness.sandbox import seccomp

ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def verdict(machine: str, number: int, argument: int = 0, audit: int | None = None) -> int:
    code = list(struct.iter_unpack("<HBBI", seccomp.program(machine)))
    data = struct.pack("<IIQQ", number, AUDIT[machine] if audit is None else audit, 0, argument)
    accumulator, position = 0, 0
    while True:
        operation, true, false, value = code[position]
        position += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, value)
        elif operation == 0x06:
            return int(value)
        else:
            met = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}
            position += true if met[operation] else false


@pytest.mark.parametrize(("machine", "socket", "clone"), [("x86_64", 41, 56), ("aarch64", 198, 220)])
def test_verdicts(machine: str, socket: int, clone: int) -> None:
    assert verdict(machine, socket, 1) == ALLOW
    for family in (2, 10, 16, 17, 40):
        assert verdict(machine, socket, family) == ERRNO | errno.EAFNOSUPPORT
    assert verdict(machine, clone, 0x11) == ALLOW
    assert verdict(machine, clone, 0x3D0F00) == ALLOW  # what pthread_create asks for
    assert verdict(machine, clone, 0x10000011) == ERRNO | errno.EPERM
    assert verdict(machine, 435) == ERRNO | errno.ENOSYS
    assert verdict(machine, 425) == ERRNO | errno.EPERM
    assert verdict(machine, 0) == ALLOW
    assert verdict(machine, 0, audit=0x40000003) == KILL
    assert verdict("x86_64", 0x40000000 + 41, 2) == KILL


def test_other_machines_are_refused() -> None:
    with pytest.raises(seccomp.UnsupportedMachine):
        seccomp.program("riscv64")
