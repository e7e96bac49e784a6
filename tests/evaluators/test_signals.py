"""What happened around the work is told in words; small things are not."""

from __future__ import annotations

from evaluators.figures.activity import signals
from logs import Log
from logs.events import Clipboard, Fullscreen, Late, Network, SecondTab, Silence
from tests.evaluators.sitting import Sitting


def test_windows_the_network_sleep_and_late_work_are_told(log: Log) -> None:
    sitting = Sitting(log, {"design": {"cores": "flawed", "bias": "clean"}})
    sitting.say("cores")
    for event in (
        SecondTab(state="opened", writer="w2"),
        SecondTab(state="closed", writer="w2"),
        Fullscreen(state="entered"),
        Fullscreen(state="left"),
        Network(state="offline", gone="network"),
        Network(state="online", milliseconds=95_000),
        Network(state="online", milliseconds=900),
        Silence(start=1, end=20_001, stood_still=0),
        Silence(start=1, end=600_001, stood_still=595_000),
        Late(what="edit", content="{}"),
    ):
        sitting.add(event)
    sitting.finish()
    assert [(s.kind, s.text) for s in signals(sitting.stored())] == [
        ("window", "Another window was opened"),
        ("window", "The whole screen was left"),
        ("network", "No network for 1:35 until here"),
        ("clock", "The computer slept for 9:55 until here"),
        ("network", "Work arrived when its task was over: not scored"),
    ]


def test_pastes_from_outside_are_told_with_their_place(log: Log) -> None:
    sitting = Sitting(log, {"design": {"cores": "flawed", "bias": "clean"}})
    for action, file, origin in (
        ("paste", "goal.md", "elsewhere"),
        ("paste", None, "elsewhere"),
        ("copy", None, "elsewhere"),
        ("paste", "goal.md", "starter"),
    ):
        sitting.add(Clipboard(action=action, file=file, length=5, digest="0" * 64, origin=origin))
    sitting.finish()
    assert [s.text for s in signals(sitting.stored())] == [
        "Paste from outside, 5 characters",
        "Paste from outside into a message or a note, 5 characters",
    ]
