# Two commands matter: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
CONFIG ?= debug
FUZZ_SECONDS ?= 60
FUZZ_IDENTITY_SECONDS ?= 600
STREAM_BYTES ?= 10000000000
BEDEL := .build/$(CONFIG)/bedel
# What is measured under load is what people run.
RELEASE := .build/release/bedel
SWIFT_BUILD := swift build --configuration $(CONFIG)

.DEFAULT_GOAL := help
.PHONY: help demo test smoke revocation oidc-peers build tools test-tools unit browser services bench bench-policy
.PHONY: bench-audit bench-gateway budget http-streaming http-probe fuzz format lint clean oidc-conformance upgrade
.PHONY: http-attacks release traces fuzz-identity bench-identity

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: tools build ## A whole course on this machine, at http://localhost:8080, until Ctrl-C
	@$(BEDEL) demo

test: test-tools lint unit budget smoke revocation oidc-peers browser ## Everything that proves it: units, integration, the demo from outside, a browser

smoke: tools build ## The demo on free ports, checked from outside with HTTP and git clients
	@.tools/venv/bin/python scripts/smoke.py --bedel $(BEDEL)

revocation: tools build ## Two gateway processes: what is open ends with the access to it, in milliseconds; one quota holds for both
	@.tools/venv/bin/python scripts/revocation.py --bedel $(BEDEL)

oidc-peers: test-tools build ## Sign in and out at Canaille, Glewlwyd and nanoidp; ends with N passed, N failed
	@.tools/venv/bin/python scripts/oidc_peers.py --bedel $(BEDEL) --peers .tools/peers/bin/python

oidc-conformance: test-tools ## Every conformance case of sign-on with its test; ends with passed=N failed=N
	@swift build --build-tests
	@.tools/venv/bin/python scripts/oidc_conformance.py

browser: test-tools build ## Sign in, hand in and look at the leaderboard in a real browser
	@.tools/venv/bin/python scripts/browser_test.py --bedel $(BEDEL)

upgrade: tools release ## Routes, policies, certificate and process exchanged under 200,000 requests; none may fail
	@.tools/venv/bin/python scripts/upgrade.py --bedel $(RELEASE)

traces: test-tools build ## Trace context through the gateway, and spans read by OpenTelemetry's own schema
	@.tools/peers/bin/python scripts/traces.py --bedel $(BEDEL)

http-attacks: test-tools release ## Slowloris, 10,000 slow readers, HTTP/2 floods and bombs, and what good clients notice beside nginx
	@.tools/venv/bin/python scripts/http_attacks.py --bedel $(RELEASE)

services: build ## Real MLflow, JupyterLab and Prometheus behind the gateway, with their own clients and a browser
	@scripts/install --test --services
	@.tools/venv/bin/python scripts/services.py --bedel $(BEDEL)

unit: test-tools ## Unit and integration tests (real PostgreSQL, Canaille, git, bubblewrap)
	@swift build --build-tests
	@swift test --skip-build --experimental-maximum-parallelization-width 4

build: tools ## Build the program
	@$(SWIFT_BUILD) --product bedel

release: tools ## Build the program as it is run
	@scripts/release bedel

tools: ## Install what building and running needs
	@scripts/install

test-tools: ## Install what testing needs as well
	@scripts/install --test

bench: build ## Side-by-side benchmarks, printed as name=value lines
	@for script in bench/*/run.sh; do echo "# $$script"; $$script || exit 1; done

bench-policy: tools ## The policy engine beside the reference engine: differences and decision times
	@bench/policy/run.sh

bench-audit: tools ## The audit trail: events a second, and kill -9 under load
	@bench/audit/run.sh

bench-gateway: ## The gateway beside nginx, HAProxy, Envoy, Apache, Traefik and Caddy: CPU time of a request, and more
	@bench/gateway/run.sh

budget: test-tools ## What a warm request costs in instructions and allocations, against the recorded figures
	@swift build --product gateway-budget
	@python3 scripts/request_budget.py .build/debug/gateway-budget

bench-identity: tools ## What a token costs beside one OpenSSL verification, and a storm of unknown keys; release build
	@bench/identity/run.sh

http-streaming: tools release ## Bodies of STREAM_BYTES (10 GB) each way through the gateway, and the memory that takes
	@.tools/venv/bin/python scripts/streaming.py --bedel $(RELEASE) --bytes $(STREAM_BYTES)

http-probe: test-tools build ## HTTP as raw bytes: Bedel beside six proxies, and six servers behind it
	@scripts/http_probe/run.sh $(BEDEL)

fuzz: tools ## Broken policies and schemas for the parser, for FUZZ_SECONDS (60)
	@bench/policy/run.sh fuzz $(FUZZ_SECONDS)

fuzz-identity: tools ## libFuzzer over tokens, keys, cookie, discovery and callback, FUZZ_IDENTITY_SECONDS (600) each
	@bench/identity/fuzz $(FUZZ_IDENTITY_SECONDS)

format: ## Rewrite the Swift sources in the house format
	@swift format --in-place --parallel --recursive Package.swift Sources Tests bench

lint: ## Check the format; warnings are errors
	@swift format lint --strict --parallel --recursive Package.swift Sources Tests bench

clean: ## Remove everything built and everything the demo keeps
	@rm -rf .build .bedel .tools
