# make demo   install what answering needs (a venv, once), analyse photos, and write one page to look at:
#             make demo PHOTOS=folder; without PHOTOS, garments that fashionkit draws
# make test   set up (a venv, the package, its tools), then lint, types, layers, doctests and tests
# make check  the same without the tests: seconds
# make docs   build the site from docs/ into build/site, warnings as errors
# make format let ruff mend what it can
# Choose an interpreter with `make test PYTHON=python3.13`, all tests with `make test MARKS=`.

SHELL := /bin/bash
.DELETE_ON_ERROR:
# Without byte code every start compiles the dependencies anew.
unexport PYTHONDONTWRITEBYTECODE

MARKS ?= not slow
PHOTOS ?=
PAGE ?= fashionkit-demo.html
WORKERS ?= $(shell nproc 2>/dev/null || echo 2)

# The first interpreter here that the package supports.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.14 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null && echo $$p && break; done)
UV := $(shell command -v uv 2>/dev/null)

# $(call venv,FOLDER) makes a venv; $(call install,FOLDER,WHAT) installs into it, byte-compiled.
ifdef UV
venv = $(UV) venv --quiet --clear --python "$(PYTHON)" $(1)
install = $(UV) pip install --quiet --compile-bytecode --python $(1)/bin/python $(2)
else
venv = $(PYTHON) -m venv --clear $(1)
install = $(1)/bin/python -m pip install --quiet --disable-pip-version-check $(2)
endif

PACKAGE := $(shell find fashionkit -type f -not -name '*.pyc' 2>/dev/null) LICENSE README.md
# The small checkpoint that the tests of the answering path read; they have no torch to build it with.
CHECKPOINT := $(CURDIR)/.venv-light/checkpoint
# The workers share the cores; one thread each is fastest.
PYTEST = OMP_NUM_THREADS=1 FASHIONKIT_TEST_CHECKPOINT=$(CHECKPOINT) $(1)/bin/pytest -n $(WORKERS)

.PHONY: demo test check docs format clean
demo: .venv-light/.package
	.venv-light/bin/fashionkit demo $(if $(PHOTOS),"$(PHOTOS)") --output "$(PAGE)"

test: check .venv-light/.tests $(CHECKPOINT)/config.json
	@echo "— the answering path, where torch is not installed —"
	$(call PYTEST,.venv-light) -q -m "light and ($(or $(MARKS),light))" tests
	@echo "— everything —"
	$(call PYTEST,.venv) -m "$(MARKS)" fashionkit tests

$(CHECKPOINT)/config.json: .venv/.ready .venv-light/.ready tests/build_checkpoint.py tests/drawing.py $(PACKAGE)
	.venv/bin/python tests/build_checkpoint.py $(CHECKPOINT)

check: .venv/.ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

docs: .venv/.ready
	.venv/bin/sphinx-build -q -E -W -n -d build/site-trees docs build/site
	@echo "open build/site/index.html"

format: .venv/.ready
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

.venv/.ready: pyproject.toml
	@test -n "$(PYTHON)" || { echo "fashionkit needs Python 3.11 to 3.14 and found none; name one: make test PYTHON=..."; exit 1; }
	@echo "installing fashionkit with its training and development tools into .venv (minutes, once)"
	$(call venv,.venv)
	$(call install,.venv,-e '.[dev]')
	touch $@

# What a user gets from `pip install .`: the package itself as a wheel, without torch.
.venv-light/.ready: pyproject.toml
	@test -n "$(PYTHON)" || { echo "fashionkit needs Python 3.11 to 3.14 and found none; name one: make demo PYTHON=..."; exit 1; }
	@echo "installing fashionkit as applications do, without torch, into .venv-light (a minute or two, once)"
	$(call venv,.venv-light)
	$(call install,.venv-light,.)
	touch $@

.venv-light/.package: .venv-light/.ready $(PACKAGE)
	$(call install,.venv-light,--no-deps --force-reinstall .)
	touch $@

.venv-light/.tests: .venv-light/.package
	$(call install,.venv-light,'.[test-light]')
	touch $@

clean:
	rm -rf .venv .venv-light build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
