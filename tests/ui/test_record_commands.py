"""The commands of the record as a person types them."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harness import assessment
from harness.access.staff import Staff
from harness.assessment import Assessment
from harness.home import Home, open_home
from harness.lifecycle import create
from harness.retention import HOUR, erase_session
from harness.sandbox.absent import AbsentSandbox
from harness.settings import Settings
from logs import Entry
from logs.events import Challenge, Sealed
from logs.keys import fingerprint, public_hex, sealed_bytes
from tests.conftest import START, counting_entropy
from ui.command import main
from ui.pages.staff_api import row
from ui.pages.staff_desk import Desk

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def session(tmp_path: Path) -> str:
    """A simulated session in the home `here`."""
    home = open_home(Settings(home=tmp_path / "here"), counting_entropy())
    pilot = Assessment(name="pilot", title="Pilot", tasks=("news-ranking",), seed=1)
    assessment.save(home, pilot)
    found = create(home, lambda: START, pilot, "Ann \x1b[31m Example", 1, 0, policy="careful")
    home.log.append(found, [Entry(Challenge(quote="", text="no"), "candidate", START)])
    home.log.close()
    home.engine.dispose()
    return found


@pytest.fixture
def harness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `harness …` on a home; exit code, output, errors."""

    def run(*words: object, home: str = "here") -> tuple[int, str, str]:
        monkeypatch.setenv("HARNESS_HOME", str(tmp_path / home))
        monkeypatch.setattr(sys, "argv", ["harness", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_an_export_verifies_elsewhere_and_comes_back_with_the_same_bytes(
    harness: Command, session: str, tmp_path: Path
) -> None:
    file, again = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    assert harness("sessions", "export", session, "--to", file)[0] == 0
    code, out, _ = harness("sessions", "verify", file, "--json", home="nowhere")
    assert (code, json.loads(out)["verified"]) == (0, 1)
    assert not (tmp_path / "nowhere").exists()
    for added in (2, 0):
        _, out, _ = harness("sessions", "import", file, "--json", home="there")
        assert json.loads(out)["added"] == added
    harness("sessions", "export", session, "--to", again, home="there")
    assert again.read_bytes() == file.read_bytes()


def test_a_broken_file_names_its_lines_and_imports_nothing(harness: Command, session: str, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    harness("sessions", "export", session, "--to", file)
    file.write_text(file.read_text() + "{}\nnothing\n")
    code, out, _ = harness("sessions", "verify", file, "--json")
    assert code == 1
    assert [b["line"] for b in json.loads(out)["broken"]] == [4, 5]
    code, _, err = harness("sessions", "import", file, home="there")
    assert code == 2
    assert "Line 4" in err
    assert "Line 5" in err
    assert json.loads(harness("sessions", "list", "--json", home="there")[1]) == {"sessions": []}


def test_erasing_asks_first_and_everything_says_so_afterwards(harness: Command, session: str) -> None:
    words = ("retention", "erase", session, "--reason", "asked")
    assert "Say --yes" in harness(*words)[1]
    assert "Ann" in harness("sessions", "list")[1]
    assert harness(*words, "--yes", "--dry-run")[0] == 0
    assert "Ann" in harness("sessions", "list")[1]
    assert harness(*words, "--yes")[0] == 0
    (line,) = json.loads(harness("sessions", "list", "--json")[1])["sessions"]
    assert (line["state"], line["simulated"], line["candidate"]) == ("erased", True, "")
    assert line["why"].startswith("The content of this session was erased at a request of")
    code, out, _ = harness("sessions", "verify", "--all", "--json")
    assert (code, json.loads(out)["erased"]) == (0, [session])
    assert "content erased" in harness("sessions", "verify", session)[1]
    for verb in (
        ("score", session),
        ("report", session),
        ("sessions", "export", session, "--format", "progsnap2"),
    ):
        code, _, err = harness(*verb)
        assert code == 2
        assert err.count("\n") == 1
        assert "was erased" in err


def test_what_is_due_is_erased_only_with_yes(harness: Command, session: str) -> None:
    home = json.loads(harness("retention", "show", "--json")[1])
    assert home["rules"] == {"imported": 180, "pilot": 180}
    for words in (("retention", "apply"), ("retention", "apply", "--dry-run", "--yes")):
        found = json.loads(harness(*words, "--json")[1])
        assert (found["dry_run"], found["erased"]) == (True, [])


def test_keys_are_shown_and_rotated(harness: Command, session: str) -> None:
    first = json.loads(harness("keys", "show", "--json")[1])
    second = json.loads(harness("keys", "rotate", "--json")[1])
    assert second["current"] != first["current"]
    assert {k["key"]: k["retired"] is None for k in second["keys"]} == {
        first["current"]: False,
        second["current"]: True,
    }


def test_a_chat_log_without_a_mapping_is_told_what_to_do(harness: Command, tmp_path: Path) -> None:
    (tmp_path / "chat.jsonl").write_text('{"who": "ann"}\n')
    code, _, err = harness("sessions", "import", tmp_path / "chat.jsonl")
    assert code == 2
    assert "--mapping" in err


def test_names_cannot_steer_the_terminal(harness: Command, session: str) -> None:
    for words in (("sessions", "list"), ("sessions", "show", session)):
        assert "\x1b" not in harness(*words)[1]


def test_nobody_has_looked_yet(harness: Command, session: str) -> None:
    assert json.loads(harness("looks", "--json")[1]) == {"looks": []}
    assert harness("looks", "--session", session, "--by", "ida")[1] == "Nobody has looked.\n"


def test_looks_by_command_are_looks(harness: Command, session: str, tmp_path: Path) -> None:
    for words in (
        ("sessions", "show", session),
        ("sessions", "export", session, "--to", tmp_path / "a.jsonl"),
        ("score", session),
        ("report", session, "--to", tmp_path / "a.html"),
    ):
        assert harness(*words)[0] == 0, words
    found = json.loads(harness("looks", "--json")[1])["looks"]
    pages = ["report", "score", "export jsonl", "show"]
    assert [(x["session"], x["page"]) for x in found] == [(session, f"command line: {p}") for p in pages]
    assert harness("sessions", "verify", session)[0] == 0


def test_staff_pages_forget_what_was_erased(home: Home) -> None:
    pilot = Assessment(name="pilot", title="Pilot", tasks=("news-ranking",), seed=1)
    found = create(home, lambda: START, pilot, "Ann Example", 1, 0)
    desk = Desk(home, lambda: START, lambda: AbsentSandbox("none"))
    known = desk.known(found, desk.heads()[found])
    assert known.state.created is not None
    erase_session(home, found, "asked", "ida", START + 2 * HOUR)
    known = desk.known(found, desk.heads()[found])
    assert (known.state.created, known.state.phase) == (None, "erased")
    assert known.problem == "The content of this session was erased at a request of ida: asked."


def test_the_list_still_says_that_an_erased_session_was_simulated(home: Home) -> None:
    pilot = Assessment(name="pilot", title="Pilot", tasks=("news-ranking",), seed=1)
    found = create(home, lambda: START, pilot, "simulated sloppy 1", 1, 0, policy="sloppy")
    erase_session(home, found, "asked", "ida", START + 2 * HOUR)
    desk = Desk(home, lambda: START, lambda: AbsentSandbox("none"))
    staff = Staff(name="ida", role="administrator")
    line = row(desk, staff, found, desk.known(found, desk.heads()[found]), {"pilot": "Pilot"})
    assert (line["simulated"], line["title"], line["candidate"]) == (True, "Pilot", None)


def test_an_export_is_a_look_before_its_first_byte(
    harness: Command, session: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("ui.commands.exchange.say", broken)
    with pytest.raises(BrokenPipeError):
        harness("sessions", "export", session)
    monkeypatch.undo()
    found = json.loads(harness("looks", "--json")[1])["looks"]
    assert [look["page"] for look in found] == ["command line: export jsonl"]


def test_a_key_is_taken_as_it_is_printed(harness: Command, session: str, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    harness("sessions", "export", session, "--to", file)
    key = json.loads(harness("keys", "show", "--json")[1])["current"]
    for said in ("zzz", key[:20], ""):
        code, _, err = harness("sessions", "verify", file, "--key", said, home="nowhere")
        assert (code, "is no public key" in err) == (2, True)
    for said in (key, key.upper(), fingerprint(key)):
        code, out, _ = harness("sessions", "verify", file, "--key", said, home="nowhere")
        assert code == 1
        assert "it is not sealed, and a seal by that key was expected" in out
    seal(harness, session, tmp_path)
    harness("sessions", "export", session, "--to", file)
    for said in (key, key.upper(), fingerprint(key)):
        for what in (file, "--all"):
            home = "here" if what == "--all" else "nowhere"
            assert harness("sessions", "verify", what, "--key", said, home=home)[0] == 0
    assert harness("sessions", "verify", file, "--key", "0" * 64, home="nowhere")[0] == 1
    out = harness("sessions", "verify", "--all")[1]
    assert f"1 sealed by key {fingerprint(key)} (the key of this installation)." in out


def seal(harness: Command, session: str, tmp_path: Path) -> None:
    """Seals the session of the home `here`."""
    home = open_home(Settings(home=tmp_path / "here"), counting_entropy())
    head, key = home.log.head(session), home.key
    signature = key.sign(sealed_bytes(session, head.seq, head.hash.hex())).hex()
    event = Sealed(events=head.seq, head=head.hash.hex(), key=public_hex(key), signature=signature)
    home.log.append(session, [Entry(event, "system", START)])
    home.log.close()
    home.engine.dispose()


def test_an_export_of_what_is_not_whole_is_not_signed(harness: Command, session: str, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    seal(harness, session, tmp_path)
    with closing(sqlite3.connect(tmp_path / "here" / "harness.db")) as database:
        database.execute("DELETE FROM mark")
        database.commit()
    code, _, err = harness("sessions", "export", session, "--to", file)
    assert code == 0
    assert err.startswith("Not signed, as it is not whole:")
    assert "not signed by the key that sealed it" in harness("sessions", "verify", file, home="nowhere")[1]


def test_the_list_says_what_is_a_copy(harness: Command, session: str, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    harness("sessions", "export", session, "--to", file)
    assert "Signed by a key that was not known here" in harness("sessions", "import", file, home="there")[1]
    assert "simulated copy" in harness("sessions", "list", home="there")[1]
    assert json.loads(harness("sessions", "list", "--json", home="there")[1])["sessions"][0]["copy"] is True
    assert json.loads(harness("sessions", "list", "--json")[1])["sessions"][0]["copy"] is False
    for words in (
        ("invite", "Ann", "--session", session),
        ("sessions", "accommodate", session, "--extra-minutes", 5, "--reason", "asked"),
    ):
        code, _, err = harness(*words, home="there")
        assert (code, "is a copy of one sat elsewhere" in err) == (2, True), err


def test_a_foreign_log_is_refused_in_one_sentence(harness: Command, tmp_path: Path) -> None:
    (tmp_path / "chat.jsonl").write_text('{"who": "ann"}\n' * 500)
    _, _, err = harness("sessions", "import", tmp_path / "chat.jsonl")
    assert err.count("cannot be read") == 1
    assert "And 499 more. A foreign log needs --mapping" in err


def test_a_damaged_keyring_is_one_sentence(harness: Command, session: str, tmp_path: Path) -> None:
    ring = tmp_path / "here" / "keys" / "keyring.json"
    for damaged in ("{", '[{"key": "x", "made": 1}]', "[1]"):
        ring.write_text(damaged)
        code, _, err = harness("sessions", "verify", "--all")
        assert (code, err.count("\n")) == (2, 1)
        assert "keyring.json is damaged" in err
        assert "pydantic" not in err
