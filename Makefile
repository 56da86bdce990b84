# Every target sets itself up: it needs Python >= 3.11, make and git, and reaches nothing but the package registries.
# Arguments go in ARGS: make sandbox ARGS="--port 9000", make test ARGS="tests/domain -k slots"

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := .cache/peers
CODE := src tests migrations scripts benchmarks chaos

.PHONY: help sandbox run migrate check format format-check lint types contracts test generate bench chaos lock clean
.NOTPARALLEL:
.DEFAULT_GOAL := help

help:
	@echo 'make sandbox   the whole product against stand-ins of Telegram, Instagram, Facebook and Cloudinary'
	@echo 'make check     all that must hold before a change goes in'
	@echo 'make test      the tests alone'
	@echo 'make format    put the code into its format'
	@echo 'make generate  write the generated files anew'
	@echo 'make run       the product, with the settings of the environment or .env'
	@echo 'make migrate   bring the database up to date'
	@echo 'make bench     measure speed          make chaos   kill it at random and count'
	@echo 'make lock      resolve and pin the dependencies anew'
	@echo 'make clean     remove what can be made again'

$(READY): scripts/set_up.sh requirements-dev.lock pyproject.toml
	@PYTHON='$(PYTHON)' scripts/set_up.sh $(VENV)
	@touch $@

sandbox: $(READY)
	$(BIN)/storyline sandbox $(ARGS)

run: $(READY)
	$(BIN)/storyline run $(ARGS)

migrate: $(READY)
	$(BIN)/storyline migrate $(ARGS)

check: format-check lint types contracts test

format: $(READY)
	$(BIN)/ruff format $(wildcard $(CODE))
	$(BIN)/ruff check --fix $(wildcard $(CODE))

format-check: $(READY)
	$(BIN)/ruff format --check $(wildcard $(CODE))

lint: $(READY)
	$(BIN)/ruff check $(wildcard $(CODE))

# Side by side: together they take as long as the slower one.
types: $(READY)
	$(BIN)/mypy & mypy=$$!; $(BIN)/pyright; pyright=$$?; wait $$mypy && exit $$pyright

contracts: $(READY)
	$(BIN)/lint-imports

test: $(READY)
	$(BIN)/pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder $(ARGS)

generate: $(READY)
	$(BIN)/python scripts/generate.py

$(PEERS)/.ready: $(READY) requirements-peers.lock
	$(BIN)/python -m venv --clear $(PEERS)
	$(PEERS)/bin/pip install -qq --disable-pip-version-check --require-hashes --requirement requirements-peers.lock
	@touch $@

bench: $(READY) $(PEERS)/.ready
	$(BIN)/python -m benchmarks $(ARGS)

chaos: $(READY)
	PYTHONPATH=tests $(BIN)/python -m chaos $(ARGS)

COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header

lock: $(READY)
	$(COMPILE) $(ARGS) pyproject.toml --output-file requirements.lock
	$(COMPILE) $(ARGS) pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock
	$(COMPILE) --group peers --output-file requirements-peers.lock
	$(COMPILE) --group build --constraint requirements-dev.lock --output-file requirements-build.lock

clean:
	rm -rf $(VENV) .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
