# Two commands matter: `make demo` sets everything up and builds the demo leaflets, `make test` sets everything up and
# runs all checks. A second run installs nothing.

PYTHON := .venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test lint setup setup-test strings bench lock clean

demo: setup
	.venv/bin/leaflets build content/monographs || test $$? -eq 7
	@echo "The leaflets are in $(CURDIR)/output (the withdrawn sample has no patient leaflet, on purpose)."

test: setup-test
	@sh .ci/checks

lint: setup-test
	@sh .ci/checks lint

setup:
	@sh .ci/setup

setup-test:
	@sh .ci/setup --test

strings: setup-test
	$(PYTHON) -m leaflets.extraction

bench: setup-test
	$(PYTHON) -m tests.benchmarks

lock: setup-test
	$(PYTHON) -m uv pip compile --universal --generate-hashes --extra dev --python-version 3.11 -q \
	  pyproject.toml -o requirements.lock --no-header --no-annotate --no-emit-index-url

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
