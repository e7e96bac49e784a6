"""What a member of staff may see of a session while they still rate it and are asked about it."""

from __future__ import annotations

from dataclasses import replace

from evaluators import SessionContext
from evaluators.adjudication.questions import awaiting
from evaluators.decisions import diagnosed_subject, standing
from evaluators.outcomes.outcome import Outcome, Worked
from harness.access.staff import Staff
from logs import Record
from logs.events import Rating
from ui.pages.staff_desk import RATERS, Whole, code, dimensions, marks_of


def blinded(whole: Whole, staff: Staff) -> Whole:
    """The session for this member of staff.

    Interviewers see it without the candidate's name and, unless every rater is in, without other people's
    ratings. Whoever is still asked whether a mechanism was named does not see what the matcher makes of the words.
    """
    context = _unnamed(whole.context, staff.name) if staff.role == "interviewer" else whole.context
    worked = whole.worked if staff.role == "hiring" else _unguessed(whole.context, whole.worked, staff.name)
    return replace(whole, context=context, worked=worked)


def _unnamed(context: SessionContext, rater: str) -> SessionContext:
    label = f"Candidate {code(context.session_id)}"
    found = replace(context, created=context.created.model_copy(update={"candidate": label, "policy": None}))
    complete = marks_of(context.review).complete(dimensions())
    if len(complete) >= RATERS and rater in complete:
        return found
    return found.with_review([r for r in context.review if r.kind != "rating" or _rater(r) == rater])


def _unguessed(context: SessionContext, worked: Worked, person: str) -> Worked:
    asked = {q.subject for q in awaiting(context, worked) if standing(context, q.subject).wants(person)}

    def shown(outcome: Outcome) -> Outcome:
        by_text = outcome.diagnosis is not None and outcome.diagnosis.by == "text"
        if by_text and diagnosed_subject(outcome.task, outcome.item) in asked:
            return outcome.model_copy(update={"diagnosis": None})
        return outcome

    return replace(worked, outcomes=tuple(shown(outcome) for outcome in worked.outcomes))


def _rater(record: Record) -> str | None:
    event = record.event if record.payload is not None else None
    return event.rater if isinstance(event, Rating) else None
