# One door for everything. `make demo` and `make test` need only Python 3.11+, make and the index.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PINS := docker/requirements.txt
DEV_PINS := tests/requirements.txt

.PHONY: demo test check install lint types layers schema mission connectors bench bench-peers campaign pins clean

demo: install ## the hub with invented data; prints what to open
	$(BIN)/isthmus demo $(ARGS)

test: install ## every test, on up to four cores
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

check: install lint types layers test ## what CI runs

install: $(STAMP)

# uv where it is, else venv and pip; both check the hash of every file.
$(STAMP): $(PINS) $(DEV_PINS) pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv -q --allow-existing --python '>=3.11' $(VENV) && \
	  uv pip install -q --python $(BIN)/python --require-hashes -r $(DEV_PINS) && \
	  uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'isthmus needs Python 3.11 or newer; set PYTHON=/path/to/it'; exit 1; }; \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(DEV_PINS) && \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@printf '*\n' > $(VENV)/.gitignore
	@touch $(STAMP)

lint: install
	$(BIN)/ruff check src connectors tests
	$(BIN)/ruff format --check src connectors tests

types: install
	$(BIN)/mypy
	@# a connector's folder may bear a dash, which no package may: it is checked under another name
	@mkdir -p .mypy_cache/connectors
	@for part in connectors/*/; do \
	  ls $$part*.py >/dev/null 2>&1 || continue; \
	  ln -sfn $(CURDIR)/$${part%/} .mypy_cache/connectors/$$(basename $$part | tr - _); \
	done
	cd .mypy_cache/connectors && $(CURDIR)/$(BIN)/mypy --config-file $(CURDIR)/tests/connectors/mypy.ini */*.py

layers: install
	$(BIN)/lint-imports

schema: install ## write schema.graphql, and the canonical types of connectors
	$(BIN)/isthmus schema > schema.graphql
	for type in src/docs/schemas/*.json; do \
	  $(BIN)/isthmus connector schema $$(basename $$type .json) > $$type || exit 1; \
	done

mission: install ## every row of the mission with the tests that show it
	$(BIN)/python -m tests.support.mission

connectors: install ## write the list in connectors/README.md
	$(BIN)/python -m tests.support.connector_list

bench: install ## figures, as ratios in one run
	$(BIN)/python -m tests.bench $(ARGS)

bench-peers: install ## what the peers of the benches need; from PyPI and npm
	$(BIN)/python -m tests.bench.shared_harness

campaign: install ## the slow trials in their long form
	$(BIN)/python -m pytest -m slow $(ARGS)

pins: ## renew the pinned versions
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url pyproject.toml -o $(PINS)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url pyproject.toml --group dev -o $(DEV_PINS)

clean:
	rm -rf $(VENV) .isthmus
