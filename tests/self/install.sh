#!/bin/sh
# `make install` and `make uninstall`: where the files go, whether the programs run from there,
# whether the manual pages have the options of --help, and whether anything stays behind.
. "$(dirname "$0")/../lib/lib.sh"
"$ROOT/tests/build.sh" stage1 stage2 stage3 >/dev/null || bail "the stages cannot be built"
programs='chat1-server chat1 chat2-server chat2 chat3-server chat3 chat3-gui'
bin=$TMP/root/opt/chat/bin
man=$TMP/root/opt/chat/share/man

# make_it TARGET: runs make with a DESTDIR of this test, as a packager does
make_it() {
    (cd "$ROOT" && make -s "$1" DESTDIR="$TMP/root" PREFIX=/opt/chat) >"$TMP/made" 2>&1 && return
    cat "$TMP/made"
    return 1
}
files() { (cd "$TMP/root" && find . ! -type d | sort); }
expected() {
    for program in $programs; do echo "./opt/chat/bin/$program"; done
    for program in $programs; do echo "./opt/chat/share/man/man1/$program.1"; done
    echo ./opt/chat/share/man/man7/chat-protocol.7
}
same() { expected | sort >"$TMP/expected"; files | diff "$TMP/expected" -; }
check "make install ends with 0" make_it install
check "each program and page is in its folder, and nothing else" same
check "a second make install ends with 0" make_it install
check "a second make install leaves nothing else" same
mkdir "$TMP/with space"
spaced() {
    (cd "$ROOT" && make -s install DESTDIR="$TMP/with space" PREFIX=/usr) >/dev/null &&
        test -x "$TMP/with space/usr/bin/chat3"
}
check "DESTDIR may contain a space" spaced

# options_of PROGRAM: the options in --help, such as "-p PORT", one a line. manual_of PROGRAM: those
# in the manual page.
options_of() {
    "$bin/$1" --help |
        sed -n 's/^  \(--*[A-Za-z][a-z-]*\)\( [A-Z][A-Z]*\)\{0,1\}\( .*\)\{0,1\}$/\1\2/p' |
        tr '[:upper:]' '[:lower:]' >"$TMP/lower"
    "$bin/$1" --help | sed -n 's/^  \(--*[A-Za-z][a-z-]*\).*/\1/p' >"$TMP/flags"
    [ -s "$TMP/flags" ] || return 1
    sed 's/^[^ ]*//' "$TMP/lower" | paste -d '\0' "$TMP/flags" - | sort
}
manual_of() {
    sed -n 's/^\.It Fl \(\\-\)\{0,1\}/-\1/p' "$man/man1/$1.1" | sed 's/ Ar / /; s/\\-/-/' |
        grep -v -e '^--help$' -e '^--version$' | sort
}
agree() { options_of "$1" >"$TMP/options" && manual_of "$1" | diff "$TMP/options" -; }
called() { "$bin/$1" --help | head -n 1 | grep -q "^usage: $1 \["; }
for program in $programs; do
    check "$program: the usage has the installed name" called "$program"
    check "$program: the manual page has the options of --help" agree "$program"
done
sed '/^\.It Fl v$/d' "$ROOT/docs/man/chat1-server.1" >"$man/man1/chat1-server.1"
refute "an option that the manual page lacks is noticed" agree chat1-server

# installed_chat: a chat between two installed programs
installed_chat() {
    start server "$bin/chat1-server" -p 0
    check "an installed server gets ready" sees server listening
    port=$(sed -n 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/p' "$TMP/server.out")
    feed alice "$bin/chat1" -n alice -p "$port"
    check "an installed client is welcomed" sees alice "* welcome, alice"
    check "make install replaces a running program" make_it install
    hangup alice
    check "the installed client exits with 0" exits alice 0
    stop server
}
installed_chat

# Each server that the service file and the manual pages start, with 127.0.0.1 for their 192.0.2.1,
# a free port, and files of this test.
servers() {
    sed -n 's|^ExecStart=/usr/local/bin/||p' "$ROOT/docs/chat3.service"
    sed -n 's/^\.Dl \$ \(chat[123]-server \)/\1/p' "$ROOT"/docs/man/*-server.1
}
mkdir "$TMP/state"
servers | sed "s|192\.0\.2\.1|127.0.0.1|; s|\${STATE_DIRECTORY}|$TMP/state|g
    s|/var/lib/chat3|$TMP/state|g" >"$TMP/servers"
check "the service file and two manual pages contain a command" [ "$(wc -l <"$TMP/servers")" -eq 3 ]
while read -r program options; do
    # shellcheck disable=SC2086 # the options are words
    start quoted "$bin/$program" $options -p 0
    check "$program: the command in the page starts a server" sees quoted listening
    stop quoted
    allow_stderr quoted # counts, with -v
done <"$TMP/servers"

# clean PAGE: mandoc complains of nothing, except that the other pages are not installed
clean() { ! mandoc -T lint -W style "$1" | grep -v 'Xr chat'; }
for page in "$ROOT"/docs/man/*.[17]; do
    name=${page##*/}
    if command -v mandoc >/dev/null; then
        check "mandoc accepts $name" clean "$page"
    else
        skip "mandoc accepts $name" mandoc
    fi
done
if command -v mandoc >/dev/null; then
    printf '.Dd November 1, 2026\n.Dt X 1\n.Os\n.Sh NAME\n.Xx\n' >"$TMP/bad.1"
    refute "mandoc reports a faulty page" clean "$TMP/bad.1"
else
    skip "mandoc reports a faulty page" mandoc
fi

# verified SERVICE: systemd can load the file, with the path of the installed program. For an
# unknown word systemd only prints a warning, so any output is a failure.
verified() {
    sed "s|/usr/local/bin/|$bin/|" "$1" >"$TMP/chat3.service"
    systemd-analyze verify --man=no "$TMP/chat3.service" >"$TMP/verified" 2>&1
    status=$?
    ! grep -F chat3.service "$TMP/verified" && [ $status -eq 0 ] && return
    cat "$TMP/verified"
    return 1
}
if command -v systemd-analyze >/dev/null; then
    check "systemd accepts the service file" verified "$ROOT/docs/chat3.service"
    sed 's/^Restart=/Restrat=/' "$ROOT/docs/chat3.service" >"$TMP/bad.service"
    refute "systemd reports an unknown word in the service file" verified "$TMP/bad.service"
else
    skip "systemd accepts the service file" systemd-analyze
    skip "systemd reports an unknown word in the service file" systemd-analyze
fi

rm "$bin/chat3" && mkdir "$bin/chat3"
refute "make install fails if a folder has the name of a program" make_it install
check "the message names that folder" grep -q "chat3 is a folder" "$TMP/made"
nothing_in_it() { [ -z "$(ls "$bin/chat3")" ]; }
check "make install puts nothing into that folder" nothing_in_it
rmdir "$bin/chat3"
check "make install ends with 0 without that folder" make_it install

: >"$bin/of-somebody-else"
check "make uninstall ends with 0" make_it uninstall
rest() { [ "$(files)" = ./opt/chat/bin/of-somebody-else ] || { files; return 1; }; }
check "make uninstall removes only what make install installed" rest
done_testing
