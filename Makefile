# Needs make and Python 3.11 or newer with venv; everything else is fetched into .venv.

python := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
venv := .venv
bin := $(venv)/bin
installed := $(venv)/.installed

.DEFAULT_GOAL := help
.PHONY: help env demo test lint bench clean

help: ## Print these lines
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 14

env: $(installed) ## Make .venv, with Sheetflow and what its tests need

$(installed): pyproject.toml
	@test -n "$(python)" || { echo "Sheetflow needs Python 3.11 or newer; none was found." >&2; exit 2; }
	$(python) -m venv $(venv)
	$(bin)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(installed) ## Run three recipes over a messy workbook; leaves the folder demo/
	@$(bin)/python -m recipes.demo

# A ledger waits for the disk at each change. Where memory has two gigabytes to spare, the tests keep
# their files there, and take them away after. Each program that they start would be compiled anew
# if no bytecode were kept.
test: export PYTHONDONTWRITEBYTECODE =
test: $(installed) ## Run all tests, the long sweeps last
	@free=$$(df -Pk /dev/shm 2>/dev/null | awk 'END { print $$4 + 0 }'); \
	if [ "$$free" -gt 2000000 ]; then \
		TMPDIR=$$(mktemp -d /dev/shm/sheetflow-tests-XXXXXX); export TMPDIR; \
		chmod 711 "$$TMPDIR"; \
		trap 'rm -rf "$$TMPDIR"' EXIT; trap 'exit 130' INT TERM; \
	fi; \
	$(bin)/python -m pytest -q -n auto --dist worksteal -m 'not slow' && \
	$(bin)/python -m pytest -q -n auto --dist worksteal -m slow

lint: $(installed) ## Check style, format and types
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy

bench: $(installed) ## Measure against plain scripts; writes bench/README.md
	$(bin)/python -m bench

clean: ## Remove .venv, demo/ and caches
	rm -rf $(venv) demo build *.egg-info .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
