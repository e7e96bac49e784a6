"""Silent fixes: what was adopted, changed again and handed in, told by what its check says before and after.

The rule is the same for both twins: a check that fails and then passes, or passes and then fails, is a challenge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from evaluators.context import Span
from evaluators.evidence.artifact import Adoption, Artifact
from evaluators.evidence.statements import Statement
from evaluators.evidence.subjects import Moment, untouched
from evaluators.evidence.symbols import same
from evaluators.prose.claims import certain, claim_verdict, stands
from harness.checking import Verdict
from tasks import Item, Task


@dataclass(frozen=True)
class Flips:
    """Whether the check of adopted content flipped: by submission, and by the moment the ledger step opened.

    `open`: adopted words of a claim were changed, and no rule is certain of what they say now. People decide, and
    until then it is no challenge of either twin.
    """

    submitted: bool = False
    in_flow: bool = False
    open: bool = False


def changed_subject(task: str, item: str) -> str:
    """Subject of "do the changed words say the opposite of what was taken over?"; decisions `yes` and `no`."""
    return f"changed/{task}/{item}"


def flips(
    task: Task,
    item: Item,
    artifact: Artifact,
    statement: Statement,
    span: Span,
    verdicts: Mapping[Moment, Verdict | None],
    settled: Mapping[str, str],
) -> Flips:
    """`verdicts` are the recorded checks of a hunk by moment; a claim is read from the texts, or by people."""
    adoption = artifact.adoptions.get(statement.segment)
    if adoption is None or adoption.whole is None:
        return Flips()
    if item.form == "hunk":
        found = _hunk(task, item, artifact, verdicts)
    else:
        found = _claim(item, artifact, statement, adoption, settled.get(changed_subject(task.name, item.id)))
    return replace(found, in_flow=found.in_flow and span.before_ledger(adoption.seq))


def _hunk(task: Task, item: Item, artifact: Artifact, verdicts: Mapping[Moment, Verdict | None]) -> Flips:
    """Taken out again down to the starter's definition, nothing is delivered that could fail: else the same step
    would count as a challenge of a clean twin and as none of a flawed one."""
    if item.file is None or item.symbol is None:
        return Flips()
    adopted = verdicts.get("adopted")

    def flipped(now: Verdict | None, files: Mapping[str, str]) -> bool:
        return {adopted, now} == {"pass", "fail"} and not (now == "fail" and untouched(task, item, files))

    submitted = flipped(verdicts.get("submitted"), artifact.final)
    if artifact.at_ledger is None or same(
        artifact.at_ledger.get(item.file, ""), artifact.final[item.file], item.symbol
    ):
        return Flips(submitted, submitted)
    return Flips(submitted, flipped(verdicts.get("ledger"), artifact.at_ledger))


def _claim(item: Item, artifact: Artifact, statement: Statement, adoption: Adoption, decided: str | None) -> Flips:
    adopted = certain(item, adoption.whole or "")

    def flipped(files: Mapping[str, str]) -> bool | None:
        text = files.get(adoption.file, "")
        now = certain(item, text)
        if adopted is not None and now is not None:
            return adopted != now
        return None if text.strip() and not stands(statement.text, text) else False

    submitted = flipped(artifact.final)
    at_ledger = submitted if artifact.at_ledger is None else flipped(artifact.at_ledger)
    if submitted is None:
        return Flips(decided == "yes", decided == "yes" and at_ledger is None, open=decided is None)
    return Flips(submitted, bool(at_ledger))


def avoided(
    item: Item, artifact: Artifact, statement: Statement, verdicts: Mapping[Moment, Verdict | None]
) -> bool | None:
    """The candidate's own content was right and never held the flawed content; None where nobody can tell."""
    if statement.segment in artifact.adoptions:
        return False
    verdict = verdicts.get("submitted") if item.form == "hunk" else document_verdict(item, artifact.final)
    return verdict == "pass" if verdict in ("pass", "fail") else None


def document_verdict(item: Item, files: Mapping[str, str]) -> str | None:
    """What a document says about a claim: in the claim's section, or where that is silent in the others.

    Numbers are looked for in their own section alone: other sections have other numbers of the same unit.
    """
    section = item.number.section if item.number else item.section
    if section is None or section not in files:
        return None
    verdict = claim_verdict(item, files[section])
    if verdict is not None or item.number is not None:
        return verdict
    return claim_verdict(item, "\n\n".join(text for path, text in sorted(files.items()) if path != section))
