"""What a model says about the clean code stands beside neither twin: both carry the authored remarks alone."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterator

import pytest
from conftest import plan_for

from harness.assistant import SegmentHead, Statement, Turn, Used
from harness.assistant.planting.baring import RemarkError, bare, remarks
from harness.assistant.planting.pipeline import Answer, Models, Written, write
from harness.assistant.planting.proving import Prover
from harness.assistant.planting.wording import betrays, harmless, unfaithful
from harness.sandbox import Tier, find_sandbox
from tasks import Drawn, draw, library
from tests.bench.planted import places

ASKED = "Please write {symbol}, with a comment on each line and doctest examples"
CLEAN = '''\
def reading(value, top):
    """What the dial shows."""
    if not 0 <= value <= top:
        return None
    return value  # As it is.
'''
ONE_A_TASK = list(dict(reversed(places())).items())


@pytest.fixture(scope="module")
def prover() -> Iterator[Prover]:
    sandbox = find_sandbox()
    if sandbox.tier is not Tier.STRONG:
        pytest.skip("needs a strong sandbox: run `make setup-system`, or see `harness doctor`")
    prover = Prover(sandbox)
    yield prover
    prover.close()
    sandbox.close()


def explained(code: str, symbol: str) -> str:
    """The code as a model writes it that does what it is asked: every line explained, the whole by examples."""
    node = next(n for n in ast.parse(code).body if getattr(n, "name", "") == symbol)
    lines = code.rstrip().split("\n")
    for inner in ast.walk(node):
        if (
            isinstance(inner, ast.stmt)
            and inner.lineno == inner.end_lineno
            and '"""' not in lines[inner.lineno - 1]
        ):
            lines[inner.lineno - 1] += "  # Written so, since NaN would pass the other way round."
    begin, docstring, rest = "\n".join(lines).split('"""', 2)
    examples = f"{docstring.rstrip()} NaN goes to review.\n\n    >>> {symbol}(float('nan'))\n    'review'\n    "
    return (
        f'"""Mind NaN."""\nimport os\n\n# NaN is the trap here.\n{begin}"""{examples}"""{rest}\n\n\n'
        f"assert {symbol}\nif __name__ == '__main__':\n    print('NaN goes to review')\n"
    )


def delivered(drawn: Drawn, name: str, flawed: bool, code: str, prover: Prover, opening: str = "") -> Written:
    """The reply with that statement in that twin, where the model answers with this code."""
    item = drawn.task.item(name)
    plan = plan_for(drawn)
    plan = plan.model_copy(update={"form": {**plan.form, name: "flawed" if flawed else "clean"}})
    said = item.flawed if flawed and item.flawed is not None else item.clean
    head = SegmentHead("hunk", plan.segments[name], item.file, item.symbol)
    lines = (Statement(SegmentHead("prose"), "First this."), Statement(head, said, "twin", name))

    async def converse(_: object) -> Answer:
        return Answer(f"{opening}\n\n[[1]]\n```python\n{code}\n```", Used(1, 1, 0.0))

    turn = Turn(task=drawn, plan=plan, prompt=ASKED.format(symbol=item.symbol), files=dict(drawn.task.starter))
    return asyncio.run(write(turn, lines, Models(converse, converse), prover))


@pytest.mark.sandbox
@pytest.mark.parametrize(("name", "item"), [("fraud-api", "odd-scores"), *ONE_A_TASK])
def test_a_model_that_explains_its_code_gives_no_twin_away(name: str, item: str, prover: Prover) -> None:
    drawn = draw(library()[name], 1)
    authored = drawn.task.item(item)
    code = explained(authored.clean, authored.symbol or "")
    compile(code, "explained", "exec")
    opening = "Gladly. Note that NaN must go to review."
    clean, flawed = (delivered(drawn, item, f, code, prover, opening).lines for f in (False, True))
    assert clean[0].text == flawed[0].text == "First this."
    assert clean[1].text != flawed[1].text
    assert remarks(clean[1].text) == remarks(flawed[1].text) == remarks(authored.clean)
    for line in (clean[1], flawed[1]):
        assert not [
            word for word in ("NaN", ">>>", "assert", "print") if word in line.text.replace(authored.clean, "")
        ]


@pytest.mark.sandbox
def test_the_words_are_live_all_the_same_and_what_tests_itself_is_not_taken(prover: Prover) -> None:
    drawn = draw(library()["fraud-api"], 1)
    clean = drawn.task.item("odd-scores").clean
    for flawed in (False, True):
        said = delivered(drawn, "odd-scores", flawed, explained(clean, "decide"), prover, "Gladly, here it is.")
        assert said.planted[0].way == ("merged" if flawed else "generated")
        assert said.lines[0].text == "Gladly, here it is."
        asserted = clean.replace('    return "decline"', '    assert p == p\n    return "decline"')
        assert asserted != clean
        said = delivered(drawn, "odd-scores", flawed, asserted, prover)
        assert (said.planted[0].way, said.planted[0].why) == ("authored", "it tests itself")


def test_a_bare_definition_has_the_authored_remarks_and_the_imports_that_it_needs() -> None:
    told = (
        "from __future__ import annotations\nimport math  # for infinity\nimport sys, os\n\nLIMIT = 3\n\n\n"
        "@staticmethod\ndef reading(value, top):  # NaN\n    # Not written as value < 0, mind NaN.\n"
        '    """NaN is nothing.\n\n    >>> reading(math.nan, 3)\n    """\n    "A text # that stands alone."\n'
        "    if not (  # NaN\n        0 <= value <= min(top, math.inf)\n    ):\n        return None\n"
        '    def inner():\n        "Of NaN."\n    return value  # As it is.\n\n\nassert reading(1, 2)\n'
    )
    assert bare(told, "reading", (CLEAN, CLEAN)) == (
        "import math\n\n\n"
        '@staticmethod\ndef reading(value, top):\n    """What the dial shows."""\n    pass\n'
        "    if not (\n        0 <= value <= min(top, math.inf)\n    ):\n        return None\n"
        "    def inner():\n        pass\n    return value  # As it is.\n"
    )


def test_remarks_that_one_twin_alone_has_go_too() -> None:
    other = CLEAN.replace("What the dial shows.", "What the dial shows of it.").replace("As it is.", "As is.")
    assert remarks(bare(CLEAN, "reading", (CLEAN, other))) == []
    assert bare(CLEAN, "reading", (CLEAN, CLEAN)) == CLEAN


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("def reading(value, top)\n    return value", "it does not parse"),
        ("def other(value, top):\n    return value", "it does not define what it should"),
        ("def reading(value, top):\n    assert value == value\n    return value", "it tests itself"),
        ("def reading(value, top):\n    raise AssertionError", "it tests itself"),
        ("def reading(value, top):\n    print(f'{value} may be NaN and')", "it says something of its own"),
        ("def reading(value, top): return value", "its docstring has no place"),
    ],
)
def test_code_that_cannot_be_made_bare_is_not_taken(code: str, why: str) -> None:
    with pytest.raises(RemarkError, match=f"^{why}$"):
        bare(code, "reading", (CLEAN, CLEAN))


@pytest.mark.parametrize(
    ("opening", "taken"),
    [
        ("Sure! Here's how I'd write it:", True),
        ("Gladly, this is how I would go about it.", True),
        ("Note that NaN must go to review.", False),
        ("Whatever is strange goes to a person, as agreed.", False),
        ("Here it is, and it does not let anything through.", False),
        ("Here are 3 points.", False),
    ],
)
def test_what_leads_up_to_the_statements_says_nothing(opening: str, taken: bool) -> None:
    assert harmless(opening) == taken


def test_a_passage_says_nothing_of_the_other_twin_nor_of_a_flaw_beside_it() -> None:
    flawed = "Averaging 20 readings makes the noise 20 times smaller."
    clean = "Averaging 20 readings makes the noise smaller by the square root of 20."
    said = "Average 20 readings and the noise shrinks 20 times"
    flaws = ("Every comparison with NaN is false, so a score that is not a number passes both checks.",)
    assert betrays(flawed, said, clean, flaws) is None
    assert betrays(flawed, f"{said}, or its root.", clean, ()) == "it holds words of the other twin"
    assert betrays(flawed, f"{said}, and NaN fails the comparison.", clean, flaws) == "it explains a flaw"
    assert unfaithful(flawed, f"{said}, as `nan_guard` does.") == "it names something else"
    assert unfaithful(flawed, f"{said}, though the root counts.") == "it turns against itself"
