# The pipeline of one run, R: which step reads what. Called by `make report` once the
# parameters are resolved and the stamps under build/R/stamps are fresh.
#
# A stamp changes only when the content of its file does (for a notebook or module: or of
# anything of ours that it imports). A step leaves two marks: build/R/done/STEP, whenever it ran, and
# build/R/outputs/STEP, a list of what it made with hashes, rewritten only when one of them changed.
# So an edit reruns what it can reach, and stops where the bytes come out the same.

.DELETE_ON_ERROR:
# no .SECONDARY here: under it, make would not miss a mark that was taken away
SHELL := /bin/sh

BUILD := build/$(R)
stamp = $(addprefix $(BUILD)/stamps/,$(1))
raw = $(patsubst %,$(BUILD)/stamps/raw/%.csv,$(1)) $(call stamp,raw/datapackage.yaml raw/references.json)
made_by = $(addprefix $(BUILD)/outputs/,$(1))
# in a process forked by the one that called make, or by the one that forks kernels, where they are
forked_by = "$$PYTHON" $(if $($(1)),-I -S src/notepress/fastkernel/client.py "$$$(1)",-m) whowalkedaway step $(R)
STEP = $(call forked_by,NOTEPRESS_FORK_STEPS)

CLEANING := 01-clean-tariffs 02-clean-statements
MEASURING := 03-tariff-record 04-statement-record 05-claims
NOTEBOOKS := $(CLEANING) $(MEASURING) 06-report

TARIFF_TABLES := sides actions chapter_events changes_by_chapter imports_by_chapter \
    lines_by_chapter hs_chapters coverage coverage_sets benchmarks episodes farm_figures date_rules \
    scenarios line_files named
STATEMENT_TABLES := sides speakers statements rounds press events event_actions recoding claims questions evidence \
    evidence_recoding article named
ALL_TABLES := $(sort $(TARIFF_TABLES) $(STATEMENT_TABLES))

.PHONY: all
all: $(BUILD)/done/record

# what a step made is up to date when the step is; the step itself keeps the file's time if it can
$(BUILD)/outputs/%: $(BUILD)/done/% ;

# every raw table against the descriptor, before anything reads one
$(BUILD)/done/valid: $(call raw,$(ALL_TABLES)) $(call stamp,src/tradetalks/raw/validate.py)
	@$(STEP) valid

# a notebook depends on itself, its parameters, what runs it, and the lines further down
$(NOTEBOOKS:%=$(BUILD)/done/%): $(BUILD)/done/%: $(BUILD)/stamps/notebooks/%.ipynb $(BUILD)/parameters/%.yml \
    $(call stamp,src/notepress/run/execute.py requirements.lock)
	@$(STEP) $*

# stamps of fetched files are there in a run with DETAIL=lines, and in no other
LINE_FILES := $(wildcard $(BUILD)/stamps/raw/lines/*)
$(BUILD)/done/01-clean-tariffs: $(call made_by,valid) $(call raw,$(TARIFF_TABLES)) $(LINE_FILES)
$(BUILD)/done/02-clean-statements: $(call made_by,valid) $(call raw,$(STATEMENT_TABLES) actions)
$(BUILD)/done/03-tariff-record: $(call made_by,01-clean-tariffs) $(call raw,$(TARIFF_TABLES))
# which reads the path of the average rates that the notebook before it writes
$(BUILD)/done/04-statement-record: $(call made_by,$(CLEANING) 03-tariff-record) $(call raw,$(STATEMENT_TABLES) actions)
$(BUILD)/done/05-claims: $(call made_by,01-clean-tariffs) $(call raw,$(ALL_TABLES))
$(BUILD)/done/06-report: $(call made_by,$(CLEANING) $(MEASURING) register)

# what another value of each parameter would change, measured by what the notebooks call
$(BUILD)/done/register: $(call made_by,valid) $(call raw,$(ALL_TABLES)) $(LINE_FILES) $(BUILD)/parameters.yml \
    $(call stamp,src/whowalkedaway/readings.py requirements.lock)
	@$(call forked_by,NOTEPRESS_FORK_KERNELS) register

$(BUILD)/done/values: $(call made_by,$(CLEANING) $(MEASURING)) $(call stamp,src/notepress/values.py)
	@$(STEP) values

# one executed notebook, two formats
$(BUILD)/done/html $(BUILD)/done/pdf: $(BUILD)/done/%: $(call made_by,06-report values) $(BUILD)/edition \
    $(call raw,) $(call stamp,src/notepress/print/export.py src/notepress/templates)
	@$(STEP) $*

# the PDF carries every table of the run
$(BUILD)/done/pdf: $(call made_by,$(MEASURING))

# the picture that is shown where somebody links to the report
$(BUILD)/done/card: $(call made_by,values) $(BUILD)/edition $(call raw,) \
    $(call stamp,notebooks/06-report.ipynb src/notepress/print/card.py src/notepress/templates)
	@$(STEP) card

$(BUILD)/done/record: $(call made_by,html pdf card values) $(BUILD)/edition $(call stamp,src/notepress/runrecord.py)
	@$(STEP) record
