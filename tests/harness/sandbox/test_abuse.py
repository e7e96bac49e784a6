# ruff: noqa: E501, PTH208
"""What hostile code tries; none of it may get out, stay alive or take the machine down."""

import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from harness.sandbox import Limits
from harness.sandbox.boxed import BoxedSandbox

pytestmark = pytest.mark.sandbox
USUAL = Limits()
ROOT = Path(__file__).resolve().parents[3]


def run(sandbox: BoxedSandbox, code: str, limits: Limits = USUAL) -> tuple[str, str]:
    found = sandbox.run({"a.py": code}, ["python", "a.py"], limits)
    return found.status, found.output


def test_a_fork_bomb_ends(strong: BoxedSandbox) -> None:
    started = time.monotonic()
    status, _ = run(strong, "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", Limits(wall=1))
    assert status == "timeout"
    assert time.monotonic() - started < 8


def test_processes_are_limited(strong: BoxedSandbox) -> None:
    code = (
        "import os, time\nn = 0\ntry:\n    while n < 200:\n        if os.fork() == 0: time.sleep(30)\n        n += 1\n"
        "except BlockingIOError: print(n)\n"
    )
    status, output = run(strong, code)
    assert status == "ok"
    assert 10 < int(output) < 32


def test_threads_are_limited(strong: BoxedSandbox) -> None:
    code = (
        "import threading, time\nn = 0\ntry:\n    while n < 500:\n"
        "        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()\n        n += 1\n"
        "except RuntimeError: print(n)\n"
    )
    status, output = run(strong, code)
    assert status == "ok"
    assert int(output) < 32


def test_memory_is_limited_in_one_process(strong: BoxedSandbox) -> None:
    assert run(strong, "x = bytearray(2 << 30)")[0] == "memory"


def test_memory_is_limited_over_all_processes(strong: BoxedSandbox) -> None:
    code = "import os, time\nfor _ in range(5): os.fork()\nx = bytearray(40 << 20)\ntime.sleep(20)"
    assert run(strong, code, Limits(memory=512 << 20))[0] == "memory"


def test_disk_is_limited(strong: BoxedSandbox) -> None:
    code = (
        "import errno\nfor folder in ('/box', '/tmp', '/dev/shm'):\n    total = 0\n    try:\n"
        "        for i in range(100):\n            with open(f'{folder}/{i}', 'wb', 0) as f: total += f.write(bytes(4 << 20))\n"
        "            assert total < 80 << 20\n    except OSError as e: assert e.errno == errno.ENOSPC, e\n"
        "    else: raise AssertionError\nprint('full')"
    )
    assert run(strong, code) == ("ok", "full\n")


def test_a_file_s_size_is_limited(strong: BoxedSandbox) -> None:
    status, output = run(strong, "open('x', 'wb').write(bytes(40 << 20))")
    assert status == "exit"
    assert "File too large" in output


def test_open_files_are_limited(strong: BoxedSandbox) -> None:
    assert "Too many open files" in run(strong, "x = [open('/dev/null') for _ in range(500)]")[1]


def test_output_is_limited(strong: BoxedSandbox) -> None:
    found = strong.run({"a.py": "while True: print('x' * 9999)"}, ["python", "a.py"])
    assert found.status == "output"
    assert len(found.output) == Limits().output


def test_processor_time_is_limited(strong: BoxedSandbox) -> None:
    assert run(strong, "while True: pass", Limits(cpu=1))[0] == "timeout"


@pytest.mark.parametrize(
    "code",
    [
        "import signal\nfor n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n    except OSError: pass\nwhile True: pass",
        "import time\ntry: time.sleep(60)\nfinally: time.sleep(60)",
        "import os, time\nif os.fork(): time.sleep(60)\nos.setsid()\nif os.fork(): os._exit(0)\ntime.sleep(60)",
        "import os\nfor fd in range(3, 100):\n    try: os.close(fd)\n    except OSError: pass\nimport time; time.sleep(60)",
    ],
)  # fmt: skip
def test_nothing_outlives_the_wall(strong: BoxedSandbox, code: str) -> None:
    started = time.monotonic()
    status, _ = run(strong, code, Limits(wall=0.7))
    assert status in ("timeout", "error")
    assert time.monotonic() - started < 4


def test_a_daemon_ends_with_the_run(strong: BoxedSandbox) -> None:
    code = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(60)\nprint('done')"
    started = time.monotonic()
    assert run(strong, code) == ("ok", "done\n")
    assert time.monotonic() - started < 3


REFUSED = [
    "import socket; socket.create_connection(('127.0.0.1', 22), 1)",
    "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "open('/etc/passwd')", "open('/etc/shadow')", "open('/proc/1/environ', 'rb').read()[1] + open('/proc/1/root/etc/passwd')",
    "open('/usr/bin/x', 'w')", "open('/opt/venv/bin/x', 'w')", "open('/opt/driver.zip', 'wb')", "open('/x', 'w')",
    "open('/dev/x', 'w')", "open('/proc/sys/kernel/core_pattern', 'w')", "open('/proc/sysrq-trigger', 'w')",
    "open('/dev/mem', 'rb')", "open('/dev/kmsg')", "open('/sys/kernel/uevent_helper', 'w')",
    "import os; os.symlink('/etc/passwd', 'x'); open('x')", "import os; os.setuid(0)", "import os; os.chroot('/tmp')",
    "import os; os.mknod('x', 0o60600, 0)", "import os; os.listdir('/root')", "import os; os.listdir('/home')",
    "import os; os.kill(1, 9); os.kill(1, 0); raise OSError" ,
    "import os; os.chown('/usr/bin/env', 0, 0)", "import os; os.sethostname if 0 else os.nice(-5)",
    "import ctypes, os\nc = ctypes.CDLL(None, use_errno=True)\nif c.unshare(0x10000000): raise OSError",
    "import ctypes\nc = ctypes.CDLL(None)\nif c.syscall(425, 1, 0) < 0: raise OSError",
    "import ctypes\nc = ctypes.CDLL(None)\nif c.shmget(1, 4096, 0o1666) < 0: raise OSError",
    "import ctypes\nc = ctypes.CDLL(None)\nif c.ptrace(16, 1, 0, 0) < 0: raise OSError",
    "import ctypes\nc = ctypes.CDLL(None)\nif c.mount(b'x', b'/box', b'tmpfs', 0, 0): raise OSError",
    "import ctypes\nc = ctypes.CDLL(None)\nif c.keyctl if 0 else c.syscall(250, 0, 0) < 0: raise OSError",
]  # fmt: skip


def test_it_is_refused(strong: BoxedSandbox) -> None:
    code = (
        "import json, os\nfor code in json.load(open('all.json')):\n    if os.fork() == 0:\n"
        "        try: exec(code)\n        except Exception as e: print(type(e).__name__, flush=True)\n"
        "        else: print('DONE', code, flush=True)\n        os._exit(0)\n    os.wait()\n"
    )
    found = strong.run({"a.py": code, "all.json": json.dumps(REFUSED)}, ["python", "a.py"])
    assert found.status == "ok"
    assert "DONE" not in found.output
    assert len(found.output.splitlines()) == len(REFUSED)


def test_nothing_of_the_project_or_the_host_is_visible(strong: BoxedSandbox) -> None:
    code = (
        "import os\nfor top in ('/', '/proc/self'):\n    for folder, folders, files in os.walk(top):\n"
        "        folders[:] = [f for f in folders if (folder, f) != ('/', 'proc') and f not in ('root', 'cwd', 'task')]\n"
        "        if folder.startswith(('/opt/venv', '/usr')):\n"
        "            for f in files:\n                if f in ('boxed.py', 'bubblewrap.py', 'task.yaml'): print(folder, f)\n"
        "            for f in folders:\n                if f in ('harness', 'evaluators'): print(folder, f)\n"
        "        elif not folder.startswith(('/proc', '/dev')):\n"
        "            for f in files: print(folder, f)\n"
    )
    # Every file of the system is looked at, which takes seconds on a busy machine.
    status, output = run(strong, code, Limits(wall=30, cpu=20))
    assert (status, sorted(output.splitlines())) == ("ok", ["/box a.py", "/opt driver.zip"])


def test_the_host_s_words_are_nowhere(strong: BoxedSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_SECRET", "a-secret")
    code = (
        "import os\nprint(sorted(os.environ))\n"
        "for n in os.listdir('/proc'):\n    if n.isdigit():\n        for f in ('environ', 'cmdline'):\n"
        "            try: print(open(f'/proc/{n}/{f}', 'rb').read())\n            except OSError: pass\n"
        "import sys; print(sys.path, sys.prefix, sys.base_prefix, os.__file__)\n"
        "import json.decoder as d; print(d.JSONDecoder.decode.__code__.co_filename)\n"
    )
    status, output = run(strong, code)
    assert status == "ok"
    for word in ("HARNESS", "a-secret", str(ROOT), str(Path.home()) + "/"):
        assert word not in output


def test_no_file_of_the_project_lies_in_the_environment() -> None:
    from harness.sandbox.environment import load

    site = next((load().folder / "lib").glob("python*/site-packages"))
    names = {path.name for path in site.iterdir()}
    assert not names & {"harness", "tasks", "evaluators", "ui", "logs", "tests"}
    assert {"numpy", "pandas", "sklearn", "pytest"} <= names


def test_no_process_and_no_zombie_is_left(strong: BoxedSandbox) -> None:
    for code in ("print(1)", "import time; time.sleep(60)"):
        run(strong, code, Limits(wall=0.3))
    time.sleep(0.3)
    listed = subprocess.run(["ps", "-eo", "ppid=,stat=,comm="], capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines():
        parent, state, name = line.split(None, 2)
        assert not (int(parent) in (1, os.getpid()) and state.startswith("Z") and name.startswith("bwrap")), listed
        assert not (int(parent) == os.getpid() and name.startswith("bwrap")), listed


def test_nothing_is_left_on_the_host(strong: BoxedSandbox) -> None:
    before = {path.name for path in Path("/tmp").iterdir()}
    run(strong, "open('/tmp/left', 'w').close(); open('/box/left', 'w').close()")
    after = {path.name for path in Path("/tmp").iterdir()} - before
    assert "left" not in after
    assert not any(name.startswith("candidate-") for name in after)


def test_descriptors_are_not_leaked(strong: BoxedSandbox) -> None:
    run(strong, "print(1)")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        run(strong, "print(1)")
    assert len(os.listdir("/proc/self/fd")) <= before


def test_a_sandbox_dies_with_the_program(tmp_path: Path) -> None:
    program = (
        "import os, threading, time\nfrom harness.sandbox import find_sandbox\ns = find_sandbox()\n"
        "threading.Thread(target=s.run, args=({'a.py': 'import time; time.sleep(4)'}, ['python', 'a.py']), daemon=True).start()\n"
        "time.sleep(1)\nprint([l.split()[1] for l in os.popen('ps -eo ppid,pid,comm').read().splitlines()"
        " if l.split()[0] == str(os.getpid()) and 'bwrap' in l], flush=True)\nos.kill(os.getpid(), 9)"
    )
    import sys

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    started = [number for number in eval(done.stdout) if number]
    assert started, done.stderr
    time.sleep(0.3)
    assert not any(Path("/proc", number).exists() and "Z" not in state(number) for number in started)


def state(number: str) -> str:
    try:
        return Path("/proc", number, "stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "Z"
