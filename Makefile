# make demo: from nothing to a table of figures.   make test: everything that is checked.
PYTHON ?= python3

.PHONY: demo test bench clean

demo: .venv/.demo
	@.venv/bin/newstally demo

test: .venv/.dev
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/python -m pytest -n 2 --dist loadgroup

bench: .venv/.dev
	@.venv/bin/newstally bench flows/samples/articles

# uv, where it can be had, installs ten times faster; pip alone does the same.
define install
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install -q --disable-pip-version-check uv 2>/dev/null || true
	@if test -x .venv/bin/uv; \
	then .venv/bin/uv pip install -q --compile-bytecode -p .venv/bin/python -r $(1) && .venv/bin/uv pip install -q --no-deps -p .venv/bin/python -e .; \
	else .venv/bin/python -m pip install -q --disable-pip-version-check -r $(1) && .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps -e .; fi
endef

.venv/.demo: requirements.lock pyproject.toml
	@echo "Setting up .venv (once) …"
	$(call install,requirements.lock)
	@touch $@

.venv/.dev: requirements-dev.lock requirements.lock pyproject.toml
	@echo "Setting up .venv for the tests (once) …"
	$(call install,requirements-dev.lock)
	@touch $@ .venv/.demo

clean:
	rm -rf .venv build *.egg-info
