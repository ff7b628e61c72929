# The commands of the project. `make run` and `make test` are all that most people need.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
CACHE := .cache
.DEFAULT_GOAL := help
.PHONY: help run test soak bench backup restore check lint lock messages format

help:
	@echo "make run    the whole system with demonstration content, on http://localhost:$${PORT:-8000}"
	@echo "make test   everything that proves it (make test ARGS=\"tests/partners -k waterfall\")"
	@echo "make check  linter, formatter, types, import contracts, migrations, deployment checks"
	@echo "make soak   the long versions of the tests;  make bench  measurements, as ratios"
	@echo "make backup   database and files, while it runs;  make restore FROM=folder   into an empty one"
	@echo "make lock   new hashed locks;  make messages  collect texts to translate"

# -- installation: hashed locks through uv; pip where uv cannot reach the index ----------------
$(BIN)/uv: requirements/uv.txt
	@sh requirements/venv.sh $(VENV)
	@touch $@

$(VENV)/.base: requirements/base.txt $(BIN)/uv
	@sh requirements/install.sh $(VENV) requirements/base.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	@sh requirements/install.sh $(VENV) requirements/dev.txt
	@touch $@

# -- the two commands ---------------------------------------------------------------------------
run: $(VENV)/.base
	@exec $(BIN)/python -m weintl.embedded run --end-with-parent

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n auto --dist loadgroup -m "not soak" $(ARGS)

# -- for operators ------------------------------------------------------------------------------
backup: $(VENV)/.base
	@$(BIN)/python manage.py backup $(ARGS)

restore: $(VENV)/.base
	@$(BIN)/python -m weintl.embedded restore $(FROM)

# -- for developers -----------------------------------------------------------------------------
soak: $(VENV)/.dev
	@HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -n auto --dist loadgroup -m "soak or hypothesis" $(ARGS)

bench: $(VENV)/.dev
	@$(BIN)/python -m benchmarks $(ARGS)

check: $(VENV)/.dev
	@BIN=$(BIN) sh requirements/check.sh

lint: $(VENV)/.dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

format: $(VENV)/.dev
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

lock: $(BIN)/uv
	@for name in uv base dev; do \
	  $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	    --no-emit-index-url --custom-compile-command "make lock" \
	    requirements/$$name.in -o requirements/$$name.txt $(ARGS); done

messages: $(VENV)/.dev
	@$(BIN)/python manage.py makemessages -l es --no-wrap --no-location \
	  --ignore "$(VENV)/*" --ignore "tests/*" --ignore "benchmarks/*"
