"""Children of one box: fast, fresh, and without a trace of the one before."""

import threading
import time

import pytest

from harness.sandbox import CandidateError, CandidateGone, Limits
from harness.sandbox.boxed import BoxedSandbox

pytestmark = pytest.mark.sandbox

MODULE = """
import os, signal, subprocess, sys, threading, time
n = []
def f(x):
    n.append(x)
    return len(n), x, sorted(os.listdir('/box')), sorted(os.listdir('/tmp')), sorted(os.listdir('/dev/shm'))
def litter():
    for folder in ('/box', '/tmp', '/dev/shm'):
        open(folder + '/left', 'w').close()
        os.makedirs(folder + '/deep/er')
        os.symlink('/usr', folder + '/deep/link')
    for _ in range(5):
        if os.fork() == 0:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(600)
    threading.Thread(target=time.sleep, args=(600,)).start()
def processes():
    return sorted(int(p) for p in os.listdir('/proc') if p.isdigit())
def tamper():
    out = []
    for path in ('/proc/1/mem', '/proc/1/environ', '/proc/1/fd/3'):
        try: open(path, 'rb')
        except OSError: out.append(path)
    try: os.listdir('/proc/1/fd')
    except OSError: out.append('fd')
    for n in (9, 15, 19): os.kill(1, n)
    return out
def pipes():
    found = 0
    for n in range(3, 200):
        try: found += 'pipe' in os.readlink(f'/proc/self/fd/{n}')
        except OSError: pass
    return found
def stop(): os.kill(os.getpid(), signal.SIGSTOP)
def leave(): os._exit(0)
def locked(): os.makedirs('/box/a/b'); os.chmod('/box/a', 0)
"""
FILES = {"m.py": MODULE}
FRESH = (1, 7, ["m.py"], [], [])


def test_each_child_is_fresh(strong: BoxedSandbox) -> None:
    with strong.shared() as nest:
        for name in ("litter", "tamper", "locked"):
            with nest.candidate(FILES, "m") as child:
                child.call(name)
            with nest.candidate(FILES, "m") as child:
                assert child.call("f", 7) == FRESH
                assert len(child.call("processes")) == 2


def test_a_child_reaches_neither_its_parent_nor_other_lines(strong: BoxedSandbox) -> None:
    with strong.shared() as nest:
        for _ in range(2):
            with nest.candidate(FILES, "m") as child:
                assert child.call("tamper") == ["/proc/1/mem", "/proc/1/environ", "/proc/1/fd/3", "fd"]
                assert child.call("pipes") == 2


def test_after_a_crash_the_next_child_runs(strong: BoxedSandbox) -> None:
    with strong.shared() as nest:
        for name in ("leave", "stop"):
            with nest.candidate(FILES, "m", Limits(wall=0.7)) as child, pytest.raises(CandidateGone):
                child.call(name)
            with nest.candidate(FILES, "m") as child:
                assert child.call("f", 7) == FRESH
        with pytest.raises(CandidateError), nest.candidate({"m.py": "1 / 0"}, "m"):
            pass
        with nest.candidate(FILES, "m") as child:
            assert child.call("f", 7) == FRESH


def test_more_children_than_one_box_holds(strong: BoxedSandbox) -> None:
    with strong.shared() as nest:
        for _ in range(30):
            with nest.candidate(FILES, "m") as child:
                assert child.call("f", 7) == FRESH


def test_children_take_turns(strong: BoxedSandbox) -> None:
    found: list[object] = []

    def one() -> None:
        with nest.candidate(FILES, "m") as child:
            found.append(child.call("f", 7))
            time.sleep(0.05)

    with strong.shared() as nest:
        threads = [threading.Thread(target=one) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert found == [FRESH] * 4
