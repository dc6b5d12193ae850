#!/bin/sh
# Three hundred sockets take one new name after the other, at full speed. The lines of others still
# arrive, because new names are announced a few times a minute, and refused once a second.
. "$(dirname "$0")/../lib/lib.sh"

# figure PATTERN: prints the number that \(\) marks in the pattern.
figure() { sed -n "s/.*$1.*/\1/p" "$TMP/figures"; }

start_server stage1
check "a hundred lines are said while others take names" \
    eval '"$TOOLS/renamers" "$host" "$port" 300 100 >"$TMP/figures"'
echo "# $(cat "$TMP/figures")"
arrived=$(sed 's/ .*//' "$TMP/figures")
# On an idle machine nearly all arrive, within milliseconds; on a busy one readers come late, and
# their buffers overflow. When every rename was announced or answered, none arrived at all.
check "at least half of the lines arrive ($arrived of 900)" [ "$arrived" -ge 450 ]
others=$(figure 'got \([0-9]*\) datagrams that')
check "the listeners get only a few notices beside the lines ($others)" [ "$others" -le 500 ]
hellos=$(figure '; \([0-9]*\) hellos')
check "the hellos were a flood ($hellos hellos)" [ "$hellos" -ge 10000 ]
done_testing
