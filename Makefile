# Who walked away? The commands of the project; `make` alone explains them.
# The rules that build one run stand in pipeline.mk.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

# Who may type a value gets no shell by it: what this file says itself cannot be said from outside, and a value that
# make would expand (and could run) never gets further than here.
OWN := OWN CONDA_NAME PYTHON READY READY_TO_TEST READY_FOR_LAB RUNNER ANY_PYTHON PYTHONPATH CONDA_DEFAULT_ENV CONDA_PREFIX \
    SHELL .SHELLFLAGS MAKE MAKEFLAGS MAKEFILES MAKEOVERRIDES CURDIR .DEFAULT_GOAL .VARIABLES
$(foreach v,$(if $(filter file,$(origin OWN)),$(OWN),OWN),$(if $(filter command,$(origin $v)),$(error $v is not to be set from outside; nothing was run or written)))
$(foreach v,$(.VARIABLES),$(if $(filter command,$(origin $v)),$(if $(findstring $$,$(value $v)),$(error a dollar sign is not allowed in $v; nothing was run or written))))
$(if $(findstring e,$(filter-out -%,$(firstword $(MAKEFLAGS)))),$(error with -e the environment would steer this; leave it out))
# nor does what happens to stand in the environment steer a run
unexport NOTEPRESS_RUN NOTEPRESS_NOTEBOOK NOTEPRESS_STAGE
# the environment is installed without byte code: what is imported is compiled once, and kept
unexport PYTHONDONTWRITEBYTECODE

# --- the environment: conda's where it is active, else .venv from the lock -----------------
CONDA_NAME = $(shell sed -n 's/^name: *//p' environment.yml)
ifeq ($(CONDA_DEFAULT_ENV),$(if $(CONDA_DEFAULT_ENV),$(CONDA_NAME),none))
PYTHON := $(CONDA_PREFIX)/bin/python
READY := build/conda/ready
READY_TO_TEST := build/conda/ready-to-test
READY_FOR_LAB := $(READY)
else
PYTHON := .venv/bin/python
READY := ready
READY_TO_TEST := ready-to-test
READY_FOR_LAB := ready-for-lab
endif
# it is told who called it, since make may be ended alone, and be gone before a recipe asks who that is
RUNNER = CALLER=$(shell echo $$PPID) $(PYTHON) -m whowalkedaway
# what needs no environment
ANY_PYTHON = $(firstword $(foreach name,python3 python,$(shell command -v $(name))))
# the code is this folder's, wherever an environment that several folders share was last installed from
export PYTHONPATH := $(CURDIR)/src:$(CURDIR)/packages/notepress/src

ready ready-to-test ready-for-lab:
	@sh tools/set-up.sh $@
build/conda/ready build/conda/ready-to-test: build/conda/%: requirements-dev.lock pyproject.toml
	@mkdir -p $(@D)
	@test "$*" = ready || $(PYTHON) -m pip install --quiet --require-hashes -r requirements-dev.lock
	@$(PYTHON) -m pip install --quiet --no-deps --no-build-isolation -e . && touch $@

# --- commands -------------------------------------------------------------------------------
.PHONY: ready ready-to-test ready-for-lab help report test test-trust check lint format docs verify compare corrections explain why site sweep fetch fetch-border check-list read-texts bench lab lock clean distclean
## help: what can be made, and which parameters a run takes
help:
	@$(ANY_PYTHON) -m whowalkedaway help
## report: notebooks, HTML and PDF of a run (RUN=name, any PARAMETER=value, AS=name; ACCEPT_DATA=1; TIMEOUT=seconds per cell)
report: $(READY)
	@+$(RUNNER) report
## verify: re-hash what a run read and made (RUN=name), or say whether a PDF is an edition or what was built here (FILE=report.pdf)
verify: $(READY)
	@$(RUNNER) verify
## corrections: what moved in a built run since the last edition, and is not told in CORRECTIONS.md (RUN=name; EDITION=name makes it the last edition)
corrections: $(READY)
	@$(RUNNER) corrections
## compare: what changed between two built runs, and which verdicts flipped (A=run, B=run, IN=folder)
compare: $(READY)
	@$(RUNNER) compare
## explain: one number of the report, from its text to its source rows (VALUE=id, RUN=name)
explain: $(READY)
	@$(RUNNER) explain
## why: what would be rebuilt, and which changed input is the reason (RUN=name)
why: $(READY)
	@$(RUNNER) why
## site: lay built reports, their comparison, sweeps, notebooks and data into one folder for any host (RUNS="run run", SITE=folder)
site: $(READY)
	@$(RUNNER) site
## sweep: a run at many points, laid side by side (SWEEP=name of params/sweeps)
sweep: $(READY)
	@$(RUNNER) sweep
## fetch: get the line-level files, which DETAIL=lines needs (MIRROR=folder-or-address)
fetch: $(READY)
	@$(RUNNER) fetch
## fetch-border: ask the publisher for months of trade (SINCE=YYYY-MM UNTIL=YYYY-MM; a key in TRADE_API_KEY)
fetch-border: $(READY)
	@$(RUNNER) fetch-border
## check-list: hold a list of Section 301 codes against the complete one (LIST=file)
check-list: $(READY)
	@$(RUNNER) check-list
## read-texts: turn a folder of own statements into ledger rows, not coded (FROM=folder)
read-texts: $(READY)
	@$(RUNNER) read-texts
## test: set up what the tests need and run all of them
test: $(READY_TO_TEST) lint
	@$(PYTHON) -m pytest -n auto --dist loadfile --no-loadscope-reorder
## test-trust: a sample of damaged tables, faults and environments (SEED=number draws one again; TRUST=whole takes all, for hours)
test-trust: $(READY_TO_TEST)
	@unset MAKEFLAGS MAKEOVERRIDES; export CORPUS="$${CORPUS:-build/corpus}" TRUST="$${TRUST:-sample}" SEED="$${SEED:-$$(date +%s)}" && echo "SEED=$$SEED" && \
	    $(PYTHON) -m pytest -n auto --dist loadfile --no-loadscope-reorder tests/trust tests/test_earlier_days.py \
	    tests/test_record_of_a_run.py tests/test_sources_of_values.py tests/test_another_dispute.py \
	    tests/test_printed_second_case.py tests/test_whole_build.py packages/notepress/tests
## check: format, lint, types, form of the notebooks
check: $(READY_TO_TEST) lint
	@$(PYTHON) -m mypy
	@$(PYTHON) -m pytest tests/test_notebooks.py
# types and the form of the notebooks are among the tests: before them, mypy would leave a processor idle
lint: $(READY_TO_TEST)
	@$(PYTHON) -m ruff format --check --quiet .
	@$(PYTHON) -m ruff check --quiet .
## format: bring code and notebooks into the project's format
format: $(READY_TO_TEST)
	@$(PYTHON) -m ruff check --quiet --fix . ; $(PYTHON) -m ruff format --quiet .
## docs: write anew what is made from the code: tables of the manuals, schema of params/
docs: $(READY)
	@$(RUNNER) docs
## bench: measure time and memory of a build, beside what is asked and a stock chain (REPEAT=3)
bench: $(READY)
	@$(PYTHON) -m bench
## lab: open the notebooks in JupyterLab
lab: $(READY_FOR_LAB)
	@cd notebooks && ../$(PYTHON) -m jupyterlab $(if $(filter 0,$(shell id -u)),--allow-root)
## lock: refresh the locked versions
lock: $(READY)
	@sh tools/lock.sh
## clean: remove what the project made (the committed report stays), once no build is at work, and list what else lies there
clean:
	@$(ANY_PYTHON) -m whowalkedaway clean
## distclean: remove the environment as well
distclean: clean
	@rm -rf .venv
