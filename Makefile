# Each target installs what it needs in .venv or, if VENV is set, in that folder. You need only make and Python >= 3.11.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TORCH := $(VENV)/.torch
HUB := $(VENV)/.hub
BROWSER := $(VENV)/.browser
SITE := $(VENV)/.site
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist loadgroup --no-loadscope-reorder
EXAMPLES := 100000
DEMO := update_rules
PICTURES := released list notebook hint marked feedback grades
# The tests start hundreds of Python programs, which would each compile the grader again if Python might not save it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test quick portable attacks fuzz student versions gradescope hub browser docs pictures notebooks lint validate bench torch lock clean

demo: $(READY)         ## release an assignment to a made-up class, answer it, grade it, return feedback
	$(BIN)/python -m autograder build $(DEMO)
	$(BIN)/python -m autograder demo $(DEMO)

test: $(READY)         ## run every test that needs neither root nor the network
	$(PYTEST) --durations 10

quick: $(READY)        ## run the fast tests, in less than a minute; the last line names those left out
	$(PYTEST) -m "not slow"

portable: $(READY)     ## check that this Python and CPU (or OPENBLAS_CORETYPE) give the same builds and verdicts
	$(PYTEST) tests/autograder/test_build.py tests/exercises tests/test_mistakes.py

attacks: $(READY)      ## attack the grader, and write docs/attacks.md and the summary in docs/security.md
	$(BIN)/python -m tests.attacks.scoreboard

fuzz: $(READY)         ## send the parsers 100,000 made-up inputs per test, and print the counts: make fuzz EXAMPLES=1000
	EXAMPLES=$(EXAMPLES) $(PYTEST) tests/fuzz --timeout 0 --hypothesis-profile fuzz --hypothesis-show-statistics

student: notebooks     ## pack the course into a zip for students without a hub; make student ID=update_rules packs one assignment
	@$(BIN)/python -m autograder pack $(ID)

versions: notebooks   ## use the student zip with other versions of NumPy and IPython, which the network provides
	$(BIN)/python -m tests.environments.simulate

gradescope: notebooks  ## write the zip for a Gradescope autograder: make gradescope ID=update_rules
	@$(BIN)/python -m autograder gradescope $(or $(ID),$(error ID must name an assignment, as in: make gradescope ID=update_rules))

hub: $(HUB)            ## start JupyterHub on this machine, for a trial class; make hub PORT=9000 uses other ports
	@GRADLAB_HUB_PORT=$(or $(PORT),8000) GRADLAB_HUB_WATCH="$(WATCH)" $(BIN)/python deploy/hub/start.py

browser: $(BROWSER)    ## take a class through the hub in headless Chromium; screenshots are saved in build/screens
	$(BIN)/python -m pytest tests/hub tests/pages/test_in_browser.py tests/pages/test_feedback_in_browser.py

docs: $(SITE)          ## build the documentation site into build/docs; warnings are errors
	$(BIN)/python -m sphinx -W --keep-going --quiet -c docs/site . build/docs
	@rm -rf build/jupyter_execute  # a by-product of reading the notebooks
	@echo "open build/docs/index.html"

pictures: $(BROWSER)   ## update the pictures in README.md and docs/ from the last `make demo` and `make browser`
	@$(BIN)/python docs/pictures/make.py $(PICTURES)
	@$(BIN)/python docs/pictures/pages.py

notebooks: $(READY)    ## build notebooks and public cases from the text masters
	$(BIN)/python -m autograder build

lint: $(READY)         ## check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

validate: $(READY)     ## count the judge's errors on the hidden cases of 200 seeds
	$(BIN)/python -m autograder validate --output docs/validation.md

bench: $(TORCH) $(HUB) ## run all benchmarks, which takes two hours, and write docs/benchmarks.md; make bench ONLY=layers
	$(BIN)/python tests/bench/page.py $(ONLY)

torch: $(TORCH)        ## install PyTorch, so that tests compare with PyTorch itself, not only with its stored values

lock: $(READY)         ## recompile the lock files from pyproject.toml, and upgrade the packages in requirements.txt
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra grader --extra dev \
	    --upgrade pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra hub \
	    --constraint requirements.txt pyproject.toml --output-file deploy/hub/requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra browser \
	    --constraint deploy/hub/requirements.txt pyproject.toml --output-file tests/hub/requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra docs \
	    --constraint requirements.txt pyproject.toml --output-file docs/site/requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra server --constraint requirements.txt \
	    --constraint deploy/hub/requirements.txt pyproject.toml --output-file deploy/server/requirements.txt

clean:                 ## delete what can be rebuilt, but not grades, submissions or the course secret
	rm -rf $(VENV) build/demo build/cache build/wheel build/proxy build/screens

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed. Choose one, for example: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@echo "setting up $(VENV), which takes a minute or two"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

$(TORCH): $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	@touch $(TORCH)

$(HUB): $(READY) deploy/hub/requirements.txt
	@echo "installing JupyterHub in $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r deploy/hub/requirements.txt
	@touch $(HUB)

$(SITE): $(READY) docs/site/requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r docs/site/requirements.txt
	@touch $(SITE)

$(BROWSER): $(HUB) tests/hub/requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/hub/requirements.txt
	@npm install --silent --no-audit --no-fund --prefix $(VENV)/axe axe-core@4.14.1
	@touch $(BROWSER)
