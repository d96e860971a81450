# Every target sets up what it needs by itself: uv and the locked dependencies go into .venv,
# PostgreSQL comes from its wheel. Nothing needs root, Docker or a running service.
PYTHON ?= python3
UV_VERSION = 0.13.9
BIN = .venv/bin
STAMP = .venv/.synced

.PHONY: demo serve test check bench reference verifier clean

$(STAMP): pyproject.toml uv.lock clients/python/pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv sync --quiet --frozen --active --inexact
	@touch $@

demo: $(STAMP)
	@$(BIN)/driehoek demo $(DEMO_ARGS)

serve: $(STAMP)
	@$(BIN)/driehoek migrate
	@$(BIN)/driehoek serve

test: $(STAMP)
	@$(BIN)/python -m pytest -n 3 --dist loadfile $(PYTEST_ARGS)

check: $(STAMP)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

bench: $(STAMP)
	@$(BIN)/python -m ops.bench

reference: $(STAMP)
	@$(BIN)/python -m ops.reference

verifier: $(STAMP)
	@$(BIN)/python -m crypto.pack_verifier dist/driehoek-verify.pyz

clean:
	rm -rf dist .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
