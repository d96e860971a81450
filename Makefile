# Every target sets up what it needs by itself: uv and the locked dependencies go into .venv,
# PostgreSQL comes from its wheel. Nothing needs root, Docker or a running service.
PYTHON ?= python3
UV_VERSION = 0.13.9
BIN = .venv/bin
STAMP = .venv/.synced
SPECTRAL = .spectral/node_modules/.bin/spectral

.PHONY: demo serve test check bench reference api-examples fuzz verifier clean

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
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

# Node comes from its wheel, the linter of the API's description from its own lock file.
$(SPECTRAL): .spectral/package-lock.json $(STAMP)
	@cd .spectral && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund
	@touch $@

check: $(STAMP) $(SPECTRAL)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(SPECTRAL) lint api/openapi.json --ruleset .spectral/ruleset.yaml --fail-severity=hint --quiet
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

bench: $(STAMP)
	@$(BIN)/python -m ops.bench

fuzz: $(STAMP)
	@$(BIN)/python -m tests.fuzz $(FUZZ_ARGS)

reference: $(STAMP)
	@$(BIN)/python -m ops.reference

api-examples: $(STAMP)
	@$(BIN)/python -m ops.reference.examples
	@$(BIN)/python -m ops.reference

verifier: $(STAMP)
	@$(BIN)/python -m crypto.pack_verifier dist/driehoek-verify.pyz

clean:
	rm -rf dist .venv .spectral/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
