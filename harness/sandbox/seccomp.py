"""The system-call filter of the strong tier, assembled by hand as classic BPF.

It narrows what bubblewrap's namespaces leave open: sockets other than AF_UNIX, new namespaces, io_uring (which
opens sockets past this filter), System V memory and queues (which outlive a process) and kernel interfaces that
candidate code has no use for. `clone3` answers ENOSYS because its flags lie in memory, where a filter cannot look;
the C library then falls back to `clone`.
"""

from __future__ import annotations

import errno
import platform
import struct
from dataclasses import dataclass

# linux/filter.h, linux/seccomp.h, linux/audit.h
_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_ANY_BIT = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_KILL = 0x80000000  # SECCOMP_RET_KILL_PROCESS
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data, little-endian low words
_AF_UNIX = 1
_X32 = 0x40000000
# CLONE_NEWTIME | NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET; CLONE_NEWTIME's bit is part of
# clone's exit signal, where a signal number never sets it.
_NEW_NAMESPACES = 0x80 | 0x20000 | 0x2000000 | 0x4000000 | 0x8000000 | 0x10000000 | 0x20000000 | 0x40000000


@dataclass(frozen=True)
class _Machine:
    audit: int
    clone: int
    socket: int
    refused: dict[str, int]


# asm/unistd.h of either architecture; numbers from 424 on are shared.
_SHARED = {"io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428,
           "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
           "mount_setattr": 442}  # fmt: skip
_MACHINES = {
    "x86_64": _Machine(
        0xC000003E, 56, 41,
        {"shmget": 29, "semget": 64, "msgget": 68, "mq_open": 240,
         "ptrace": 101, "pivot_root": 155, "chroot": 161, "mount": 165, "umount2": 166, "add_key": 248,
         "request_key": 249, "keyctl": 250, "unshare": 272, "perf_event_open": 298, "name_to_handle_at": 303,
         "open_by_handle_at": 304, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311,
         "bpf": 321, "userfaultfd": 323, **_SHARED},
    ),
    "aarch64": _Machine(
        0xC00000B7, 220, 198,
        {"mq_open": 180, "msgget": 186, "semget": 190, "shmget": 194,
         "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "unshare": 97, "ptrace": 117, "add_key": 217,
         "request_key": 218, "keyctl": 219, "perf_event_open": 241, "name_to_handle_at": 264,
         "open_by_handle_at": 265, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271,
         "bpf": 280, "userfaultfd": 282, **_SHARED},
    ),
}  # fmt: skip
_CLONE3 = 435


class UnsupportedMachine(RuntimeError):
    """There is no filter for this processor architecture."""


def program(machine: str | None = None) -> bytes:
    """The filter as an array of `struct sock_filter`, ready for bubblewrap's `--seccomp`.

    Raises UnsupportedMachine except on x86_64 and aarch64.
    """
    machine = machine or platform.machine()
    known = _MACHINES.get(machine)
    if known is None:
        raise UnsupportedMachine(f"There is no system-call filter for {machine} yet, only for x86_64 and aarch64.")
    out = [
        _instruction(_LOAD, _ARCHITECTURE),
        _instruction(_EQUAL, known.audit, 1, 0),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _NUMBER),
    ]
    if machine == "x86_64":
        out += [_instruction(_AT_LEAST, _X32, 0, 1), _instruction(_RETURN, _KILL)]
    out += _refuse(_CLONE3, errno.ENOSYS)
    for number in sorted(known.refused.values()):
        out += _refuse(number, errno.EPERM)
    # Each of these two leaves the accumulator changed and therefore ends in a verdict.
    out += [
        _instruction(_EQUAL, known.socket, 0, 4),
        _instruction(_LOAD, _FIRST_ARGUMENT),
        _instruction(_EQUAL, _AF_UNIX, 0, 1),
        _instruction(_RETURN, _ALLOW),
        _instruction(_RETURN, _ERRNO | errno.EAFNOSUPPORT),
        _instruction(_EQUAL, known.clone, 0, 3),
        _instruction(_LOAD, _FIRST_ARGUMENT),
        _instruction(_ANY_BIT, _NEW_NAMESPACES, 0, 1),
        _instruction(_RETURN, _ERRNO | errno.EPERM),
        _instruction(_RETURN, _ALLOW),
    ]
    return b"".join(out)


def _refuse(number: int, code: int) -> list[bytes]:
    return [_instruction(_EQUAL, number, 0, 1), _instruction(_RETURN, _ERRNO | code)]


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)
