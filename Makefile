# Seans. `make help` lists what can be done; every target sets up what it needs.
PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PORT

.PHONY: help run worker test hostile races kills many sim planted mutants lint bench demo lock translations screenshots clean

help: ## what can be done here
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 14

# Each environment is made anew only when its lock changed. uv is quick; where it cannot be had, pip does the same.
define install
	@test -x $(BIN)/python || $(PY) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.5" 2>/dev/null || true
	@if [ -x $(BIN)/uv ]; then VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r $(1); \
	 else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi
endef

$(VENV)/.runs: requirements.txt
	$(call install,requirements.txt)
	@touch $@

$(VENV)/.tests: requirements-dev.txt
	$(call install,requirements-dev.txt)
	@touch $@ $(VENV)/.runs

PO := $(wildcard translations/*/LC_MESSAGES/messages.po)
MO := $(PO:.po=.mo)
# A catalogue without a header counts as unsure as a whole, hence --use-fuzzy; no text in it is (a test looks).
translations/%.mo: translations/%.po | $(VENV)/.runs
	@$(BIN)/pybabel --quiet compile --use-fuzzy -l $(word 2,$(subst /, ,$<)) -i $< -o $@

run: $(VENV)/.runs $(MO) ## set up and serve the clinic on http://127.0.0.1:8000 (PORT=… changes it)
	@$(BIN)/python run.py

worker: $(VENV)/.runs $(MO) ## only the timetable: the jobs, without pages
	@$(BIN)/python run.py worker

test: $(VENV)/.tests $(MO) ## set up and run every test
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

N ?= 20000
SEED ?= 1
hostile: $(VENV)/.tests $(MO) ## a long campaign of hostile requests (N=100000 SEED=2)
	@$(BIN)/python -m tests.hostile.campaign $(N) $(SEED) 2>/dev/null

races: $(VENV)/.tests $(MO) ## sixteen desks after one slot, slot after slot, on both engines (N=1000 SEED=1)
	@nice -n 10 $(BIN)/python -m tests.races.campaign $(N) $(SEED) 2>/dev/null

kills: $(VENV)/.tests $(MO) ## workers killed in the middle of sending, half of them on each engine (N=1000 SEED=1)
	@$(BIN)/python -m tests.kills.campaign $(N) $(SEED)

many: $(VENV)/.tests $(MO) ## so many mails due at one moment, through a real server (N=10000)
	@MANY=$(N) $(BIN)/python -m pytest -q -n 0 tests/messages/test_many_at_once.py -k many_at_once

YEARS ?= 20
MINUTES ?= inf
sim: $(VENV)/.tests $(MO) ## simulated clinics, each for a year, with every promise asked as they go (YEARS=1000 SEED=1 MINUTES=40)
	@nice -n 10 $(BIN)/python -m tests.sim.campaign $(YEARS) $(SEED) $(MINUTES)

BUG ?=
planted: $(VENV)/.tests $(MO) ## live with each planted bug until a promise breaks (BUG="quiet hours": only those)
	@nice -n 10 $(BIN)/python -m tests.sim.planted "$(BUG)" 2>/dev/null

ONLY ?= *
mutants: $(VENV)/.tests requirements-mutants.txt ## change app/planning line by line and count what the tests notice (ONLY='*7': about a tenth)
	$(call install,requirements-mutants.txt)
	@$(BIN)/mutmut run --max-children 2 "$(ONLY)" | tail -n 3
	@$(BIN)/mutmut export-cicd-stats && cat mutants/mutmut-cicd-stats.json

lint: $(VENV)/.tests $(MO) ## style, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports --no-cache

# OR-Tools, against which series are measured, stays out of everything else; where it cannot be had the bench says so.
$(VENV)/.cp-sat: requirements-bench.txt | $(VENV)/.tests
	@$(BIN)/uv venv --quiet --allow-existing $(VENV)/cp-sat && $(BIN)/uv pip install --quiet --require-hashes \
	  --python $(VENV)/cp-sat/bin/python -r $< && touch $@ || rm -rf $(VENV)/cp-sat

bench: $(VENV)/.tests $(VENV)/.cp-sat $(MO) ## side-by-side measurements, as ratios
	@$(BIN)/python -m bench $(ARGS)

demo: $(VENV)/.runs $(MO) ## throw the demo database away and make a new one
	@$(BIN)/flask --app run demo --again

lock: $(VENV)/.runs ## lock the requirements anew, with hashes
	@for f in requirements requirements-dev requirements-mutants requirements-bench; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-emit-index-url $$f.in -o $$f.txt; done

translations: $(VENV)/.tests ## collect the texts of pages into the catalogues
	@$(BIN)/pybabel --quiet extract -F babel.cfg -k _l -k _n:1,2 -k N_ --no-location --sort-output --omit-header -o $(VENV)/seans.pot .
	@$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --omit-header -i $(VENV)/seans.pot -d translations

screenshots: $(VENV)/.tests $(MO) ## the pictures of README and guides, from the demo clinic (ALL=1: every screen, into build/screens)
	@$(BIN)/python -m docs.screenshots

clean: ## remove what was built; the database stays
	@rm -rf $(VENV) mutants .mypy_cache .ruff_cache .import_linter_cache .hypothesis
