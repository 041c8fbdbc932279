# Goals for people; the work is in meson.build and tools/.
#
#   make          build the program: build/assay
#   make deps     install what the build, the tests and the demo need (Debian)
#   make demo     build and show it on a little internet of its own
#   make test     build and run all tests; last line "N passed, N failed"
#   make install  into PREFIX (/usr/local), below DESTDIR if set
#   make clean    remove all that was built
#
# For those who change it: make lint, sanitize, fuzz, flights, coverage,
# diff-dmarc, diff-spf, soak (probers killed, a long list), bench, bench-ingest
# (reports into the database beside two others), bench-history (a large estate for
# a season, half an hour), tls-peers,
# formats (pages in a browser, tables in LibreOffice, SARIF by its checker),
# mutants (would the tests see a wrong rule?), kills (ingest ended at 500 random
# instants; SEED=N repeats), long-reports (a million rows), doc, dev-deps

PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
DIFF_RECORDS ?= 100000
FLIGHTS ?= 10000000
MUTANTS ?= 200
KILLS ?= 500
SEED ?=
HISTORY_DOMAINS ?= 100000
HISTORY_ROUNDS ?= 90
MESON = meson setup
CHECKED = -Db_sanitize=address,undefined -Db_lundef=false -Dwerror=true

all: build/build.ninja
	ninja -C build

build/build.ninja:
	$(MESON) --prefix=$(PREFIX) build

deps:
	tools/deps tools/packages
	tools/unpack tools/packages-unpacked

dev-deps:
	tools/deps tools/packages tools/packages-dev

demo:
	tools/deps tools/packages
	$(MAKE) all
	lab/demo

test: deps
	$(MAKE) all
	tools/run-tests build

lint:
	tools/lint

build-asan-gcc/build.ninja:
	CC=gcc $(MESON) $(CHECKED) build-asan-gcc

build-asan-clang/build.ninja:
	CC=clang $(MESON) $(CHECKED) build-asan-clang

sanitize: build-asan-gcc/build.ninja build-asan-clang/build.ninja
	ninja -C build-asan-gcc
	tools/run-tests --no-lab --slow 4 build-asan-gcc
	ninja -C build-asan-clang
	tools/run-tests --no-lab --slow 4 build-asan-clang

build-fuzz/build.ninja:
	CC=clang $(MESON) $(CHECKED) -Dfuzz=true build-fuzz

fuzz: build-fuzz/build.ninja
	ninja -C build-fuzz
	tools/fuzz build-fuzz $(FUZZ_SECONDS)

flights: build-asan-clang/build.ninja
	ninja -C build-asan-clang bench/bench_hello
	build-asan-clang/bench/bench_hello fuzz/corpus/hello $(FLIGHTS)

.PHONY: inert
inert: all
	AS_FULL=1 python3 test/suite/test_inert.py build/assay

build-coverage/build.ninja:
	CC=gcc $(MESON) -Db_coverage=true --buildtype=debug build-coverage

coverage: build-coverage/build.ninja
	ninja -C build-coverage
	find build-coverage -name '*.gcda' -delete
	meson test -C build-coverage --no-rebuild -t 4
	tools/coverage --least std=95 --missed std build-coverage

mutants: deps
	tools/mutants --sample $(MUTANTS)

diff-dmarc: all
	tools/dmarc-diff --records $(DIFF_RECORDS) build/test/suite/dmarc_driver

diff-spf: all
	tools/spf-diff --records $(DIFF_RECORDS) build/test/suite/spf_driver

soak: build-asan-clang/build.ninja all
	ninja -C build-asan-clang assay
	AS_BUILD=$(CURDIR)/build-asan-clang AS_SOAK_NAMES=1000 test/lab/soak.py
	AS_BUILD=$(CURDIR)/build AS_SOAK_KILLS=10 test/lab/soak.py

bench-history: all
	bench/history build $(HISTORY_DOMAINS) $(HISTORY_ROUNDS)

bench: all
	meson test -C build --no-rebuild --benchmark --verbose

kills: all
	python3 test/suite/test_kills.py build/assay $(KILLS) $(SEED)

long-reports: all
	python3 test/suite/test_long_report.py build/assay 1000000

bench-ingest: all
	bench/ingest build

tls-peers: all
	tools/tls-peers

formats: all
	tools/deps tools/packages tools/packages-formats
	tools/format-peers build

doc: all
	build/tools/facts-doc > doc/facts.md
	build/tools/facts-schema > schema/facts.json
	build/tools/man-page > doc/assay.1
	build/tools/profiles-doc > doc/profiles.md
	build/tools/rules-doc > doc/rules.md
	tools/standards-map > doc/standards.md

install: all
	meson install -C build --no-rebuild

clean:
	rm -rf build build-asan-gcc build-asan-clang build-coverage build-fuzz \
	    build-lint-gcc build-lint-clang

.PHONY: all deps dev-deps demo test lint sanitize fuzz flights coverage mutants diff-dmarc \
    diff-spf soak bench bench-history bench-ingest kills long-reports tls-peers formats doc install clean
