# make install · make test · make bench — `make help` lists everything.
#
# Recipes run in bash, stop at the first error and quote every path, so a checkout or a PREFIX may contain spaces.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.SILENT:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
# One build at a time: SwiftPM locks .build and uses every core itself.
.NOTPARALLEL:

PREFIX ?= $(HOME)/.local
DESTDIR ?=
PYTHON ?= python3
VENV := .build/venv
PROGRAMS := masque masque-lint masque-lsp masque-audience
COMPLETIONS := bash-completion/completions zsh/site-functions fish/vendor_completions.d

# masque-lint and masque-lsp are one static file each: nothing to find at run time, and a process starts in half the time
# that it takes with glibc alone dynamic. masque keeps glibc dynamic, since it may load TigerBeetle's client, and masque-audience,
# since it resolves names; all else is in them, too. Package.swift reads MASQUES_STATIC. The toolchain's lld, because gold warns of every unused way to dlopen.
# STATIC=no links dynamically; macOS has no static executables.
STATIC ?= $(if $(filter Darwin,$(shell uname -s)),no,yes)
RELEASE := -c release $(if $(filter yes,$(STATIC)),--static-swift-stdlib -Xswiftc -use-ld=lld)
export MASQUES_STATIC := $(STATIC)

# A hash of each module and the identifier made from it go as well as the symbols: they depend on the folder of the build, which
# all that is left does not, but for the length of its path in one message of GRDB's.
STRIP := strip$(if $(filter Linux,$(shell uname -s)), --remove-section=.swift_modhash --remove-section=.note.gnu.build-id)

# V=1 shows what the tools have to say while all is well.
V ?= 0
QUIET := $(if $(filter 0,$(V)),--quiet)
export MASQUES_PACKAGES ?= yes

RELEASES := $(addprefix release-,$(PROGRAMS))

.PHONY: help install uninstall wheel test test-swift test-editors test-telemetry test-wearing test-hooks bench format lint clean \
  toolchain libraries \
  release $(RELEASES) test-packages

help:  ## This list
	awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile
	echo
	echo 'PREFIX=DIR (~/.local)  DESTDIR=DIR  STATIC=no  V=1 (verbose)  MASQUES_PACKAGES=no (never call apt-get)'

# MARK: Build

toolchain:
	if ! command -v swift >/dev/null; then
	  echo 'error: no Swift toolchain on PATH. Masques needs Swift 6.3 or newer: https://www.swift.org/install/' >&2
	  exit 1
	fi
	version=$$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
	if [ "$$(printf '%s\n' 6.3 "$${version:-0}" | sort -V | head -n 1)" != 6.3 ]; then
	  echo "error: Swift $${version:-of unknown version} is too old ($$(command -v swift))." >&2
	  echo '       Masques needs Swift 6.3 or newer: https://www.swift.org/install/' >&2
	  exit 1
	fi

libraries:
	bash .ci/packages required pkg-config libyaml-dev libjansson-dev libsqlite3-dev zlib1g-dev

# SwiftPM takes link flags from pkg-config files; these name the archives instead of the shared libraries.
.build/pkgconfig/%.pc: Makefile | libraries
	mkdir -p .build/pkgconfig
	library=$(patsubst zlib,z,$(patsubst yaml-0.1,yaml,$*))
	{
	  echo "Name: $*"
	  echo "Description: $*, as an archive"
	  echo "Version: $$(pkg-config --modversion $*)"
	  echo "Cflags: $$(pkg-config --cflags $*)"
	  echo "Libs: $$(pkg-config --libs-only-L $*) -l:lib$$library.a"
	} >$@

# What a module map or the Swift runtime links by name has no such file; the linker looks here first (Package.swift).
.build/archives/%.a: Makefile | libraries
	mkdir -p .build/archives
	found=$$(clang -print-file-name=$*.a)
	case $$found in
	  /*) ln -sf "$$found" $@ ;;
	  *) echo 'There is no $*.a: the programs will need the shared library.' >&2 ;;
	esac

ARCHIVES := $(if $(filter yes,$(STATIC)),$(addprefix .build/,pkgconfig/yaml-0.1.pc pkgconfig/jansson.pc pkgconfig/zlib.pc \
  archives/libsqlite3.a archives/libstdc++.a))

release: $(RELEASES)

$(RELEASES): release-%: toolchain libraries $(ARCHIVES)
	echo 'Building $* for release' >&2
	if [ '$(STATIC)' = yes ]; then
	  export PKG_CONFIG_PATH="$$PWD/.build/pkgconfig$${PKG_CONFIG_PATH:+:$$PKG_CONFIG_PATH}"
	fi
	swift build $(QUIET) $(RELEASE) --product $* >&2

# MARK: Install

install: release  ## Build for release, install into PREFIX, check the personas with it
	products=$$(swift build $(RELEASE) --show-bin-path)
	root='$(DESTDIR)$(PREFIX)'
	bin=$$root/bin
	share=$$root/share/masques
	install -d "$$bin" "$$share/schemas" "$$share/personas" "$$share/docs/rules" "$$root"/share/nvim/site/{lua,lsp}
	for folder in $(COMPLETIONS) man/man1; do install -d "$$root/share/$$folder"; done
	for program in $(PROGRAMS); do
	  # Copied beside its place and moved over it: a running server keeps the file that it has.
	  install -m 755 "$$products/$$program" "$$bin/.$$program.new"
	  if command -v strip >/dev/null; then $(STRIP) "$$bin/.$$program.new"; fi
	  mv -f "$$bin/.$$program.new" "$$bin/$$program"
	done
	install -m 644 schemas/*.schema.* "$$share/schemas/"
	install -m 644 personas/*.yaml "$$share/personas/"
	install -m 644 docs/rules/*.md "$$share/docs/rules/"
	install -m 644 editors/neovim/lua/masque.lua "$$root/share/nvim/site/lua/"
	install -m 644 editors/neovim/lsp/masque.lua "$$root/share/nvim/site/lsp/"
	# For whoever has no checkout: every editor's folder.
	rm -rf "$$share/editors"
	cp -R editors "$$share/editors"
	chmod -R u=rwX,go=rX "$$share/editors"
	"$$bin/masque" --generate-completion-script bash >"$$root/share/bash-completion/completions/masque"
	"$$bin/masque" --generate-completion-script zsh >"$$root/share/zsh/site-functions/_masque"
	"$$bin/masque" --generate-completion-script fish >"$$root/share/fish/vendor_completions.d/masque.fish"
	"$$bin/masque" manual "$$root/share/man/man1"
	for words in '' explain format intent rules validate; do
	  "$$bin/masque-lint" $$words --experimental-dump-help >.build/arguments.json
	  "$$bin/masque" manual "$$root/share/man/man1" --from .build/arguments.json
	done
	size() { du -h --apparent-size "$$1" 2>/dev/null | cut -f 1; }
	echo "Installed into $$root:"
	for program in $(PROGRAMS); do echo "  bin/$$program ($$(size "$$bin/$$program"))"; done
	echo '  share/masques/schemas, share/masques/personas, share/masques/docs/rules, share/masques/editors,'
	echo '  share/nvim/site/{lua,lsp}/masque.lua'
	echo '  share/man/man1, and completions for bash, zsh and fish in share/'
	echo
	"$$bin/masque-lint" personas/ || { status=$$?; echo "error: masque-lint personas/ ended with $$status" >&2; exit $$status; }
	# Scoring alone needs it.
	bash .ci/duckdb "$$root/libexec/masques"
	echo "masque-lint personas/: $$(find personas -name '*.masque.y*ml' | wc -l | tr -d ' ') masques, nothing found"
	echo
	echo 'Neovim: one line in init.vim'
	echo "  lua require('masque').setup { cmd = { '$(PREFIX)/bin/masque-lsp' } }"
	echo 'Any other editor: a page of one screen in $(PREFIX)/share/masques/editors'
	case ":$$PATH:" in
	  *:'$(PREFIX)/bin':*) ;;
	  *) printf '\n%s\n' '$(PREFIX)/bin is not on PATH yet: export PATH="$(PREFIX)/bin:$$PATH"' ;;
	esac

uninstall:  ## Remove what install put into PREFIX
	root='$(DESTDIR)$(PREFIX)'
	for program in $(PROGRAMS); do rm -f "$$root/bin/$$program"; done
	rm -f "$$root"/share/masques/schemas/*.schema.* "$$root"/share/masques/personas/*.yaml
	rm -f "$$root"/share/masques/docs/rules/*.md "$$root/libexec/masques/duckdb"
	rm -f "$$root/share/nvim/site/lua/masque.lua" "$$root/share/nvim/site/lsp/masque.lua"
	rm -rf "$$root/share/masques/editors"
	rm -f "$$root"/share/bash-completion/completions/masque "$$root"/share/zsh/site-functions/_masque
	rm -f "$$root"/share/fish/vendor_completions.d/masque.fish
	rm -f "$$root"/share/man/man1/masque.1 "$$root"/share/man/man1/masque-*.1
	for folder in $(addprefix share/,$(COMPLETIONS) bash-completion zsh fish man/man1 man) \
	  $(addprefix share/masques/,schemas personas docs/rules docs) share/masques libexec/masques libexec \
	  share/nvim/site/lua share/nvim/site/lsp share/nvim/site share/nvim; do
	  rmdir "$$root/$$folder" 2>/dev/null || true
	done
	echo "Removed from $$root"

# MARK: Package

wheel: release-masque-lint  ## dist/*.whl: the wheel that pre-commit's python hooks install
	mkdir -p .build/wheel
	install -m 755 "$$(swift build $(RELEASE) --show-bin-path)/masque-lint" .build/wheel/masque-lint
	if command -v strip >/dev/null; then $(STRIP) .build/wheel/masque-lint; fi
	$(PYTHON) .ci/wheel.py .build/wheel/masque-lint dist $(if $(filter yes,$(STATIC)),--static)

# MARK: Check

test-packages:
	bash .ci/packages optional $(if $(filter Linux,$(shell uname -s)),neovim emacs-nox elpa-eglot elpa-lsp-mode elpa-yaml-mode kakoune tmux $(shell apt-cache show hx >/dev/null 2>&1 && echo hx) nodejs unicode-data python3-venv strace faketime)

# The stamp holds the requirements that the environment was made from.
$(VENV)/%.stamp: Tests/%.txt | test-packages
	if [ ! -x $(VENV)/bin/python ] || ! $(VENV)/bin/python -c '' 2>/dev/null; then
	  $(PYTHON) -m venv --clear $(VENV) || { echo 'No Python environment: the tests that need it will be skipped.' >&2; exit 0; }
	fi
	mkdir -p $(@D)
	echo 'Installing the Python packages of $<' >&2
	if $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r $<; then
	  cp $< $@
	else
	  echo 'The Python packages of $< could not be installed.' >&2
	fi

test: toolchain libraries $(VENV)/requirements.stamp  ## Everything: build, Swift tests, format, editors, hooks
	echo '== Build'
	swift build $(QUIET) --build-tests
	failed=
	# One part's failure does not hide another's.
	for part in test-swift lint test-editors test-telemetry test-wearing test-hooks; do
	  $(MAKE) --no-print-directory $$part || failed+=" $$part"
	done
	if [ -n "$$failed" ]; then echo "FAILED:$$failed" >&2; exit 1; fi

# What passed says nothing; skips, failures and the closing line stay. A record may have several lines.
test-swift:
	echo '== Swift tests'
	# All tests at once, as they would run otherwise, make each wait for every other one, and its time limit with it.
	export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-8}
	if [ '$(V)' != 0 ]; then exec swift test --skip-build --disable-xctest; fi
	limit=$$(command -v timeout >/dev/null && echo 'timeout -k 10 900' || true)
	{
	  $$limit swift test --skip-build --disable-xctest || {
	    status=$$?
	    if [ $$status = 124 ]; then echo '✘ The tests had not ended after 15 minutes'; fi
	    exit $$status
	  }
	} 2>&1 | tee .build/test.log | awk '
	  /^(◇|✔|✘|➜|⚠)/ { shown = !/^◇/ && !/^✔ (Suite|Test) / || /^✔ Test run with / }
	  shown' || {
	  echo '... the last lines of .build/test.log:' >&2
	  tail -n 25 .build/test.log >&2
	  exit 1
	}

test-editors:
	echo '== Editors, protocol and documentation'
	$(call pytest,Tests/Editors)

# ClickHouse is large; the tests that need it say so and are skipped where it can't be had.
test-telemetry: $(VENV)/Telemetry/requirements.stamp
	echo '== Telemetry and analytics'
	$(call pytest,Tests/Telemetry)

# Masques are worn by processes of their own: killed, several at once, on full disks. MASQUES_KILLS=500 takes longer.
test-wearing:
	echo '== Wearing'
	$(call pytest,Tests/Wearing)

# Last, since only the wheel needs a release build. Each folder has a conftest of its own, so each is a run of its own.
test-hooks:
	echo '== Hooks and the wheel'
	if [ -f $(VENV)/requirements.stamp ]; then
	  $(MAKE) --no-print-directory release-masque-lint
	  MASQUE_LINT_RELEASE=$$(swift build $(RELEASE) --show-bin-path)/masque-lint
	  export MASQUE_LINT_RELEASE
	fi
	$(call pytest,Tests/Hooks)

define pytest
if [ ! -f $(VENV)/requirements.stamp ]; then
  echo 'SKIPPED $1: the Python environment $(VENV) could not be made'
  exit 0
fi
$(VENV)/bin/python -m pytest -q -rs --tb=short -p no:cacheprovider -c Tests/Editors/pytest.ini $1
endef

lint: toolchain  ## swift format, strict
	echo '== Format'
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

format: toolchain  ## Rewrite the sources in the house format
	swift format format --in-place --recursive --parallel Package.swift Sources Tests

# MARK: Harden

# Each fuzzer takes FUZZ_SECONDS. What it learns stays in .build/fuzz-corpora, what breaks it in a file beside that.
FUZZERS ?= yaml schema patterns messages otlp
FUZZ_SECONDS ?= 600
FUZZ_SEEDS_yaml := personas Tests/Fixtures/findings/ok Tests/Fixtures/findings/err Tests/Fixtures/format
FUZZ_SEEDS_schema := Tests/Fixtures/findings/ok Tests/Fixtures/findings/err
# Of two -sanitize the compiler instruments for the last one alone, so both go into one. lld, since gold warns of each
# symbol of the sanitizer.
FUZZ_BUILD := swift build $(QUIET) -c release --scratch-path .build/fuzz --sanitize=fuzzer \
  -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld
# The leak checker takes for lost what Swift holds by a pointer with bits in it.
FUZZ_OPTIONS := -detect_leaks=0 -print_funcs=0 -timeout=20 -max_len=2048 -rss_limit_mb=4096 -print_final_stats=1

.PHONY: fuzz $(addprefix fuzz-,$(FUZZERS)) sanitize sanitize-address sanitize-thread

fuzz: $(addprefix fuzz-,$(FUZZERS))  ## Every fuzzer for FUZZ_SECONDS (600); FUZZERS='yaml otlp' takes some of them

$(addprefix fuzz-,$(FUZZERS)): fuzz-%: toolchain libraries
	MASQUES_FUZZ=yes $(FUZZ_BUILD) --product fuzz-$*
	echo '== Fuzzing $*, $(FUZZ_SECONDS) s'
	mkdir -p .build/fuzz-corpora/$*
	# A crash must not leave a process behind that waits for a debugger.
	export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
	.build/fuzz/release/fuzz-$* $(FUZZ_OPTIONS) -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=.build/fuzz-corpora/$*- \
	  -dict=Tests/Fuzzing/Dictionaries/$*.dict .build/fuzz-corpora/$* Tests/Fuzzing/Seeds/$* $(FUZZ_SEEDS_$*)

sanitize: sanitize-thread sanitize-address  ## The Swift tests under the address and the thread sanitizer

SANITIZED_TESTS ?=

sanitize-address sanitize-thread: sanitize-%: toolchain libraries
	echo '== Swift tests, $* sanitizer'
	export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS=suppressions="$$PWD/Tests/sanitize-thread.txt"
	# All at once, what is slow already makes each wait for every other one.
	export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-8}
	swift test --disable-xctest --sanitize=$* --scratch-path .build/sanitize-$* $(SANITIZED_TESTS)

# MARK: Measure

bench: release $(VENV)/requirements.stamp $(VENV)/Benchmarks/requirements.stamp  ## Speed and size, as Markdown on stdout
	MASQUES_BIN=$$(swift build $(RELEASE) --show-bin-path) $(VENV)/bin/python Tests/Benchmarks/bench.py
	duckdb=$$(command -v duckdb || find $(VENV) -path '*/duckdb_cli/duckdb' | head -n 1)
	if [ -n "$$duckdb" ]; then
	  $(VENV)/bin/python Tests/Benchmarks/judge_bench.py --duckdb "$$duckdb" \
	    --masque "$$(swift build $(RELEASE) --show-bin-path)/masque"
	fi

clean:  ## Remove .build
	rm -rf .build

# MARK: Distribute

SITE_STAMP := $(VENV)/site.stamp

.PHONY: docs vsix dist

$(SITE_STAMP): .ci/site/requirements.txt $(VENV)/requirements.stamp
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	cp $< $@

docs: $(SITE_STAMP)  ## .build/site: the pages as a site, every link checked
	$(VENV)/bin/python .ci/site/site.py $(VENV)/bin/mkdocs
	echo 'Built .build/site; to look at it: $(VENV)/bin/python -m http.server --directory .build/site'

vsix:  ## dist/*.vsix: the extension for VS Code
	$(PYTHON) .ci/vsix.py dist

# What is packed carries the time of the last commit, so that the same sources and the same compiler give the same bytes.
dist: export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 315532800)
dist: wheel vsix  ## dist/: a tarball, a Debian package, the wheel, the extension, their checksums
	rm -rf .build/dist-root
	# DuckDB is others' work, and ten times as large as ours: who installs from a checkout gets it, who unpacks this does not.
	$(MAKE) --no-print-directory install MASQUES_PACKAGES=no DESTDIR="$$PWD/.build/dist-root" PREFIX=/usr >/dev/null
	$(PYTHON) .ci/dist.py .build/dist-root dist
