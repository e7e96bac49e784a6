# ruff: noqa: E501
import pytest

from harness.sandbox.files import FileRefused, checked


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "/etc/passwd", "../x.py", "a/../b.py", "a//b.py", "a/", "-c", "~root/x", "a\0b", "a\nb", "a\\b",
     "x" * 300, "/".join("abcdefghij"), "\ud800.py", " a.py", "a/ b.py", "\u202eyp.a", "a/./b"],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(FileRefused):
        checked({name: ""})


@pytest.mark.parametrize(
    "name", ["fraud.py", "a/b/c.py", ".hidden", "über.py", "two words.py", "a-b.py", "日本.md"]
)
def test_an_ordinary_name_is_allowed(name: str) -> None:
    assert checked({name: "x"}) == {name: "x"}


def test_contents_are_bounded() -> None:
    for files in ({"a": "x" * (2 << 20)}, {"a": "\ud800"}, {str(i): "" for i in range(999)}, {"a": "", "a/b": ""}):
        with pytest.raises(FileRefused):
            checked(files)
