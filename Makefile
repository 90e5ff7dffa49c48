# `make` lists the targets. CI and pre-commit call the same ones.
PYTHON ?= python3
VENV := .venv
FLOOR_VENV := .venv-floor
BIN := $(VENV)/bin
# The oldest py-polars that passes the whole suite; pyproject.toml declares the same.
FLOOR := polars==1.44.2
# Where the whole run is on the Python engine, test-python was on it already.
FALLBACK := $(if $(filter false 0 off,$(OMEGA_USE_RUST_RATING)),,test-fallback)
# A module's tests stay in one process: they share the frames they make.
PYTEST := --quiet --numprocesses auto --dist loadscope

.DEFAULT_GOAL := help
.PHONY: help demo test build lint clippy-plugin test-rust test-python test-fallback test-floor test-wheel fuzz bench bench-rust data fmt clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 14

demo: build ## build, then rate the shipped real trades and print the ranking
	$(BIN)/polars-rating demo

test: lint test-rust build test-python $(FALLBACK) test-floor test-wheel ## everything CI runs

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet 'maturin>=1.8,<2' --group test --group lint
	touch $@

build: $(VENV)/.ready ## build the extension in release mode into the environment
	rm -f python/polars_rating/*.so
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/maturin develop --release

lint: $(VENV)/.ready ## formatting, lints and types
	cargo fmt --check
	cargo clippy --quiet --no-default-features --all-targets -- -D warnings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy python scripts

clippy-plugin: ## lint the plugin too (checks all of Polars: minutes)
	cargo clippy --quiet -- -D warnings

test-rust: ## kernels and random streams, without Polars
	cargo test --quiet --no-default-features

test-python: build ## the Python suite and all doctests, newest Polars
	$(BIN)/python -m pytest $(PYTEST)

test-fallback: build ## the same suite on the Python engine, for a rollback without the library
	OMEGA_USE_RUST_RATING=false $(BIN)/python -m pytest $(PYTEST) README.md docs tests

test-floor: build ## the same build and suite on the oldest supported Polars
	$(PYTHON) -m venv $(FLOOR_VENV)
	$(FLOOR_VENV)/bin/python -m pip install --quiet --upgrade pip
	$(FLOOR_VENV)/bin/python -m pip install --quiet '$(FLOOR)' --group test
	PYTHONPATH=python $(FLOOR_VENV)/bin/python -m pytest $(PYTEST) README.md docs tests

test-wheel: build ## the abi3 wheel, installed on its own, rates the shipped trades
	rm -rf dist .venv-wheel
	$(BIN)/maturin build --release --quiet --out dist
	$(PYTHON) -m venv .venv-wheel
	.venv-wheel/bin/python -m pip install --quiet dist/*abi3*.whl
	cd dist && ../.venv-wheel/bin/polars-rating demo --top 3

fuzz: build ## 100,000 damaged Arrow inputs into the batch calls: an error or a valid result each
	$(BIN)/python scripts/fuzz_ipc.py --inputs 100000

bench: build ## this package against Polars, NumPy, Numba and plain Python, side by side
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benches

bench-rust: ## criterion benchmarks of the kernels
	cargo bench --no-default-features

data: $(VENV)/.ready ## rebuild the shipped trades from market prices
	$(BIN)/python scripts/make_trades.py

fmt: $(VENV)/.ready ## format the sources
	cargo fmt
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove environments and build output
	rm -rf $(VENV) $(FLOOR_VENV) .venv-wheel dist target python/polars_rating/*.so
