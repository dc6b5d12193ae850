#!/bin/sh
# A file that a user names may be anything: a FIFO without a writer, an endless device, a folder, or
# another file that the user needs. Each program reports it at once, and does no harm.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3
server=$(lib_program stage3 server)
client=$(lib_program stage3 client)
PATIENCE=5
mkfifo "$TMP/fifo"
mkdir "$TMP/folder"
ln -s /dev/zero "$TMP/endless"

refused() { # NAME TEXT: the program ends by itself, with this message
    exits "$1" 1 && complains "$1" "$2"
}

for kind in fifo endless folder; do
    start server "$server" -p 0 -k "$TMP/$kind"
    allow_stderr server
    check "a $kind is refused as a key file" \
        refused server "cannot read the key file $TMP/$kind: it is no ordinary file"
    lib_key
    start server "$server" -p 0 -k "$TMP/key" -j "$TMP/$kind"
    check "a $kind is refused as a journal" \
        refused server "cannot open the journal $TMP/$kind: it is no ordinary file"
done
printf 'root:x:0:0:root:/root:/bin/sh\n' >"$TMP/passwd"
chmod 644 "$TMP/passwd"
start server "$server" -p 0 -k "$TMP/passwd"
check "another file is refused as a key file" \
    refused server "$TMP/passwd is no key file of this program"
no_advice() { ! grep -e remove -e chmod "$TMP/server.err"; }
check "no message advises to remove or change that file" no_advice
stop server

start_server stage3
allow_stderr server
for kind in fifo endless folder; do
    start known env CHAT_KNOWN="$TMP/$kind" "$client" -p "$port" -l
    allow_stderr known
    check "a $kind is refused as the file of known servers" \
        refused known "cannot read $TMP/$kind: it is no ordinary file"
done
start known env CHAT_KNOWN=/dev/null "$client" -p "$port" -l
check "the file of known servers may be /dev/null" exits known 0
check "the client lists the rooms with /dev/null" sees known "there are no rooms"
# 5 MiB of zeros, in a sparse file that takes no disk space.
dd if=/dev/null of="$TMP/large" bs=1 seek=5242880 2>/dev/null
start known env CHAT_KNOWN="$TMP/large" "$client" -p "$port" -l
check "a file of known servers that is too large is refused" \
    refused known "cannot read $TMP/large: File too large"
done_testing
