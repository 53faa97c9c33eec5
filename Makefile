# The project's tasks. `make` lists them.

RUN_PACKAGES = openssh-client openssh-server inetutils-telnet inetutils-telnetd socat python3 python3-pip
TEST_PACKAGES = $(RUN_PACKAGES) python3-venv chromium nginx-light haproxy procps debootstrap lintian man-db \
	systemd openssl nodejs node-typescript shellcheck ser2net busybox-static conserver-server conserver-client \
	vim nano less htop mc tmux whiptail dialog zsh vttest git \
	fonts-dejavu-core fonts-noto-cjk fonts-noto-color-emoji
VENV = .venv
PYTEST = $(VENV)/bin/python -m pytest --rootdir Tests -c Tests/pytest.ini

HARNESS = http
SECONDS = 60
MINUTES = 20

.PHONY: help run check test system browser lint fuzz emulation-fuzz conformance bench bench-page soak assets release deb clean

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

run: ## Start a demo: a private ssh and telnet host, and the server in front of them
	@scripts/packages $(RUN_PACKAGES)
	@$(MAKE) --no-print-directory release
	@exec scripts/demo

release: assets ## Build the server
	swift build --configuration release --product webtermd

assets: ## Fetch the pinned xterm.js, join and compress the page's files
	@scripts/packages python3 python3-pip
	@scripts/assets

deb: ## Build the Debian package
	@scripts/packages python3 python3-pip
	@scripts/deb

test: ## Run every test: unit, system and browser
	@scripts/packages $(TEST_PACKAGES)
	@Tests/run

check: ## What fails soonest: lints and unit tests; no root, no network: make check
	@$(MAKE) --no-print-directory lint
	swift test
	Tests/PageTests/run

system: ## System tests, all or some: make system T=test_telnet
	@scripts/venv
	$(PYTEST) Tests/SystemTests $(if $(T),-k "$(T)")

browser: ## Browser tests, all or some: make browser T=test_search
	@scripts/venv
	$(PYTEST) Tests/BrowserTests $(if $(T),-k "$(T)")

lint: ## Check how code and documents are written
	swift format lint --strict --recursive Package.swift Sources Tests bench fuzz
	scripts/lint
	scripts/page-types

fuzz: ## Let libFuzzer at a parser: make fuzz HARNESS=http SECONDS=60
	scripts/fuzz $(HARNESS) $(SECONDS)

emulation-fuzz: ## Compare the screen model with xterm.js for longer: make emulation-fuzz SECONDS=600
	swift build --configuration release
	EMULATION_SECONDS=$(SECONDS) $(PYTEST) Tests/BrowserTests/test_emulation.py -k no_program

conformance: ## Run the Autobahn WebSocket suite (needs a Python 2.7)
	scripts/conformance

bench: assets ## Measure latency and throughput
	swift build --configuration release --static-swift-stdlib --scratch-path .build/static
	.build/static/release/bench --output bench/results/latest.json

bench-page: release ## Measure what somebody at a browser has of it
	@scripts/packages $(TEST_PACKAGES)
	@scripts/venv
	$(VENV)/bin/python bench/page.py --output bench/results/page.json

soak: release ## A busy day in some minutes: make soak MINUTES=20
	@scripts/packages $(TEST_PACKAGES)
	@scripts/venv
	$(VENV)/bin/python bench/soak.py --minutes $(MINUTES)

clean: ## Remove what was built or fetched
	rm -rf .build $(VENV) static/vendor static/bundle
	find static -name '*.gz' -delete
