# Each target sets up what it needs: a machine with Python 3.11 or newer and make is enough.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
TORCH := .venv/.torch
HUB := .venv/.hub
BROWSER := .venv/.browser
PICTURES := released list notebook hint marked feedback grades

.PHONY: demo test student hub browser pictures notebooks lint validate bench torch lock clean

demo: notebooks        ## hand out, answer, grade and return an assignment with a made-up class
	$(BIN)/python -m autograder demo

test: $(READY)         ## everything that can be tested without root
	$(BIN)/python -m pytest

student: notebooks     ## one zip for students who work without a hub: make student ID=update_rules
	@$(BIN)/python -m autograder pack $(or $(ID),$(error which assignment? make student ID=update_rules))

hub: $(HUB)            ## JupyterHub on this machine, to try a class on; make hub PORT=9000 takes other ports
	@GRADLAB_HUB_PORT=$(or $(PORT),8000) $(BIN)/python deploy/hub/start.py

browser: $(BROWSER)    ## drive a class on that hub in a headless Chromium; screenshots lie in build/screens
	$(BIN)/python -m pytest tests/hub

pictures:              ## what docs/hub.md shows, from the screenshots of the last `make browser`
	@$(BIN)/python docs/pictures/make.py $(PICTURES)

notebooks: $(READY)    ## build notebooks and public cases from the text masters
	$(BIN)/python -m autograder build

lint: $(READY)         ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

validate: $(READY)     ## count the judge's errors over 200 draws of the cases
	$(BIN)/python -m autograder validate --output docs/validation.md

bench: $(TORCH) $(HUB) ## speed, in the same run beside PyTorch, textbook NumPy and stock nbgrader; of the notebooks alone
	$(BIN)/python tests/bench/layers.py
	$(BIN)/python tests/bench/training.py
	$(BIN)/python tests/bench/grading.py
	$(BIN)/python tests/bench/notebooks.py
	$(BIN)/python tests/bench/hub.py

torch: $(TORCH)        ## PyTorch, for live comparisons in the tests; without it they use frozen values

lock: $(READY)         ## compile the lock anew from pyproject.toml
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra grader --extra dev \
	    --upgrade pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra hub \
	    --constraint requirements.txt pyproject.toml --output-file deploy/hub/requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra browser \
	    --constraint deploy/hub/requirements.txt pyproject.toml --output-file tests/hub/requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra server --constraint requirements.txt \
	    --constraint deploy/hub/requirements.txt pyproject.toml --output-file deploy/server/requirements.txt

clean:                 ## forget what can be made again; grades, submissions and the course secret stay
	rm -rf .venv build/demo build/cache build/wheel build/proxy build/screens

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	@echo "setting up .venv, which takes a minute or two"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

$(TORCH): $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	@touch $(TORCH)

$(HUB): $(READY) deploy/hub/requirements.txt
	@echo "installing JupyterHub in .venv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r deploy/hub/requirements.txt
	@touch $(HUB)

$(BROWSER): $(HUB) tests/hub/requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/hub/requirements.txt
	@touch $(BROWSER)
