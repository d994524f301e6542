# GNU Make 3.81 (macOS) or newer. `make help` lists the targets.

.DEFAULT_GOAL := help
.PHONY: help free-port start dev up down logs test test-web test-browser test-pages test-machine test-citus test-fast test-long test-file test-key test-cov conformance chaos chaos-payments trial-webhooks check fix bench sbom pin release clean deps build build-bench node-version
.DELETE_ON_ERROR:

# Folders are listed as well as files: a folder changes when a file in it is deleted.
SOURCES := $(shell find src migrations \( -type d -o -name '*.ts' ! -name '*.spec.ts' \) 2>/dev/null)
WEB_SOURCES := $(shell find web/src web/build \( -type d -o ! -name '*.spec.ts*' \) 2>/dev/null) web/index.html web/vite.config.ts
# With `/.`, because `bench` is also a target.
BENCH_SOURCES := $(shell find bench/. \( -type d ! -name results -o -name '*.ts' \) 2>/dev/null)

# npm writes this file last, so an interrupted install is repeated, and one made by hand counts.
INSTALLED := node_modules/.package-lock.json
# Lighthouse has its own packages, so that nothing else has to wait for them.
LIGHTHOUSE := web/lighthouse/node_modules/.package-lock.json

# Concurrent makes (such as twenty times `npm run bahi`) must not install or build at the same time. macOS has no flock.
ALONE := $(if $(shell command -v flock 2>/dev/null),flock Makefile)
MAKE_ALONE := $(ALONE) $(MAKE) --silent --no-print-directory

# Expanded when it runs, because `make up` makes the second file first.
COMPOSE = docker compose $(foreach file,$(wildcard .env) docker/passwords.env,--env-file $(file))

# Space for the garbage of a batch of requests: with Node's 16 MiB the garbage collector takes a sixth of the time.
NODE := node --enable-source-maps --max-semi-space-size=32
# A pattern of paths, quoted for the shell and used by Jest.
NOT_LONG := '^(?!.*(test/long/|web/test/pages/))'
# The tests that also run on the PostgreSQL installed here, if it compiles statements as Debian's does: migrations, triggers,
# and one flow of each kind. Tests of plans use it in any case (jit.spec.ts, and test/long/list-look-ups.spec.ts).
ON_MACHINE := test/integration/migrate test/integration/ledger-database test/integration/ledger-over-time test/integration/guards \
  test/flows/payouts test/flows/payments.spec test/flows/callbacks test/flows/idempotency
# New objects get all their space at once. Otherwise it grows in steps, and collecting it so often takes an eighth of the time.
JEST := node --min-semi-space-size=32 --max-semi-space-size=32 --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js $(JEST_ARGS)

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-22s %s\n", $$1 args[$$1], $$2 } \
		BEGIN { args["test-file"] = " path=FILE"; args["test-key"] = " key=NAME"; args["conformance"] = " gateway=NAME" }' $(MAKEFILE_LIST)

start: free-port build ## Install, build and start everything on port 8000
	@exec $(NODE) dist/bundle/start.js

dev: free-port build ## The same, restarted whenever a source file changes; PostgreSQL keeps running
	@exec $(NODE) dist/src/main/dev.js

test: build-bench ## Run all tests except the long ones; prints how long each file took
	@$(JEST) $(NOT_LONG)
	@$(MAKE) --silent --no-print-directory test-web
	@$(MAKE) --silent --no-print-directory test-machine JEST_ARGS="$(MACHINE_ARGS)"

test-web: deps ## Run the specs of the dashboard's components, without a service
	@node_modules/.bin/vitest run --config web/vitest.config.ts

test-browser: build-bench ## Run the tests of the dashboard in a real Chromium
	@$(JEST) '/web/test/[^/]*spec'

test-pages: build-bench ## Check each page in each look: screenshots (web/screenshots), axe, and the scores of Lighthouse
	@$(MAKE_ALONE) $(LIGHTHOUSE)
	@$(JEST) web/test/pages/

test-machine: build-bench ## Run migrations, triggers and flows on the PostgreSQL that is installed here
	@if ls /usr/lib/postgresql/*/lib/llvmjit.so >/dev/null 2>&1; then BAHI_TEST_POSTGRES=machine $(JEST) $(ON_MACHINE); \
	else echo 'Nothing was run: this machine has no PostgreSQL of its own (apt install postgresql-15)'; fi

test-citus: build-bench ## Run flows and properties on books distributed over the nodes of TEST_CITUS_URL
	@test -n "$$TEST_CITUS_URL" || { echo 'Set TEST_CITUS_URL to the address of a Citus coordinator (docs/development.md)' >&2; exit 2; }
	@names=$$(node scripts/not-on-citus.js) && \
	BAHI_TEST_POSTGRES=citus $(JEST) test/flows/ test/properties/ --testNamePattern "$$names"

test-fast: build-bench ## Run the tests that need no service: unit specs, properties, architecture (a minute)
	@$(JEST) src/ test/properties/ test/architecture/ '/bench/[^/]*spec'

test-long: build-bench ## Run the long tests (test/long)
	@$(JEST) test/long/

test-file: build-bench ## Run the tests in one file or folder
	@test -n "$$path" || { echo 'Which file? For example: make test-file path=src/shared/money.spec.ts' >&2; exit 2; }
	@node scripts/find-specs.mjs "$$path"
	@$(JEST) "$$path"

test-key: build-bench ## Run the tests whose name contains the text
	@test -n "$$key" || { echo "Which tests? For example: make test-key key='keeps its hold'" >&2; exit 2; }
	@$(JEST) --testNamePattern "$$key" $(NOT_LONG)

test-cov: build-bench ## Run all tests except the long ones; fail below 95 % line coverage in any domain or application folder
	@$(JEST) --coverage $(NOT_LONG)

conformance: build-bench ## Run the gateways' conformance suite, for one of them or for all
	@$(if $(gateway),node scripts/assert-gateway.js "$(gateway)")
	@$(JEST) test/conformance $(if $(gateway),--testNamePattern "^the gateway $(gateway) ")

chaos: build-bench ## Run 2,000 payouts with every fault of bank, processes and clocks; both books must agree (SEED=N)
	@exec $(NODE) dist/bench/chaos.js $(CHAOS_ARGS)

chaos-payments: build-bench ## The same with 1,000 payments and their refunds at a payment provider
	@exec $(NODE) dist/bench/chaos.js --payments 1000 $(CHAOS_ARGS)

trial-webhooks: build-bench ## Send 10,000 webhooks, some to slow, dead or failing receivers; a worker is killed, Redis emptied
	@exec $(NODE) dist/bench/trial-webhooks.js $(TRIAL_ARGS)

check: build ## Run what CI runs besides the tests: format, lint, types, architecture, generated files
	@node scripts/check.js

fix: build ## Fix what can be fixed automatically: format, lint, generated files
	@node scripts/check.js --fix

bench: build-bench ## Measure the service on this machine, compared with pgbench
	@exec $(NODE) dist/bench/run.js $(BENCH_ARGS)

up: ## Start PostgreSQL, Redis, API and worker in containers, with the demo
	@command -v docker >/dev/null 2>&1 || { echo 'make up needs Docker with Compose. Without it: make start' >&2; exit 1; }
	@docker compose version >/dev/null 2>&1 || { \
		echo 'make up needs Compose, and this docker has no "docker compose": https://docs.docker.com/compose/install. Without it: make start' >&2; exit 1; }
	@sh docker/make-passwords.sh
	@$(COMPOSE) up --build --detach --wait
	@echo "Bahi is running at http://$$($(COMPOSE) port api 8000) (operator key: operator-key-demo). make logs | make down"

down: ## Stop the containers; their data stays (in the volumes that "docker volume ls" shows)
	@$(COMPOSE) down

logs: ## Follow the logs of the containers
	@$(COMPOSE) logs --follow --tail=100

sbom: deps ## Write the software bill of materials (CycloneDX) to release/
	@node scripts/sbom.js

pin: ## Write the digests of the container images into Dockerfile and docker-compose.yml
	@node scripts/pin-images.js

release: deps ## Write the SBOM and tag the commit; if something is missing (an image digest, say), say so and do nothing
	@node scripts/release.js

clean: ## Delete dist, coverage and caches; keep node_modules and the database in .data
	rm -rf dist web/dist coverage .cache node_modules/.cache

# What the targets depend on.

deps: node-version
	@$(MAKE_ALONE) $(INSTALLED)

build: deps
	@$(MAKE_ALONE) --jobs=2 dist/.stamp web/dist/.stamp

build-bench: build
	@$(MAKE_ALONE) dist/bench/.stamp

node-version:
	@v=$$(node -p process.versions.node 2>/dev/null) || v=missing; \
	case "$$v" in \
		20.19.*|20.[2-9][0-9].*|22.1[3-9].*|22.[2-9][0-9].*|2[4-9].*|[3-9][0-9].*) ;; \
		missing) echo 'Bahi needs Node.js 20.19 or newer, and there is no node in the PATH. Get it from https://nodejs.org (24 is a good choice).' >&2; exit 1 ;; \
		*) echo "Bahi needs Node.js 20.19+, 22.13+ or 24+, and node is $$v. Get it from https://nodejs.org (24 is a good choice)." >&2; exit 1 ;; \
	esac

free-port: node-version
	@node scripts/check-port.js

$(INSTALLED): package-lock.json
	@rm -f $@
	@node scripts/install-packages.js
	@touch $@

$(LIGHTHOUSE): web/lighthouse/package-lock.json
	@echo 'Installing Lighthouse (185 MB) ...' >&2
	@npm ci --prefix web/lighthouse --ignore-scripts --prefer-offline --loglevel=error
	@touch $@

# Built from scratch each time (in a few seconds), so that nothing of a deleted source remains.
dist/.stamp: $(SOURCES) scripts/bundle.js .swcrc $(INSTALLED)
	@rm -rf dist
	@node_modules/.bin/swc src migrations --out-dir dist --quiet
	@node scripts/bundle.js
	@touch $@

web/dist/.stamp: $(WEB_SOURCES) $(INSTALLED)
	@NODE_ENV=production node_modules/.bin/vite build --config web/vite.config.ts --logLevel warn
	@touch $@

dist/bench/.stamp: $(BENCH_SOURCES) .swcrc dist/.stamp
	@rm -rf dist/bench
	@node_modules/.bin/swc bench --out-dir dist --quiet
	@touch $@
