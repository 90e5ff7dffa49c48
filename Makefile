# `make` lists the targets. CI and pre-commit call the same ones.
PYTHON ?= python3
VENV := .venv
FLOOR_VENV := .venv-floor
BIN := $(VENV)/bin
# The oldest py-polars that passes the whole suite; pyproject.toml declares the same.
FLOOR := polars==1.44.2
# Where the whole run is on the Python engine, test-python was on it already.
FALLBACK := $(if $(filter false 0 off,$(OMEGA_USE_RUST_RATING)),,test-fallback)
# What maturin tells pyo3 of Python, once it has built.
PYO3_CONFIG = $(wildcard $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)/maturin/pyo3-config-*-abi3.txt)
# A module's tests stay in one process: they share the frames they make.
PYTEST := --quiet --numprocesses auto --dist loadscope

.DEFAULT_GOAL := help
.PHONY: help demo check test build wheel lint test-rust test-python test-fallback test-floor test-wheel test-adapters test-scale test-more test-peers test-report test-add-score report docs audit fuzz bench bench-save bench-compare bench-rust study cost coverage data fmt clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 14

demo: build ## build, then rate the shipped real trades and print the ranking
	$(BIN)/polars-rating demo

report: build ## rate the shipped real trades and write the report build/report.html
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --group report
	mkdir -p build
	$(BIN)/polars-rating demo --top 0 --report build/report.html

check: build lint test-rust test-python ## the inner loop: build, lints, Rust tests, the Python suite once

test: check $(FALLBACK) test-floor test-wheel test-add-score docs test-adapters test-scale ## everything CI runs

test-more: test-peers test-report ## slow, with many packages and a browser: what CI does not run

# A build needs maturin; tests and lints need their groups too, which the demo does not wait for.
$(VENV)/.build-tools:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet 'maturin>=1.8,<2'
	touch $@

$(VENV)/.dev-tools: pyproject.toml $(VENV)/.build-tools
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --group test --group lint
	touch $@

build: $(VENV)/.build-tools ## build the extension in release mode into the environment
	rm -f python/polars_rating/*.so
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/maturin develop --release

wheel: build ## the abi3 wheel of the same build, in dist
	rm -rf dist
	$(BIN)/maturin build --release --quiet --out dist

# With the release profile, so that the plugin's check runs no procedural macro a second time, and
# with the build's description of Python: under another one all of Polars would be built again. The
# kernels are linted with their tests and benchmarks.
lint: $(VENV)/.dev-tools ## formatting, lints and types
	cargo fmt --check
	$(if $(PYO3_CONFIG),PYO3_CONFIG_FILE=$(PYO3_CONFIG)) cargo clippy --quiet --release -- -D warnings
	cargo clippy --quiet --no-default-features --all-targets -- -D warnings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy python scripts
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/zizmor --quiet --offline --no-progress --config .github/zizmor.yml .github/workflows

test-rust: ## kernels and random streams, without Polars
	cargo test --quiet --no-default-features

test-python: build $(VENV)/.dev-tools ## the Python suite and all doctests, newest Polars
	$(BIN)/python -m pytest $(PYTEST)

# The tests of tests/scores and tests/golden run on both engines by themselves; the random streams
# are Rust's, and the parity tests would compare the reference with itself.
test-fallback: build $(VENV)/.dev-tools ## the suite on the Python engine, for a rollback without the library
	OMEGA_USE_RUST_RATING=false $(BIN)/python -m pytest $(PYTEST) README.md docs \
		tests/batch tests/cli tests/contracts tests/engines tests/property tests/testing tests/types

$(FLOOR_VENV)/.ready: pyproject.toml | wheel
	$(PYTHON) -m venv --clear $(FLOOR_VENV)
	$(FLOOR_VENV)/bin/python -m pip install --quiet --upgrade pip
	$(FLOOR_VENV)/bin/python -m pip install --quiet dist/*abi3*.whl '$(FLOOR)' --group test
	touch $@

test-floor: wheel $(FLOOR_VENV)/.ready ## the wheel and the same suite on the oldest supported Polars
	$(FLOOR_VENV)/bin/python -m pip install --quiet --force-reinstall --no-deps dist/*abi3*.whl
	$(FLOOR_VENV)/bin/python -m pytest $(PYTEST) README.md docs tests

test-wheel: wheel ## the wheel, installed on its own, rates the shipped trades
	$(PYTHON) -m venv --clear .venv-wheel
	.venv-wheel/bin/python -m pip install --quiet dist/*abi3*.whl
	cd dist && ../.venv-wheel/bin/polars-rating demo --top 3

# The backtesters install beside the newest Polars and NumPy; they bring some fifty packages.
test-adapters: build $(VENV)/.dev-tools ## the adapters on runs of backtesters made by the tests
	$(BIN)/python -m pip install --quiet --group adapters
	POLARS_RATING_TEST_ADAPTERS=1 $(BIN)/python -m pytest $(PYTEST) tests/adapters

# Ray is 240 MB. The suite has the same tests for processes of this machine.
test-scale: build $(VENV)/.dev-tools ## many files on Dask and Ray, whose workers and drivers are killed
	$(BIN)/python -m pip install --quiet --group scale
	$(BIN)/python -m pytest --quiet tests/files/test_kills.py -k 'dask or ray'

# Some forty packages; without one of them its tests are skipped.
test-peers: build $(VENV)/.dev-tools ## selection bias against skfolio, phacker, holdout, arch, statsmodels, empyrical
	$(BIN)/python -m pip install --quiet --group peers
	$(BIN)/python -m pytest $(PYTEST) tests/peers

# A browser is needed: the system's, or the one that CHROMIUM names; where there is none, apt-get
# installs Debian's, which takes root. Screenshots go to build/report-screenshots.
test-report: build $(VENV)/.dev-tools ## the report in a browser without a network, with a screenshot per section
	$(BIN)/python -m pip install --quiet --group browser
	test -n "$$CHROMIUM" || command -v chromium || command -v google-chrome || \
		(apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium)
	POLARS_RATING_TEST_REPORT=1 $(BIN)/python -m pytest --quiet -s tests/report/test_browser.py

test-add-score: build $(VENV)/.dev-tools ## a throw-away score takes the files that CONTRIBUTING.md lists, no more
	$(BIN)/python scripts/add_score.py

$(VENV)/.docs-tools: pyproject.toml | $(VENV)/.build-tools
	$(BIN)/python -m pip install --quiet --group docs
	touch $@

# With the tools installed it needs no network. A link that leads nowhere fails it.
docs: build $(VENV)/.dev-tools $(VENV)/.docs-tools ## the documentation as a site, in build/site
	$(BIN)/python scripts/build_docs.py gather
	$(BIN)/zensical build --clean --strict
	$(BIN)/python scripts/build_docs.py check

fuzz: build $(VENV)/.dev-tools ## 100,000 damaged Arrow inputs into the batch calls: an error or a valid result each
	$(BIN)/python scripts/fuzz_ipc.py --inputs 100000

# cargo-deny is a program of its own: cargo install cargo-deny. Both ask for the latest advisories.
audit: $(VENV)/.dev-tools ## known vulnerabilities, licences and sources of all dependencies
	$(BIN)/python -m pip install --quiet --group audit
	$(BIN)/python -m pip_audit --skip-editable --local
	cargo deny check

bench: build $(VENV)/.dev-tools ## this package against Polars, NumPy, Numba and plain Python, side by side
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benches

cost: build $(VENV)/.dev-tools ## what many files cost: the model of docs/large.md, fitted anew
	PYTHONPATH=. $(BIN)/python scripts/cost_model.py

BASELINE := benches/baseline.json

bench-save: build $(VENV)/.dev-tools ## the same, and keep the medians in benches/baseline.json
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benches --save $(BASELINE)

bench-compare: build $(VENV)/.dev-tools ## the same, and print what changed since make bench-save
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benches --against $(BASELINE)

study: build $(VENV)/.dev-tools ## do ratings predict? rules on real prices; writes docs/does-it-work.md
	$(BIN)/python -m pip install --quiet --group study
	$(BIN)/python -m studies.walk_forward

bench-rust: ## criterion benchmarks of the kernels
	cargo bench --no-default-features

coverage: build $(VENV)/.dev-tools ## how much of the Python and Rust code the tests run
	$(BIN)/python -m pip install --quiet --group coverage
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/python scripts/coverage.py

data: build $(VENV)/.dev-tools ## rebuild the shipped trades from market prices
	$(BIN)/python scripts/make_trades.py

fmt: $(VENV)/.dev-tools ## format the sources
	cargo fmt
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove environments and build output
	rm -rf $(VENV) $(FLOOR_VENV) .venv-wheel build dist target python/polars_rating/*.so
