# The pipeline of one run: what each step reads and makes. `make report` asks make for the recipes and
# runs the steps itself; whoever else asks what a report goes back to reads it from here.
#
# Names are those of one run: raw/ is its folder of raw tables, cleaned/ is data/processed/RUN,
# report/ is reports/RUN, parameters/ has what a step is given. All else lies in the project. A step
# among what another reads stands for all that it makes; of a module or notebook, what it imports
# counts too, and what modules read beside them.
#
# Each recipe says what a step reads, or which step makes a file; whether a step has to run is seen by
# the contents of what it reads, not by times (packages/notepress/src/notepress/pipeline.py).

.DELETE_ON_ERROR:
SHELL := /bin/sh

STEP = @echo make report runs

raw = $(patsubst %,raw/%.csv,$(1)) raw/datapackage.yaml
cleaned = $(patsubst %,cleaned/%.parquet,$(1))
code = $(patsubst %,src/whowalkedaway/steps/%.py,$(1)) requirements.lock $(wildcard src/*/*/*.sql src/*/*.csv src/*/*/*.csv)

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
# fetched files, which 01 sums again with DETAIL=lines; `make report` names them
LINES :=
# what a run that the report lays beside its own is measured from; `make report` names it as well
BESIDE :=

RECORDS := verdicts tariffs border statements
REGISTER := $(RECORDS:%=register-%)

.PHONY: all valid $(NOTEBOOKS) what-if $(REGISTER) register values share html pdf card record
all: record

valid: $(call raw,$(TABLES)) raw/references.json $(call code,check_tables)
	$(STEP) $@ $^

# --- seven notebooks ----------------------------------------------------------------------------
$(NOTEBOOKS): %: notebooks/%.ipynb parameters/% $(call code,run_notebook) valid
	$(STEP) $@ $^

01-clean-tariffs: $(LINES) $(call raw,actions benchmarks changes_by_chapter chapter_events coverage \
    coverage_sets episodes exemptions farm_figures imports_by_chapter line_files lines_by_chapter sides)
TARIFFS := actions benchmarks chapter_changes chapter_imports coverage coverage_sets episodes \
    exemptions farm_figures left_out_tariffs sides steps
$(call cleaned,$(TARIFFS)): 01-clean-tariffs
	$(STEP) $@ $^
MEASURED_FROM := chapter_changes chapter_imports coverage coverage_sets exemptions farm_figures sides steps

02-clean-statements: $(call raw,press recoding rounds sides speakers statements stream_channels stream_readings stream_sample streams) raw/references.json
STATEMENTS := left_out_statements press rounds statement_frames statements stream_channels streams
$(call cleaned,$(STATEMENTS)): 02-clean-statements
	$(STEP) $@ $^

03-tariff-record: $(call raw,actions benchmarks changes_by_chapter chapter_events coverage coverage_sets date_rules \
    episodes exemptions farm_figures hs_chapters imports_by_chapter joint_acts measures named parameters sides threats weightings) \
    raw/references.json \
    $(call cleaned,$(MEASURED_FROM) actions episodes)
$(call cleaned,tariff_path duties_outside): 03-tariff-record
	$(STEP) $@ $^

04-border-record: $(call raw,$(BORDER) actions benchmarks border_estimates changes_by_chapter chapter_events coverage \
    coverage_sets date_rules episodes exemptions hs_chapters imports_by_chapter markets named parameters sides) \
    raw/references.json $(call cleaned,$(MEASURED_FROM))

04-statement-record: $(call raw,actions chapter_events context event_actions evidence events named press recoding rounds sentences sides speakers statements stream_channels stream_readings stream_sample streams) \
    raw/references.json $(call cleaned,$(STATEMENTS) actions episodes tariff_path duties_outside)

05-claims: $(call raw,$(BORDER) actions article benchmarks changes_by_chapter chapter_events claims coverage coverage_sets \
    coders documents event_actions events evidence evidence_recoding farm_figures masked_readings named open_choices \
    parameters press questions recoding revisions rounds sentences sides speakers statements studies) raw/references.json $(call cleaned,$(MEASURED_FROM))
report/verdicts.csv: 05-claims
	$(STEP) $@ $^

06-report: $(CLEANING) $(MEASURING) register

# --- what other values of each parameter would change, what the last day of the tables would add, and
# what the page would say with a few of them
$(REGISTER) register what-if: %: parameters/%
register: $(REGISTER)
$(REGISTER) register what-if: $(call raw,$(TABLES)) raw/references.json $(call code,tabulate) valid
	$(STEP) $@ $^
report/what_if.json: what-if
	$(STEP) $@ $^
report/later.json: register
	$(STEP) $@ $^

# --- the report ---------------------------------------------------------------------------------
# with those that the last day of the tables would add, and those of another run that the text names
values: $(CLEANING) $(MEASURING) report/later.json $(call raw,) $(BESIDE) \
    notebooks/06-report.ipynb parameters/register $(call code,merge_values)
	$(STEP) $@ $^
report/values.json: values
	$(STEP) $@ $^

# the data in one archive, and notebooks to read
share: $(call raw,$(TABLES)) raw/references.json $(CLEANING) $(MEASURING) 06-report register report/values.json \
    report/verdicts.csv $(call code,share)
	$(STEP) $@ $^

# the PDF carries every table of the run and every raw table, and the page has the code of every
# notebook
pdf: $(call raw,$(TABLES))
html pdf: $(call raw,parameters) raw/references.json CITATION.cff 06-report $(CLEANING) $(MEASURING) register report/values.json
html: report/what_if.json $(call raw,sides)
html pdf card: notebooks/06-report.ipynb
card: report/values.json
html pdf card: $(call code,print_report) packages/notepress/src/notepress/templates $(wildcard packages/notepress/src/notepress/fonts/*.?tf)
# of steps that can run, what is asked for first begins first: what much waits for, and what takes long
record: 05-claims what-if $(CLEANING) $(MEASURING) $(REGISTER) register 06-report values html pdf share card \
    $(call code,write_record)
record: parameters/sources
html pdf card record: $(call raw,) pyproject.toml parameters/all parameters/edition
	$(STEP) $@ $^

# they are there, or made known, before make is called
raw/% parameters/%: ;
