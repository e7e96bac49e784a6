"""The assistant in the workspace: changes are reviewed, asked again, asked of another model, and never lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from evaluators.evidence.artifact import artifact_of
from evaluators.evidence.statements import statements
from harness import assessment
from harness.access.invitations import DAY, invite
from harness.assessment import Assessment
from harness.clock import wall_clock
from logs import replay
from logs.events import Edit, Pause, Prompt, ReplyStarted
from tests import stub_model
from tests.browser import axe
from tests.browser.served import Server
from tests.browser.workspace import Candidate

CODE = "fraud-api"
FILE = "fraud.py"
ASK = "Please write to_cents and parse_request"
MODELS = {"writer": "writer", "other": "writer", "busy": "429", "silent": "hang", "short": "cutoff"}
"""Names that candidates read, and how the stub behaves under each."""
KINDS: dict[str, dict[str, object]] = {
    "authored": {"assistant": "authored"},
    "choice": {"assistant": "planted", "models": ("writer", "other")},
    "busy": {"assistant": "planted", "models": ("busy",)},
    "silent": {"assistant": "planted", "models": ("silent",)},
    "practice": {"assistant": "practice", "models": ("busy", "writer")},
    "short": {"assistant": "practice", "models": ("short",)},
    "prose": {"assistant": "practice", "models": ("writer",)},
    "spent": {"assistant": "practice", "models": ("other",)},
}
MARKED = """## How amounts are read

**Amounts** come as *text*, and `f(**named)` and `g(**more)` are code.

| Form | Read as |
|---|---|
| 1.50 | **150** cents |

> Never a float.

---

3. Third things keep their number.

**Rounding half up is what `to_cents` promises, so `2**3` is exact;** 2**3 stays as it is.
"""
Enter = Callable[[str], Candidate]


@pytest.fixture(scope="module")
def offering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with models to choose from, some of which fail."""
    folder = tmp_path_factory.mktemp("offering")
    with stub_model.served() as base:
        entries = [
            f'[[models]]\nname = "{name}"\nmax_tokens = 160\n'
            f'deployments = [{{model = "openai/{model}", api_base = "{base}", key = "env:STUB_KEY"}}]\n'
            for name, model in MODELS.items()
        ]
        file = folder / "models.toml"
        file.write_text("".join(entries) + "[limits]\nfirst = 60\nretries = 0\n[budget]\ntokens = 2000\n")
        environment = {"HARNESS_MODELS_FILE": str(file), "STUB_KEY": stub_model.KEY}
        found = Server(folder, environment=environment)
        found.start()
        try:
            found.wait()
            yield found
        finally:
            found.stop()


@pytest.fixture
def enter(offering: Server, window: Callable[[], BrowserContext]) -> Enter:
    """Brings a new candidate to work on the code, with an assistant of that kind."""

    def sit(kind: str) -> Candidate:
        with offering.home() as home:
            made = Assessment.model_validate(
                {"name": kind, "title": "Trial", "seed": 5, "tasks": (CODE,), **KINDS[kind]}
            )
            assessment.save(home, made)
            token = invite(home, kind, "Ann Example", wall_clock() + DAY)
        at = Candidate(window().new_page(), offering.base)
        at.enter(f"{offering.base}/c/{token}")
        at.begin()
        return at

    return sit


def edits(server: Server, session: str) -> list[tuple[str, str | None]]:
    """Cause and source of every recorded transaction, in order."""
    events = [record.event for record in server.records(session) if record.kind == "edit"]
    return [(t.cause, t.source) for event in events if isinstance(event, Edit) for t in event.transactions]


def replayed(server: Server, session: str) -> str:
    """The file as the log gives it."""
    context = server.context(session)
    return replay(context.records, context.starter).documents[CODE, FILE].text


def hunk(at: Candidate) -> Locator:
    """The first piece of code in the conversation, under the pointer."""
    found = at.page.locator(".conv .st", has=at.page.locator(".hunk-h")).first
    found.scroll_into_view_if_needed()
    found.hover()
    return found


def changed(text: str) -> str:
    """The same file with three lines of `to_cents` in the candidate's own way, two of them in one place."""
    mine = text.replace("def to_cents(amount: Any) -> int:", "def to_cents(amount: object) -> int:  # 😀", 1)
    head, body = mine.split("    cents = int(", 1)
    return f"{head}    cents = 0\n    cents += int({body}"


def test_a_change_is_taken_or_left_part_by_part(offering: Server, enter: Enter) -> None:
    at = enter("authored")
    session = at.view()["id"]
    at.ask(ASK)
    segment = hunk(at).get_attribute("data-segment")
    bar = at.page.locator(".proposal")
    hunk(at).get_by_role("button", name="Insert").click()
    at.wait("window.harnessWorkspace.text(a).includes('cents = int(')", FILE)
    assert bar.is_hidden()  # a stub has nothing to compare with
    inserted = at.text(FILE)
    mine = changed(inserted)
    at.write(mine, replace=True)
    assert at.drain()
    before = edits(offering, session)

    hunk(at).get_by_role("button", name="Insert").click()
    expect(bar).to_contain_text("2 changes")
    at.page.keyboard.type("nothing")  # it can only be read
    at.page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    assert at.text(FILE) == mine
    assert at.drain()
    assert edits(offering, session) == before

    hunk(at).get_by_role("button", name="Insert").click()
    at.page.locator(".cm-chunkButtons").first.get_by_role("button", name="Accept").click()
    expect(bar).to_contain_text("1 of 2 changes left")
    first = at.text(FILE)
    assert first == mine.replace("(amount: object) -> int:  # 😀", "(amount: Any) -> int:")
    at.page.keyboard.press("Control+z")
    expect(bar).to_contain_text("2 changes")
    assert at.text(FILE) == mine
    at.page.keyboard.press("a")
    at.page.keyboard.press("r")
    expect(bar).to_be_hidden()
    assert at.text(FILE) == first
    assert at.drain()
    assert replayed(offering, session) == first
    assert edits(offering, session)[len(before) :] == [("insert", segment), ("undo", None), ("insert", segment)]

    hunk(at).focus()
    at.page.keyboard.press("v")
    at.page.keyboard.press("Shift+A")
    expect(bar).to_be_hidden()
    assert at.text(FILE) == inserted
    at.page.keyboard.press("Control+z")
    assert at.text(FILE) == first
    hunk(at).focus()
    at.page.keyboard.press("i")  # at once, as ever
    assert at.text(FILE) == inserted
    hunk(at).get_by_role("button", name="Insert").click()
    expect(at.page.locator(".notice")).to_contain_text("stands there already")
    assert at.drain()
    assert replayed(offering, session) == inserted
    assert at.problems == []


def test_what_is_taken_of_a_change_is_the_assistants(offering: Server, enter: Enter) -> None:
    at = enter("authored")
    session = at.view()["id"]
    at.ask(ASK)
    segment = hunk(at).get_attribute("data-segment")
    hunk(at).focus()
    at.page.keyboard.press("i")
    at.write(changed(at.text(FILE)), replace=True)
    hunk(at).focus()
    at.page.keyboard.press("v")
    at.page.keyboard.press("j")
    at.page.keyboard.press("k")
    at.page.keyboard.press("a")
    at.open("api.yaml")
    expect(at.page.locator(".proposal")).to_be_hidden()
    at.open(FILE)
    expect(at.page.locator(".proposal")).to_contain_text("1 of 2 changes left")
    at.page.get_by_role("button", name="Reject all").click()
    text = at.text(FILE)
    assert at.drain()
    context = offering.context(session)
    document = replay(context.records, context.starter).documents[CODE, FILE]
    assert document.text == text
    taken = "def to_cents(amount: Any) -> int:"
    at_line = document.units.index(taken)
    assert {run.origin for run in document.slice(at_line, at_line + len(taken))} == {f"assistant:{segment}"}
    adopted = artifact_of(context, CODE, statements(context)).adoptions
    assert segment is not None
    assert adopted[segment].how == "insert"


def test_another_answer_of_another_model(offering: Server, enter: Enter) -> None:
    at = enter("choice")
    model = at.page.get_by_label("Model")
    expect(model).to_have_value("writer")
    at.ask(ASK)
    expect(at.page.locator(".foot")).to_contain_text("Answered by writer")
    model.select_option("other")
    at.page.get_by_role("button", name="Another answer").click()
    expect(at.page.locator(".conv .turn")).to_have_count(2)
    at.settled()
    expect(at.page.locator(".foot").last).to_contain_text("Answered by other")
    fold = at.page.get_by_role("button", name="Show the earlier answer")
    expect(at.page.locator(".conv .said").first).to_be_hidden()
    fold.click()
    expect(at.page.locator(".conv .said").first).to_be_visible()
    at.page.reload()
    at.screen("work")
    expect(model).to_have_value("other")
    expect(fold).to_be_visible()
    events = [record.event for record in offering.records(at.view()["id"])]
    first, second = [event for event in events if isinstance(event, Prompt)]
    assert (second.again, second.text, second.model) == (first.prompt, first.text, "other")
    assert [event.model for event in events if isinstance(event, ReplyStarted)] == ["writer", "other"]


def test_the_built_in_assistant_answers_for_a_model_that_does_not(offering: Server, enter: Enter) -> None:
    at = enter("silent")
    at.ask(ASK, answered=False)
    tail = at.page.locator(".conv .tail")
    expect(tail).to_contain_text("Writing an answer and checking it…")
    expect(tail.get_by_role("button", name="Stop")).to_be_visible()
    line = at.page.locator(".conv .moved")
    expect(line).to_contain_text("The built-in assistant answers instead. Your clock was paused for the ")
    at.settled()
    told = re.search(r"paused for the (\d+) s", line.inner_text())
    pauses = [r.event for r in offering.records(at.view()["id"]) if isinstance(r.event, Pause)]
    assert told is not None
    assert [round((p.end - p.start) / 1000) for p in pauses] == [pytest.approx(int(told[1]), abs=1)]
    assert pauses[0].end - pauses[0].start >= 3_000
    expect(at.page.locator(".foot")).to_contain_text("Answered by the built-in assistant")
    at.page.reload()
    at.screen("work")
    expect(line).to_contain_text("Your clock was paused meanwhile.")
    assert at.statements()
    assert "please" not in line.inner_text().lower()


def test_an_answer_that_was_cut_off_says_so(enter: Enter) -> None:
    at = enter("short")
    at.ask("How are the amounts read?")
    line = at.page.locator(".conv .moved")
    expect(line).to_contain_text("Ask for the rest.")
    expect(at.page.locator(".conv .hunk-h")).to_have_count(1)
    expect(at.page.locator(".foot")).to_contain_text("Answered by short")
    at.page.reload()
    at.screen("work")
    expect(line).to_contain_text("its unfinished end is left out")
    assert at.problems == []


def test_a_message_that_failed_can_go_to_another_model(offering: Server, enter: Enter) -> None:
    at = enter("practice")
    at.ask("How are the amounts read?")
    tail = at.page.locator(".conv .fail")
    expect(tail).to_contain_text("too many requests")
    expect(tail).to_contain_text("Your message is kept")
    tail.get_by_role("button", name="Ask again").click()
    expect(tail).to_contain_text("too many requests")
    tail.get_by_role("button", name="Ask writer").click()
    expect(at.page.locator(".foot")).to_contain_text("Answered by writer")
    expect(at.page.get_by_label("Model")).to_have_value("writer")
    assert at.page.locator(".conv .turn").count() == 1
    at.page.reload()
    at.screen("work")
    expect(at.page.locator(".conv .turn")).to_have_count(1)


def test_what_a_model_marks_is_drawn(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stub_model.Stub, "free", MARKED)
    at = enter("prose")
    at.ask("How are the amounts read?")
    said = at.page.locator(".conv .said")
    expect(said.locator("h3")).to_have_text("How amounts are read")
    for element, texts in {
        "b": [
            "Amounts",
            "150",
            "Rounding half up is what to_cents promises, so 2**3 is exact;",
        ],
        "em": ["text"],
        "code": ["f(**named)", "g(**more)", "to_cents", "2**3"],
        "blockquote": ["Never a float."],
        "td": ["1.50", "150 cents"],
        "ol[start='3'] li": ["Third things keep their number."],
    }.items():
        expect(said.locator(element)).to_have_text(texts)
    expect(said.locator("hr")).to_have_count(1)
    expect(said.locator(".st")).to_have_count(2)


def test_what_a_session_may_use_can_be_used_up(enter: Enter) -> None:
    at = enter("spent")
    for _ in range(6):
        at.ask("Tell me more, please.")
        if at.page.locator(".conv .fail").count():
            break
    expect(at.page.locator(".conv .fail")).to_contain_text("as much as this session allows; go on without it.")
    assert at.page.get_by_role("button", name="Ask again").count() == 0


def test_a_question_about_lines_of_the_file(offering: Server, enter: Enter) -> None:
    at = enter("authored")
    at.open(FILE)
    text = at.text(FILE)
    line = text[: text.index("def to_cents")].count("\n")
    at.editor.focus()
    at.page.keyboard.press("Control+Home")
    for _ in range(line):
        at.page.keyboard.press("ArrowDown")
    at.page.keyboard.press("Shift+ArrowDown")
    ask = at.page.get_by_role("button", name="Ask about it")
    expect(ask).to_be_visible()
    ask.click()
    chip = at.page.locator(".composer .chip")
    expect(chip).to_contain_text(f"{FILE}, line {line + 1}")
    expect(at.page.locator(".sees summary")).to_contain_text(f"{FILE}, line {line + 1}")
    chip.get_by_role("button", name="Do not quote").click()
    expect(chip).to_be_hidden()
    at.editor.focus()
    at.page.keyboard.press("Alt+Enter")
    expect(at.page.get_by_label("Message")).to_be_focused()
    at.ask("Please write this")
    expect(at.page.locator(".conv .hunk-h").first).to_contain_text("to_cents")
    (prompt,) = [r.event for r in offering.records(at.view()["id"]) if r.kind == "prompt"]
    assert isinstance(prompt, Prompt)
    assert (prompt.segment, prompt.quote, prompt.file) == (None, "def to_cents(amount: Any) -> int:", FILE)


def test_the_list_of_what_the_assistant_sees(enter: Enter) -> None:
    at, live = enter("authored"), enter("choice")
    for one, words in (
        (at, ("built-in assistant", "still to be written", "test_visible.py")),
        (live, ("The brief and its figures", "fraud.py, 172 lines, marked as open", "goes to writer")),
    ):
        one.page.locator(".sees summary").click()
        for word in words:
            expect(one.page.locator(".sees-in")).to_contain_text(word)
    assert live.page.locator(".sees summary").inner_text().startswith("The assistant sees: brief, fraud.py")


def test_nothing_keeps_anybody_out(enter: Enter, tmp_path: Path) -> None:
    source = axe.script(tmp_path)
    at = enter("practice")
    at.ask(ASK)
    assert axe.violations(at.page, source) == []  # failed
    at.page.get_by_role("button", name="Ask writer").click()
    at.settled()
    at.page.get_by_role("button", name="Another answer").click()
    at.settled()
    at.page.locator(".sees summary").click()
    at.open(FILE)
    at.editor.focus()
    at.page.keyboard.press("Control+Home")
    at.page.keyboard.press("Shift+ArrowDown")
    expect(at.page.get_by_role("button", name="Ask about it")).to_be_visible()
    assert axe.violations(at.page, source) == []  # asked again, lines selected
    at = enter("busy")
    at.ask(ASK)
    hunk(at).focus()
    at.page.keyboard.press("i")
    at.write(changed(at.text(FILE)), replace=True)
    hunk(at).focus()
    at.page.keyboard.press("e")
    at.page.keyboard.press("Escape")
    at.page.keyboard.press("v")
    expect(at.page.locator(".proposal")).to_be_visible()
    assert axe.violations(at.page, source) == []  # answered by somebody else, a change proposed


def renamed(at: Candidate, selected: int) -> str:
    """The file with another name for `to_cents`, the cursor in the middle of `decide` and lines of it selected."""
    text = at.text(FILE).replace("def to_cents", "def in_cents", 1)
    at.write(text, replace=True)
    at.page.keyboard.press("Control+Home")
    for _ in range(text[: text.index("def decide(")].count("\n")):
        at.page.keyboard.press("ArrowDown")
    for _ in range(8):
        at.page.keyboard.press("ArrowRight")
    for _ in range(selected):
        at.page.keyboard.press("Shift+ArrowDown")
    return text


@pytest.mark.parametrize("how", ["Insert", "i"])
@pytest.mark.parametrize("selected", [0, 2])
def test_a_hunk_whose_place_is_gone_comes_on_lines_of_its_own(
    offering: Server, enter: Enter, how: str, selected: int
) -> None:
    """After the definition that holds the cursor, and never over what is selected."""
    at = enter("authored")
    at.ask(ASK)
    text = renamed(at, selected)
    if how == "i":
        hunk(at).focus()
        at.page.keyboard.press("i")
    else:
        hunk(at).get_by_role("button", name="Insert").click()
        at.page.get_by_role("button", name="Accept all").click()
    at.wait("window.harnessWorkspace.text(a).includes('def to_cents')", FILE)
    found = at.text(FILE)
    head, _, rest = found.partition("\n\n\ndef to_cents(")
    code, _, tail = rest.partition("\n\n\n")
    assert f"{head}\n\n\n{tail}" == text
    assert "\ndef decide(" in head
    assert head[head.index("def decide(") :].count("\ndef ") == 0
    compile(found, FILE, "exec")
    assert "cents = int(" in code
    assert at.drain()
    assert at.problems == []


def test_a_hunk_without_a_place_comes_at_the_end_when_no_definition_holds_the_cursor(
    offering: Server, enter: Enter
) -> None:
    at = enter("authored")
    at.ask(ASK)
    text = at.text(FILE).replace("def to_cents", "def in_cents", 1).rstrip()
    at.write(text, replace=True)
    at.page.keyboard.press("Control+Home")
    hunk(at).focus()
    at.page.keyboard.press("i")
    at.wait("window.harnessWorkspace.text(a).includes('def to_cents')", FILE)
    assert at.text(FILE).startswith(f"{text}\n\n\ndef to_cents(")
    assert at.text(FILE).endswith("\n")
    at.editor.focus()
    at.page.keyboard.press("Control+a")
    at.page.keyboard.press("Delete")
    hunk(at).focus()
    at.page.keyboard.press("i")
    at.wait("window.harnessWorkspace.text(a).startsWith('def to_cents')", FILE)
    assert at.problems == []


def test_a_class_that_is_begun_is_not_replaced_unasked(offering: Server, enter: Enter) -> None:
    at = enter("authored")
    at.ask("write ScoreService")
    before, head, body = at.text(FILE).partition("    def __init__(self, scorer: Callable[[Any], Any]) -> None:\n")
    assert head
    mine = before + head + body.replace("raise NotImplementedError", "self.scorer = scorer  # mine", 1)
    at.write(mine, replace=True)
    hunk(at).get_by_role("button", name="Insert").click()
    expect(at.page.locator(".proposal")).to_be_visible()
    assert at.text(FILE) == mine
    assert at.problems == []
