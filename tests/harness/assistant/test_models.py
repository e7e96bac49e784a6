"""What an administrator can configure, and one clear sentence for what cannot be used."""

from __future__ import annotations

import pytest

from harness.assistant import ModelsError
from harness.assistant.models import Deployment, configured, read_models
from harness.assistant.readiness import readiness

GOOD = """
planting = "careful"
judge = "careful"

[[models]]
name = "quick"
fallbacks = ["careful"]
longer = "careful"
temperature = 0.2
deployments = [
    {model = "openai/small", api_base = "http://127.0.0.1:1/v1", key = "env:QUICK_KEY"},
    {model = "openai/small", api_base = "http://127.0.0.1:2/v1"},
]

[[models]]
name = "careful"
deployments = [{model = "openai/large", key = "file:/run/secrets/careful"}]

[budget]
tokens = 200000
dollars = 2.5

[limits]
first = 20
retries = 2
"""


def test_a_whole_file_is_read(tmp_path):
    path = tmp_path / "models.toml"
    path.write_text(GOOD)
    found = read_models(path)
    assert found.names == ("quick", "careful")
    assert found.first == "quick"
    assert (found.budget.tokens, found.budget.dollars) == (200_000, 2.5)
    assert (found.limits.first, found.limits.total, found.limits.retries) == (20, 120, 2)
    assert not found.everywhere


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("env:QUICK_KEY", "sk-this-is-the-key"), "a key never stands in the file"),
        (('fallbacks = ["careful"]', 'fallbacks = ["clever"]'), "clever, which is no model of this file"),
        (('planting = "careful"', 'planting = "clever"'), "clever is no model of this file"),
        (('name = "careful"', 'name = "quick"'), "two models have the same name"),
        (("first = 20", "first = 0"), "greater than 0"),
        (("[budget]", "[budgets]"), "Extra inputs are not permitted"),
        (("[[models]]", "[[models"), "no valid TOML"),
        (("env:QUICK_KEY", "env:"), "name where it is"),
        (("openai/large", ""), "at least 1 character"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_that_repeats_no_key(change, words, tmp_path):
    path = tmp_path / "models.toml"
    path.write_text(GOOD.replace(*change, 1))
    with pytest.raises(ModelsError) as caught:
        read_models(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)
    assert "sk-this" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelsError, match="HARNESS_MODELS_FILE"):
        configured(tmp_path / "none.toml", "", "")


def test_keys_come_from_the_environment_or_a_file(tmp_path, monkeypatch):
    secret = tmp_path / "secret"
    secret.write_text("one-two-three\n")
    monkeypatch.setenv("QUICK_KEY", "four-five-six")
    assert Deployment(model="m", key=f"file:{secret}").secret() == "one-two-three"
    assert Deployment(model="m", key="env:QUICK_KEY").secret() == "four-five-six"
    assert Deployment(model="m").secret() is None
    secret.write_bytes(b"")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "two").write_text("one two\n")
    for key, words in (("secret", "is empty"), ("binary", "something else"), ("two", "more than a key")):
        with pytest.raises(ModelsError, match=f"{tmp_path}/{key} .*{words}") as caught:
            Deployment(model="m", key=f"file:{tmp_path}/{key}").secret()
        assert "one two" not in str(caught.value)
    for missing in ("env:NOT_THERE", f"file:{tmp_path}/nothing"):
        with pytest.raises(ModelsError, match=r"NOT_THERE|nothing"):
            Deployment(model="m", key=missing).secret()


@pytest.mark.parametrize(
    "name",
    [
        "openai/gpt-5",
        "vertex_ai/claude-sonnet-4@20250514",
        "bedrock/arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-v1:0",
        " openai/gpt-5\n",
    ],
)
def test_every_name_that_litellm_gives_names_a_model(name):
    found = configured(None, name, "")
    assert found.names == (name.strip(),)
    assert found.models[0].deployments[0].model == name.strip()


@pytest.mark.parametrize("name", ["/gpt-5", "openai/gpt 5\tfast", "x" * 300, "<b>"])
def test_what_names_no_model_is_said_in_one_sentence(name):
    with pytest.raises(ModelsError, match="HARNESS_MODEL") as caught:
        configured(None, name, "")
    assert "\n" not in str(caught.value)


def test_how_each_model_stands_is_told_without_a_key(tmp_path, monkeypatch):
    monkeypatch.setenv("QUICK_KEY", "four-five-six")
    path = tmp_path / "models.toml"
    path.write_text(GOOD)
    quick, careful = readiness(read_models(path))
    assert (quick.usable, careful.usable) == (True, False)
    assert quick.says == "openai/small, env:QUICK_KEY; openai/small, no key is sent"
    assert "/run/secrets/careful cannot be read" in careful.why
    (quick, _) = readiness(read_models(path), lambda deployment: deployment.api_base.endswith(":1/v1"))
    assert quick.usable
    assert "knows no provider for openai/small" in quick.says
    assert "four-five-six" not in quick.says + careful.says
