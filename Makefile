# Short names for what contributors run often; users need ./start_app.sh alone.
PYTHON = .venv/bin/python
T ?= tests

.PHONY: help start stop check format test lock
help:  ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

start:  ## Set up what is missing and start the studio
	./start_app.sh

stop:  ## Stop the studio
	./start_app.sh stop

check:  ## Run ruff and mypy
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

format:  ## Format all Python files
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

test:  ## Run the tests in T (a folder or a file; default: all of them)
	$(PYTHON) -m pytest $(T)

lock:  ## Pin what pyproject.toml names, and renew the list of licences
	$(PYTHON) scripts/lock.py
	$(PYTHON) scripts/third_party.py
