# Everything runs in .venv; `make demo` and `make test` need Python 3.11 or newer and nothing else.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
BIN := .venv/bin

.PHONY: help demo test soak bench bench-validation bench-site bench-writing lint docs assets wheel clean

help:
	@echo 'make demo    install into .venv, then query, validate and publish the graph of this repository'
	@echo 'make test    install what tests need, run all of them'
	@echo 'make lint    ruff, mypy --strict, import-linter'
	@echo 'make soak    slow stress tests and fuzzing'
	@echo 'make bench   time the commands beside what one would use instead'
	@echo 'make bench-validation   time validation beside pySHACL and Jena, on generated data with known faults (minutes)'
	@echo 'make bench-writing   time canonical Turtle beside pyoxigraph and rdflib (minutes)'
	@echo 'make bench-site      time the static site, of the repository and of 20,000 records'
	@echo 'make docs    write the reference pages and the outputs in the documentation anew'
	@echo 'make assets  build what the site takes from others, outlines and a query engine (needs Node and npm)'
	@echo 'make wheel   build the package'
	@echo 'make clean   remove what was built'

demo: .venv/.installed
	@BIN=$(BIN) sh tests/tools/demo

test: .venv/.installed-test
	$(BIN)/python -m pytest -m 'not soak' -n auto --dist loadfile --no-loadscope-reorder

soak: .venv/.installed-test
	$(BIN)/python -m pytest -m soak

bench: .venv/.installed
	$(BIN)/python bench/commands.py --pyshacl

bench-validation: .venv/.installed
	$(BIN)/python bench/validation.py $(if $(SIZES),--sizes $(SIZES))

bench-writing: .venv/.installed-test
	$(BIN)/python bench/writing.py $(if $(SIZES),--sizes $(SIZES))

bench-site: .venv/.installed
	$(BIN)/python bench/pages.py $(if $(RECORDS),--records $(RECORDS))

lint: .venv/.installed-lint
	$(BIN)/ruff check src tests bench assets
	$(BIN)/ruff format --check src tests bench assets
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mosty -q fmt --check

docs: .venv/.installed
	$(BIN)/python tests/tools/reference.py
	$(BIN)/python tests/tools/docs.py

assets: .venv/.installed
	cd assets && npm ci --ignore-scripts --no-audit --no-fund
	$(BIN)/python assets/build.py

wheel: .venv/.installed-test
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf .venv .tools build dist release assets/node_modules src/mosty/site/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.venv/.created:
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or newer is needed: none found (name one with make PYTHON=...)' >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.installed: .venv/.created pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/.installed-test: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

.venv/.installed-browser: .venv/.installed-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test,browser]'
	@touch $@

.venv/.installed-lint: .venv/.installed-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test,lint]'
	@touch $@
