import pytest

from harness.sandbox.uid import UidRefused, sandbox_uid


def test_root_gets_another_uid() -> None:
    found = sandbox_uid({}, effective=0)
    assert found is not None
    assert found >= 60600
    assert sandbox_uid({"HARNESS_SANDBOX_UID": "61000"}, effective=0) == 61000


def test_an_ordinary_user_keeps_its_own() -> None:
    assert sandbox_uid({}, effective=1000) is None


@pytest.mark.parametrize("uid", ["0", "-1", "root", "", "4294967295", "00"])
def test_uid_0_is_refused(uid: str) -> None:
    with pytest.raises(UidRefused):
        sandbox_uid({"HARNESS_SANDBOX_UID": uid}, effective=0)
