#!/bin/sh
# Three hundred sockets take one new name after the other, at full speed. Lines of others arrive all the
# same: a new name is told to everyone a few times a minute, and refused once a second.
. "$(dirname "$0")/../lib/lib.sh"

# figure PATTERN: the number that stands in its place, marked by \(\).
figure() { sed -n "s/.*$1.*/\1/p" "$TMP/figures"; }

start_server stage1
check "a hundred lines are said while others take names" \
    eval '"$TOOLS/renamers" "$host" "$port" 300 100 >"$TMP/figures"'
echo "# $(cat "$TMP/figures")"
arrived=$(sed 's/ .*//' "$TMP/figures")
# On an idle machine nearly all of them, within milliseconds; on a busy one readers come late, and
# their buffers run over. With every rename told or answered none arrived at all.
check "half of them arrive at least ($arrived of 900)" [ "$arrived" -ge 450 ]
others=$(figure 'got \([0-9]*\) datagrams that')
check "and what else the listeners get is a few notices ($others)" [ "$others" -le 500 ]
hellos=$(figure '; \([0-9]*\) hellos')
check "though it was a flood ($hellos hellos)" [ "$hellos" -ge 10000 ]
done_testing
