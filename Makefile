# Builds everything, with small loops over the stages. Each stage can also be built alone.
.POSIX:

STAGES = stage1 stage2 stage3
STAGE =
FILE =
NAME =
PORT =
WINDOW =
TIME = 600
PEERS =
PREFIX = /usr/local
DESTDIR =
BIN = $(DESTDIR)$(PREFIX)/bin
MAN = $(DESTDIR)$(PREFIX)/share/man

# What `make install` installs: each program under a descriptive name, and the manual pages.
INSTALLED = stage1/server:chat1-server stage1/client:chat1 stage2/server:chat2-server \
	stage2/client:chat2 stage3/server:chat3-server stage3/client:chat3 stage3/gui:chat3-gui
MANUAL = chat1-server.1 chat1.1 chat2-server.1 chat2.1 chat3-server.1 chat3.1 chat3-gui.1 \
	chat-protocol.7

all: $(STAGES)

$(STAGES):
	@cd $@ && $(MAKE) all

# All tests. To pick some: tests/run.sh PATTERN...
test:
	@tests/run.sh

# Real servers and clients play a short talk over every stage, and end by themselves. The scripts
# first print that they build what they need, and build it.
demo:
	@tests/build.sh $(STAGES) tests/tools
	@tests/demo.sh

# A chat on this machine: run it in two terminals. STAGE=1 picks a stage (default: the newest),
# NAME=alice the name, PORT=9901 another port if the usual one is in use. Ctrl-C is for the script,
# which prints its own errors: make must not add one.
chat:
	@trap : INT; tests/chat.sh "$(STAGE)" "$(NAME)" "$(PORT)" || :

# The same in a window of your browser. Starts a server if none is running here.
# WINDOW=--window asks for a window without the browser's toolbars.
gui:
	@trap : INT; tests/gui.sh "$(PORT)" $(WINDOW) || :

# Measures what each stage costs, compared with a bare sendto() loop; writes docs/performance/.
# PEERS=yes measures them beside Redis, NATS, mosquitto and ngircd instead, those that are installed.
bench:
	@tests/build.sh $(STAGES)
	@if [ "$(PEERS)" = yes ]; then exec tests/bench/peers.sh; fi; \
		tests/bench/run.sh && tests/bench/crypto.sh

# Members come and go for ten minutes, or TIME seconds, while servers are killed and started again:
# does everything return to where it began?
soak:
	@SOAK_SECONDS="$(TIME)" tests/run.sh -v '*/soak'

# Would the tests notice a mistake? How much of the source do the unit tests reach?
mutate:
	@tests/mutate.sh
coverage:
	@tests/coverage.sh

# Static analysis, with those tools that are installed; takes minutes.
check:
	@tests/check.sh

# How each C file is compiled, for editors and other tools.
compile_commands.json:
	@tests/check.sh -c >$@

# Lists what a stage changes in the one before, in reading order: STAGE=2 or STAGE=3, without it both.
# FILE=net/net.c shows the difference of one file.
diff:
	@tests/diff.sh "$(STAGE)" "$(FILE)"

# Installs programs and manual pages below PREFIX. A package is built with DESTDIR=folder, which is
# put before PREFIX. Each file is replaced in one step, so a running server is not disturbed.
install: all
	@mkdir -p "$(BIN)" "$(MAN)/man1" "$(MAN)/man7"
	@put() { [ ! -d "$$2" ] || { echo "$$2 is a folder" >&2; return 1; }; \
		cp "$$1" "$$2.new" && chmod $$3 "$$2.new" && mv -f "$$2.new" "$$2" && echo "$$2"; }; \
	for pair in $(INSTALLED); do put "$${pair%:*}" "$(BIN)/$${pair#*:}" 755 || exit 1; done; \
	for page in $(MANUAL); do \
		put "docs/man/$$page" "$(MAN)/man$${page##*.}/$$page" 644 || exit 1; done

# Removes these files again, and only these. Use the same PREFIX and DESTDIR.
uninstall:
	@for pair in $(INSTALLED); do rm -f "$(BIN)/$${pair#*:}" || exit 1; done
	@for page in $(MANUAL); do rm -f "$(MAN)/man$${page##*.}/$$page" || exit 1; done

# Lists the targets.
help:
	@echo "make                 builds all stages; make stage1, stage2, stage3: one of them"
	@echo "make demo            plays a short talk over every stage, and ends by itself"
	@echo "make chat            a chat on this machine: run it in two terminals"
	@echo "                     (STAGE=1 picks a stage, NAME=alice the name, PORT=9901 the port)"
	@echo "make gui             the same in a window of your browser (PORT=, WINDOW=--window)"
	@echo "make test            all tests; tests/run.sh PATTERN... runs some of them"
	@echo "make check           static analysis: shellcheck, cppcheck and clang-tidy, minutes"
	@echo "make compile_commands.json    how each file is compiled, for editors"
	@echo "make diff            what each stage changes in the one before, in reading order"
	@echo "                     (STAGE=2 picks a step, FILE=net/net.c shows the difference of a file)"
	@echo "make bench           how much each stage costs; writes docs/performance/"
	@echo "                     (PEERS=yes: beside Redis, NATS, mosquitto and ngircd, if installed)"
	@echo "make soak            members come and go while servers are killed (TIME=600 seconds)"
	@echo "make mutate          would the tests notice a mistake?"
	@echo "make coverage        how much of the sources do the unit tests reach?"
	@echo "make install         the programs as chat1 and so on, and manual pages (PREFIX=, DESTDIR=)"
	@echo "make uninstall       removes these again"
	@echo "make help            this list"
	@echo "make clean           removes what was built"

clean:
	@for folder in $(STAGES) tests/tools tests/bench; do (cd $$folder && $(MAKE) -s clean); done
	@rm -f compile_commands.json

.PHONY: all $(STAGES) test demo chat gui bench soak mutate coverage check diff install uninstall help clean
.PHONY: compile_commands.json
