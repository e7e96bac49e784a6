"""The router: deployments stand in for one another, models fall back, long conversations go to a longer model."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from reply_pieces import segments

from harness.assistant import AssistantError, Used
from harness.assistant.live import LiveAssistant
from harness.assistant.models import Deployment, Limits, Model, Models, one_model, read_models
from harness.assistant.router import Road
from tests.stub_model import KEY, Stub, served

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_KEY", KEY)
    Stub.asked.clear()


def model(name: str, base: str, *behaviours: str, **more: object) -> Model:
    deployments = tuple(Deployment(model=f"openai/{b}", api_base=base, key="env:STUB_KEY") for b in behaviours)
    return Model(name=name, deployments=deployments, **more)


def assistant(*models: Model, **limits: float) -> LiveAssistant:
    ids = iter(range(1000))
    return LiveAssistant(
        models[0].name,
        Road(Models(models=models, limits=Limits(**{"retries": 0, **limits}))),
        lambda: f"live{next(ids):08}",
    )


def test_another_model_answers_when_the_first_has_a_fault(base, turn, say, caplog):
    with caplog.at_level("WARNING", "harness"):
        pieces = say(
            assistant(model("quick", base, "500", fallbacks=("careful",)), model("careful", base, "ok")),
            turn("clamp?"),
        )
    assert caplog.messages == ["The model quick did not answer; careful did."]
    assert isinstance(pieces[-1], Used)
    assert pieces[-1].answered == "careful"
    assert len(segments(pieces)) == 4


def test_a_conversation_that_is_too_long_goes_to_the_longer_model(base, turn, say):
    found = say(
        assistant(model("short", base, "overflow", longer="long"), model("long", base, "ok")), turn("clamp?")
    )
    assert found[-1].answered == "long"


def test_a_retry_reaches_another_deployment(base, turn, say):
    mixed = model("mixed", base, "500", "ok")
    asked = [say(assistant(mixed, retries=3), turn("clamp?"))[-1].answered for _ in range(4)]
    assert asked == ["mixed"] * 4


def test_a_deployment_that_fails_is_left_alone_for_a_while(base, turn, say):
    resting = assistant(
        model("quick", base, "500", fallbacks=("careful",)), model("careful", base, "ok"), failures=1
    )
    for _ in range(4):
        assert say(resting, turn("clamp?"))[-1].answered == "careful"
    # One failure is one too many here: it is asked again only after the cooldown.
    assert sum(body["model"] == "500" for body in Stub.asked) <= 3


def test_when_all_fail_it_is_one_sentence_without_the_key(base, turn, say):
    every = assistant(model("quick", base, "500", fallbacks=("careful",)), model("careful", base, "401"))
    with pytest.raises(AssistantError) as caught:
        say(every, turn("clamp?"))
    assert KEY not in str(caught.value)
    assert str(caught.value).count(".") <= 2


def test_a_key_that_is_not_there_is_not_named_to_the_candidate(base, turn, say, monkeypatch):
    monkeypatch.delenv("STUB_KEY")
    with pytest.raises(AssistantError, match="people who invited you"):
        say(assistant(model("quick", base, "ok")), turn("clamp?"))


def test_a_missing_key_of_one_model_takes_down_no_other(base, turn, say, caplog):
    """Neither the judge's, nor that of one deployment of several, nor one with a model to fall back on."""
    lost = Deployment(model="openai/ok", api_base=base, key="env:NOT_THERE")
    judge = Model(name="judge", deployments=(lost,))
    mixed = Model(name="mixed", deployments=(lost, *model("x", base, "ok").deployments))
    backed = Model(name="backed", deployments=(lost,), fallbacks=("judge", "quick"))
    quick = model("quick", base, "ok")
    road = Road(Models(models=(quick, judge, mixed, backed), judge="judge", limits=Limits(retries=0)))
    with caplog.at_level("WARNING", "harness"):
        for name, answered in (("quick", "quick"), ("mixed", "mixed"), ("backed", "quick")):
            assert say(LiveAssistant(name, road, lambda: "x"), turn("clamp?"))[-1].answered == answered
        with pytest.raises(AssistantError, match="cannot be used in this installation") as caught:
            say(LiveAssistant("judge", road, lambda: "x"), turn("clamp?"))
    assert "NOT_THERE" not in str(caught.value)
    assert "The environment has no NOT_THERE" in caught.value.cause
    assert "The model judge cannot be used." in caplog.messages
    assert not any("The model quick" in line for line in caplog.messages)


def test_an_unknown_provider_of_one_model_takes_down_no_other(base, turn, say, caplog):
    strange = Model(name="strange", deployments=(Deployment(model="nonsense/x"),))
    road = Road(Models(models=(strange, model("quick", base, "ok")), limits=Limits(retries=0)))
    with caplog.at_level("WARNING", "harness"):
        assert say(LiveAssistant("quick", road, lambda: "x"), turn("clamp?"))[-1].answered == "quick"
        with pytest.raises(AssistantError, match="people who invited you"):
            say(LiveAssistant("strange", road, lambda: "x"), turn("clamp?"))
    assert any("LiteLLM knows no provider for nonsense/x" in line for line in caplog.messages)


THEIRS = "sk-REAL-0123456789"
PROVIDERS = {
    "openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "azure": "AZURE_API_KEY",
    "mistral": "MISTRAL_API_KEY",
    "deepseek": "DEEPSEEK_API_KEY",
    "groq": "GROQ_API_KEY",
    "openrouter": "OPENROUTER_API_KEY",
    "gemini": "GEMINI_API_KEY",
    "hosted_vllm": "HOSTED_VLLM_API_KEY",
}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_key_of_the_environment_is_not_sent_to_a_server_of_the_file(
    provider, base, turn, say, monkeypatch, tmp_path
):
    for name in {*PROVIDERS.values(), "OPENAI_API_KEY", "AZURE_OPENAI_API_KEY"}:
        monkeypatch.setenv(name, THEIRS)
    file = tmp_path / "models.toml"
    file.write_text(
        f'[[models]]\nname = "a"\ndeployments = [{{model = "{provider}/ok", api_base = "{base}"}}]\n'
        "[limits]\nretries = 0\n"
    )
    with suppress(AssistantError):  # the stub does not speak every provider's language
        say(LiveAssistant("a", Road(read_models(file)), lambda: "x"), turn("clamp?"))
    assert Stub.asked
    assert THEIRS not in str(Stub.asked)


def test_the_single_model_of_the_environment_has_the_environments_key(base, turn, say, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", THEIRS)
    say(LiveAssistant("openai/ok", Road(one_model("openai/ok", base)), lambda: "x"), turn("clamp?"))
    assert [body["key"] for body in Stub.asked] == [f"Bearer {THEIRS}"]


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe\x00", b"one\ntwo"])
def test_a_key_file_without_a_key_sends_no_other(content, base, turn, say, monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_API_KEY", THEIRS)
    (tmp_path / "key").write_bytes(content)
    place = Deployment(model="openai/ok", api_base=base, key=f"file:{tmp_path}/key")
    road = Road(Models(models=(Model(name="a", deployments=(place,)),)))
    with pytest.raises(AssistantError):
        say(LiveAssistant("a", road, lambda: "x"), turn("clamp?"))
    assert not Stub.asked


def test_the_key_goes_to_the_server_and_nowhere_else(base, turn, say):
    say(assistant(model("quick", base, "ok", temperature=0.3, max_tokens=99)), turn("clamp?"))
    (body,) = Stub.asked
    assert body["key"] == f"Bearer {KEY}"
    assert (body["temperature"], body["max_tokens"]) == (0.3, 99)
    assert KEY not in str({k: v for k, v in body.items() if k != "key"})


def test_a_server_that_hangs_is_left_for_another(base, turn, say):
    slow = assistant(model("slow", base, "hang", fallbacks=("careful",)), model("careful", base, "ok"), first=1.0)
    start = time.perf_counter()
    assert say(slow, turn("clamp?"))[-1].answered == "careful"
    assert time.perf_counter() - start < 12
