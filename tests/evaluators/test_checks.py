"""Hidden checks: what is run, what is recorded, and what is never run twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import toy_tasks as toy
from sitting import START, Sitting

from evaluators import SessionContext, outcomes
from evaluators.scoring.checks import run_checks
from harness.sandbox.interface import CandidateError, CandidateGone
from harness.sandbox.tier import Tier
from logs.events import Check


class InProcess:
    """A sandbox that is none: it runs the toys' code in this process."""

    def __init__(self, tier: Tier = Tier.STRONG, environment: str = "e1", gone: int = 0) -> None:
        self.tier, self.environment, self.gone, self.ran = tier, environment, gone, 0

    @contextmanager
    def candidate(self, files: Mapping[str, str], module: str, limits: object = None) -> Iterator[Any]:
        self.ran += 1
        space: dict[str, Any] = {}
        try:
            exec(files[f"{module}.py"], space)
        except Exception:
            raise CandidateError("Exception") from None
        sandbox = self

        class Calls:
            def call(self, function: str, *args: object) -> object:
                if sandbox.gone:
                    sandbox.gone -= 1
                    raise CandidateGone("timeout")
                try:
                    return space[function](*args)
                except Exception as error:
                    raise CandidateError(type(error).__name__) from None

        yield Calls()

    @contextmanager
    def shared(self) -> Iterator[InProcess]:
        yield self


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluators.scoring.checks._seen", {})


def verdicts(context: SessionContext) -> dict[tuple[str, str], tuple[str, str]]:
    events = [h.event for h in context.reviewed if isinstance(h.event, Check)]
    return {(e.item, e.moment): (e.verdict, e.detail) for e in events}


def fixed(sitting: Sitting) -> SessionContext:
    for name in ("total", "mean", "clip"):
        sitting.say(name)
    sitting.insert("total")
    sitting.insert("mean")
    sitting.define("total", toy.TOTAL_CLEAN)
    sitting.finish()
    return sitting.stored()


def test_adopted_and_submitted_are_checked_and_score_the_silent_fix(sitting: Sitting) -> None:
    context = fixed(sitting)
    sandbox: Any = InProcess()
    checked = run_checks(context, sandbox, sitting.log, START)
    assert verdicts(checked) == {
        ("total", "adopted"): ("fail", "one row is lost"),
        ("total", "submitted"): ("pass", ""),
        ("mean", "submitted"): ("ungradable", "unchanged since adoption"),
        ("clip", "submitted"): ("fail", "raised NotImplementedError"),
    }
    assert {r.actor for r in checked.review} == {"system"}
    assert next(o for o in outcomes(checked) if o.item == "total").outcome == "hit"
    assert outcomes(sitting.load()) == outcomes(checked)


def test_nothing_is_run_twice_and_a_new_environment_runs_again(sitting: Sitting) -> None:
    context = fixed(sitting)
    sandbox: Any = InProcess()
    checked = run_checks(context, sandbox, sitting.log, START)
    ran = sandbox.ran
    again = run_checks(checked, sandbox, sitting.log, START)
    assert again.review == checked.review
    assert sandbox.ran == ran
    other: Any = InProcess(environment="e2")
    assert len(run_checks(checked, other, sitting.log, START).review) == 2 * len(checked.review)


@pytest.mark.parametrize("tier", [Tier.REDUCED, Tier.NONE, Tier.ABSENT])
def test_without_a_strong_sandbox_nothing_is_pretended(sitting: Sitting, tier: Tier) -> None:
    context = fixed(sitting)
    weak: Any = InProcess(tier)
    checked = run_checks(context, weak, sitting.log, START)
    assert weak.ran == 0
    assert {verdict for verdict, _ in verdicts(checked).values()} == {"ungradable"}
    assert next(o for o in outcomes(checked) if o.item == "total").outcome == "miss"
    assert run_checks(checked, weak, sitting.log, START).review == checked.review
    strong: Any = InProcess()
    better = run_checks(checked, strong, sitting.log, START)
    assert next(o for o in outcomes(better) if o.item == "total").outcome == "hit"


def test_no_answer_is_asked_for_once_more(sitting: Sitting) -> None:
    sitting.say("total")
    sitting.define("total", toy.TOTAL_CLEAN.replace("rows", "amounts"))
    sitting.finish()
    context = sitting.stored()
    once: Any = InProcess(gone=1)
    assert verdicts(run_checks(context, once, sitting.log, START)) == {("total", "submitted"): ("pass", "")}
    never: Any = InProcess(gone=9, environment="e2")
    found = run_checks(context, never, sitting.log, START)
    assert verdicts(found)["total", "submitted"] == ("ungradable", "no answer: timeout")


def test_what_another_session_gave_for_the_same_bytes_is_not_run_again(sitting: Sitting) -> None:
    sandbox: Any = InProcess()
    run_checks(fixed(sitting), sandbox, sitting.log, START)
    ran = sandbox.ran
    other = Sitting(sitting.log, session="S2")
    checked = run_checks(fixed(other), sandbox, sitting.log, START)
    assert sandbox.ran == ran
    assert verdicts(checked)["total", "adopted"] == ("fail", "one row is lost")


def test_what_does_not_import_is_ungradable(sitting: Sitting) -> None:
    sitting.say("total")
    sitting.define("total", "@nothing\ndef total(rows):\n    return 0\n")
    sitting.finish()
    sandbox: Any = InProcess()
    found = run_checks(sitting.stored(), sandbox, sitting.log, START)
    assert verdicts(found)["total", "submitted"][0] == "ungradable"


def test_a_session_without_exposed_code_runs_nothing(sitting: Sitting) -> None:
    sitting.finish()
    sandbox: Any = InProcess()
    assert run_checks(sitting.stored(), sandbox, sitting.log, START).review == ()


@pytest.mark.sandbox
def test_in_the_real_sandbox(sitting: Sitting) -> None:
    from harness.sandbox import find_sandbox

    sandbox = find_sandbox()
    if sandbox.tier != Tier.STRONG:
        pytest.skip("needs a strong sandbox")
    checked = run_checks(fixed(sitting), sandbox, sitting.log, START)
    assert verdicts(checked)["total", "adopted"][0] == "fail"
    assert verdicts(checked)["total", "submitted"][0] == "pass"
