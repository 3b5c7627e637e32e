# Builds, tests and measures Swarmscope. `make help` lists what there is.
#
# To start from: a Rust toolchain with a C compiler, Node, npm and make. Everything else comes with the first target that needs
# it: the Rust parts that a small toolchain lacks by rustup, page tools by npm into node_modules, programs built from source
# into target/tools (nothing is put into the home folder), and a browser, for tests only, by Debian's package manager.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
TOOLS := $(TARGET)/tools

# The library and its command line must be of one version: Cargo.lock decides.
BINDGEN_VERSION := $(shell sed -n '/^name = "wasm-bindgen"$$/{n;s/^version = "\(.*\)"$$/\1/p;}' Cargo.lock)
BINDGEN := $(TOOLS)/wasm-bindgen-$(BINDGEN_VERSION)/bin/wasm-bindgen
PACK_VERSION := 0.15.1
PACK := $(TOOLS)/wasm-pack-$(PACK_VERSION)/bin/wasm-pack

# npm's binaryen comes first: wasm-opt as Debian packages it is too old for what rustc emits.
export PATH := $(CURDIR)/node_modules/.bin:$(dir $(BINDGEN)):$(dir $(PACK)):$(PATH)
export CARGO_TARGET_DIR := $(TARGET)
export CHROMIUM ?= /usr/bin/chromium

# Without this cargo and rustc look for make's job server, which a recipe is not given.
CARGO := MAKEFLAGS= cargo

NODE_MODULES := node_modules/.package-lock.json
CORE := $(TARGET)/wasm32-unknown-unknown/release/swarmscope.wasm
PACKAGE := www/engine/wasm/swarmscope_bg.wasm
PAGE := dist/index.html

CORE_SOURCES := $(shell find crate -name '*.rs' -o -name '*.sql') Cargo.toml Cargo.lock
PAGE_SOURCES := index.html package.json vite.config.js $(wildcard data/*) $(shell find www -path www/engine/wasm -prune -o -type f -print)

# Installing and building is done side by side; tests run one after another, so that each one's output stays together.
SIDE_BY_SIDE := $(MAKE) --no-print-directory --jobs=4

##@ Use

.PHONY: run
run: ## Build the page and serve it, with a sample capture, on a local address
	@$(SIDE_BY_SIDE) page
	@npm run --silent serve

.PHONY: build
build: cli page ## Build the command line (target/release/swarmscope) and the page (dist/)

.PHONY: cli
cli: ## Build the command line
	$(CARGO) build --release

# What only unpacks, for the benchmark.
.PHONY: unpack
unpack:
	$(CARGO) build --release --example unpack

.PHONY: page
page: $(PAGE) ## Build the page

.PHONY: wasm
wasm: $(PACKAGE) ## Build the core for the page (www/engine/wasm)

##@ Check

.PHONY: test
test: ## Run every check and every test
	@$(SIDE_BY_SIDE) tools page
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory test-rust
	@$(MAKE) --no-print-directory test-wasm
	@$(MAKE) --no-print-directory test-page
	@$(MAKE) --no-print-directory test-browser

.PHONY: lint
lint: lints wasm-target $(PACKAGE) ## Check format, lints and types
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets -- -D warnings
	$(CARGO) clippy --lib --test wasm --target wasm32-unknown-unknown --no-default-features -- -D warnings
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" $(CARGO) doc --no-deps --lib --document-private-items --quiet
	npm run --silent lint

.PHONY: test-rust
test-rust: ## Test the core and the command line
	$(CARGO) test

.PHONY: test-cut
test-cut: ## Cut every small capture at every byte, and change every byte of a hundred (minutes; `make test` tries some)
	$(CARGO) test --test cut -- --ignored --nocapture

.PHONY: test-wasm
test-wasm: $(PACK) $(BINDGEN) browser wasm-target ## Test the session in a worker of headless Chromium
	MAKEFLAGS= wasm-pack test --headless --chrome . --no-default-features --test wasm

.PHONY: test-page
test-page: $(PACKAGE) $(NODE_MODULES) ## Test the page's logic, without a browser
	npm test --silent

.PHONY: test-browser
test-browser: page browser ## Test the page in headless Chromium
	npm run --silent test:browser

.PHONY: bench
bench: cli page browser unpack ## Measure against TShark and against only reading the file (target/bench/report.md)
	node tests/bench/run.js

##@ Tidy

.PHONY: fmt
fmt: lints $(NODE_MODULES) ## Format everything
	$(CARGO) fmt
	npx prettier --write .

.PHONY: clean
clean: ## Remove what was built, but not the tools that built it
	rm -rf dist www/engine/wasm
	find $(TARGET) -mindepth 1 -maxdepth 1 ! -path $(TOOLS) -exec rm -rf {} +

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^##@/ { printf "\n%s\n", substr($$0, 5) } /^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

##@ Tools

.PHONY: tools
tools: $(BINDGEN) $(PACK) $(NODE_MODULES) browser lints wasm-target ## Install what building and testing need

# Both programs run for a second and compile for minutes: without optimisation they compile in a third of the time. cargo does it
# in a folder of its own, so that no other build waits. wasm-bindgen-cli goes without its default features, which are TLS for
# drivers on other machines, and without --locked, because its lock file names a release that cannot be resolved.
$(BINDGEN): INSTALL := wasm-bindgen-cli --version $(BINDGEN_VERSION) --no-default-features
$(PACK): INSTALL := wasm-pack --version $(PACK_VERSION) --locked
$(BINDGEN) $(PACK):
	@echo "Compiling $(INSTALL): once, about a minute"
	@unset CARGO_TARGET_DIR && CARGO_PROFILE_RELEASE_OPT_LEVEL=0 $(CARGO) install --quiet --root $(patsubst %/bin/,%,$(dir $@)) $(INSTALL)

$(NODE_MODULES): package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

.PHONY: wasm-target
wasm-target:
	@test -d "$$(MAKEFLAGS= rustc --print target-libdir --target wasm32-unknown-unknown)" || rustup target add wasm32-unknown-unknown

.PHONY: lints
lints:
	@$(CARGO) fmt --version >/dev/null 2>&1 || rustup component add rustfmt
	@$(CARGO) clippy --version >/dev/null 2>&1 || rustup component add clippy

.PHONY: browser
browser:
	@if [ -x "$(CHROMIUM)" ] && command -v chromedriver >/dev/null; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then \
		echo "The tests need Chromium and ChromeDriver. Install both, put chromedriver on PATH and set CHROMIUM=/path/to/chromium." >&2; exit 1; \
	fi; \
	root=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	$$root apt-get update && \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends chromium chromium-driver

# ------------------------------------------------------------------------------------------------------------- what is built

# wasm-pack could build the package too, with the same two programs, but `make run` need not wait for its compilation.
$(PACKAGE): $(CORE) $(BINDGEN) $(NODE_MODULES)
	wasm-bindgen --target web --out-dir $(@D) $(CORE)
	wasm-opt -O3 --output $@ $@

$(CORE): $(CORE_SOURCES) | wasm-target
	$(CARGO) build --release --lib --target wasm32-unknown-unknown --no-default-features
	@touch $@

$(PAGE): $(PACKAGE) $(PAGE_SOURCES) $(NODE_MODULES)
	npm run --silent build
