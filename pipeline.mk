# The pipeline of one run: what each step reads, and the command that makes it. `make report` calls it once the
# parameters are resolved and the lists of what steps read are written; `make -n report` prints the commands.
#
# Of a step, reads-STEP are sources and after-STEP earlier steps, all of whose results it reads. Names are
# those of one run: raw/ is its folder of raw tables, parameters/ has what a step is given; all else lies in the
# project. Of a module or notebook, what it imports counts too, and what modules read beside them.
#
# Make compares the times of three stamps below build/RUN. reads/STEP lists the sources with their hashes and
# made/STEP the results: both move only if a content did. done/STEP moves whenever the step ran.

.DELETE_ON_ERROR:
SHELL := /bin/sh

RUN := may-2019
PYTHON := python
# seconds that a cell may take
SECONDS := 600
# the folder of the notebook of the report
REPORT_IN := notebooks
# fetched files, which 01 sums again with DETAIL=lines
LINES :=
# what a run that the report lays beside its own is measured from
BESIDE :=

B := build/$(RUN)
STAGE = $(B)/stage/$*
IN = $(if $(filter 06-report,$*),$(REPORT_IN),notebooks)
STEP = $(PYTHON) -m whowalkedaway.steps $(RUN) $* $(module-$*)
# what gives the same bytes on every machine: no other kernels, start-up files, windows or order of sets
SAME := env MPLBACKEND=agg JUPYTER_PATH= JUPYTER_PREFER_ENV_PATH=1 PYTHONHASHSEED=0 PYDEVD_DISABLE_FILE_VALIDATION=1 \
    OPENBLAS_NUM_THREADS=1 SOURCE_DATE_EPOCH=0

raw = $(patsubst %,raw/%.csv,$(1)) raw/datapackage.yaml
code = $(patsubst %,src/whowalkedaway/steps/%.py,$(1)) requirements.lock $(wildcard src/*/*/*.sql src/*/*.csv src/*/*/*.csv)
done = $(1:%=$(B)/done/%)

CLEANING := 01-clean-tariffs 02-clean-statements
MEASURING := 03-tariff-record 04-border-record 04-statement-record 05-claims
NOTEBOOKS := $(CLEANING) $(MEASURING) 06-report

# what `valid` holds against the descriptor, and the register measures from
BORDER := border_choices border_customs border_exports border_exports_by_goods border_goods \
    border_imports border_list_shares border_measured border_releases border_steps border_windows
TABLES := $(BORDER) actions article benchmarks border_estimates changes_by_chapter chapter_events claims coders context coverage \
    coverage_sets date_rules documents episodes event_actions events evidence evidence_recoding exemptions open_choices \
    farm_figures hs_chapters imports_by_chapter joint_acts line_files lines_by_chapter markets masked_readings measures named parameters \
    press questions recoding reposts revisions rounds sentences sides speakers statements \
    stream_channels stream_readings stream_sample streams studies threats weightings word_list
RECORDS := verdicts tariffs border statements
REGISTER := $(RECORDS:%=register-%)
PRINTED := html pdf card
STEPS := valid what-if $(NOTEBOOKS) $(REGISTER) register values $(PRINTED) share record

reads-valid = $(call raw,$(TABLES)) raw/references.json

# --- seven notebooks ----------------------------------------------------------------------------
reads-01-clean-tariffs = $(LINES) $(call raw,actions benchmarks changes_by_chapter chapter_events coverage \
    coverage_sets episodes exemptions farm_figures imports_by_chapter line_files lines_by_chapter sides)

reads-02-clean-statements = $(call raw,press recoding rounds sides speakers statements stream_channels stream_readings stream_sample streams) raw/references.json

reads-03-tariff-record = $(call raw,actions benchmarks changes_by_chapter chapter_events coverage coverage_sets date_rules \
    episodes exemptions farm_figures hs_chapters imports_by_chapter joint_acts measures named parameters sides threats weightings) \
    raw/references.json
after-03-tariff-record := 01-clean-tariffs

reads-04-border-record = $(call raw,$(BORDER) actions benchmarks border_estimates changes_by_chapter chapter_events coverage \
    coverage_sets date_rules episodes exemptions hs_chapters imports_by_chapter markets named parameters sides) \
    raw/references.json
after-04-border-record := 01-clean-tariffs

reads-04-statement-record = $(call raw,actions chapter_events context event_actions evidence events named press recoding rounds sentences sides speakers statements stream_channels stream_readings stream_sample streams) \
    raw/references.json
after-04-statement-record := $(CLEANING) 03-tariff-record

reads-05-claims = $(call raw,$(BORDER) actions article benchmarks changes_by_chapter chapter_events claims coverage coverage_sets \
    coders documents event_actions events evidence evidence_recoding farm_figures masked_readings named open_choices \
    parameters press questions recoding revisions rounds sentences sides speakers statements studies) raw/references.json
after-05-claims := 01-clean-tariffs

after-06-report := $(CLEANING) $(MEASURING) register

# --- what other values of each parameter would change, what the last day of the tables would add, and
# what the page would say with a few of them
$(foreach s,$(REGISTER) what-if,$(eval reads-$(s) = $(call raw,$(TABLES)) raw/references.json parameters/$(s)))
reads-register = $(call raw,$(TABLES)) raw/references.json parameters/register
after-register := $(REGISTER)

# --- the report ---------------------------------------------------------------------------------
# with those that the last day of the tables would add, and those of another run that the text names
reads-values = $(call raw,) $(BESIDE) notebooks/06-report.ipynb parameters/register
after-values := $(CLEANING) $(MEASURING) register

# the data in one archive, and notebooks to read
reads-share = $(call raw,$(TABLES)) raw/references.json
after-share := $(CLEANING) $(MEASURING) 06-report register values

# the PDF carries every table of the run and every raw table, and the page has the code of every
# notebook
templates := packages/notepress/src/notepress/templates $(wildcard packages/notepress/src/notepress/fonts/*.?tf)
of-run = $(call raw,) pyproject.toml parameters/all parameters/edition
reads-html = $(call raw,parameters sides) raw/references.json CITATION.cff notebooks/06-report.ipynb $(of-run) $(templates)
reads-pdf = $(call raw,$(TABLES)) raw/references.json CITATION.cff notebooks/06-report.ipynb $(of-run) $(templates)
reads-card = notebooks/06-report.ipynb $(of-run) $(templates)
after-html := 06-report $(CLEANING) $(MEASURING) register values what-if
after-pdf := 06-report $(CLEANING) $(MEASURING) register values
after-card := values

reads-record = $(of-run) parameters/sources
after-record := $(filter-out valid record,$(STEPS))

# --- how they are made ----------------------------------------------------------------------------
$(foreach s,$(NOTEBOOKS),$(eval module-$(s) := run_notebook)$(eval reads-$(s) += notebooks/$(s).ipynb parameters/$(s)))
$(foreach s,$(REGISTER) register what-if,$(eval module-$(s) := tabulate))
$(foreach s,$(PRINTED),$(eval module-$(s) := print_report))
module-valid := check_tables
module-values := merge_values
module-share := share
module-record := write_record

.PHONY: all listed
all: $(call done,$(STEPS))
listed:
	@: $(foreach s,$(STEPS),$(info $(s) $(reads-$(s)) $(call code,$(module-$(s))) : $(if $(filter-out valid,$(s)),valid) $(after-$(s))))

# a step runs after those whose results it reads, and none before the raw tables keep every rule
$(foreach s,$(filter-out valid,$(STEPS)),$(eval $(B)/done/$(s): $(B)/made/valid $(after-$(s):%=$(B)/made/%)))
# under -n nothing moves: what stands made is as new as it is, and only the rest waits for its step
MADE := $(STEPS:%=$(B)/made/%)
ifneq (,$(findstring n,$(firstword -$(MAKEFLAGS))))
MADE := $(filter-out $(wildcard $(B)/made/*),$(MADE))
endif
$(MADE): $(B)/made/%: $(B)/done/% ;

$(call done,$(NOTEBOOKS)): $(B)/done/%: $(B)/reads/%
	$(STEP) take
	$(SAME) IPYTHONDIR="$$PWD/$(STAGE)/ipython" NOTEPRESS_STAGE="$$PWD/$(STAGE)/files" NOTEPRESS_RUN=$(RUN) \
	    NOTEPRESS_NOTEBOOK=$*.ipynb $(PYTHON) -m papermill $(IN)/$*.ipynb $(STAGE)/notebook.ipynb -f $(B)/parameters/$*.yml \
	    --cwd $(IN) --no-progress-bar --autosave-cell-every 0 --execution-timeout $(SECONDS) 2>$(STAGE)/said || $(STEP) failed
	$(STEP) keep

$(call done,$(filter-out $(NOTEBOOKS),$(STEPS))): $(B)/done/%: $(B)/reads/%
	$(SAME) $(STEP)
