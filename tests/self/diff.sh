#!/bin/sh
# `make diff`: what a stage changes in the one before, in the reading order of its README, and with
# the words that stand there.
. "$(dirname "$0")/../lib/lib.sh"
. "$ROOT/tests/lib/planted.sh"

top=$TMP/top
mkdir -p "$top/tests"
cp "$ROOT/tests/diff.sh" "$top/tests"
plant_stages "$top"

lists() { # STAGE: tests/diff.sh prints what standard input has
    "$top/tests/diff.sh" "$@" >"$TMP/printed" 2>&1 || { cat "$TMP/printed"; return 1; }
    diff - "$TMP/printed"
}
cat >"$TMP/step2" <<'EOT'
From stage1 to stage2, in the reading order of stage2/README.md. The numbers are lines.
+ new   ~ changed, with the lines added and removed   = carried, byte for byte   - gone

wire/: carried, and grown
  = bytes               2             the bytes
  + frame               1             frames, see the protocol

chat/: changed
  ~ room                3  +2 -1      rooms
  + stray.c             1             
  - roster              1             the members

base/: carried
  = text                1             UTF-8

To see one of them: make diff STAGE=2 FILE=chat/room
EOT
check "the list has what is new, changed, carried and gone" lists 2 <"$TMP/step2"
cat >"$TMP/step3" <<'EOT'
From stage2 to stage3, in the reading order of stage3/README.md. The numbers are lines.
+ new   ~ changed, with the lines added and removed   = carried, byte for byte   - gone

window/: new
  + page.h              1             the page as bytes

base/: carried
  = text                1             UTF-8

wire/: gone
  - bytes               2             the bytes
  - frame               1             frames, see the protocol

chat/: gone
  - room                3             rooms
  - stray.c             1             
EOT
check "a built file is left out, and a missing folder is listed as gone" lists 3 <"$TMP/step3"
check "without a stage both steps are listed" lists <<EOT
$(cat "$TMP/step2")

$(cat "$TMP/step3")
EOT

# shows STAGE FILE TEXT: prints a line that is exactly this, and ends with 0
shows() {
    "$top/tests/diff.sh" "$1" "$2" >"$TMP/printed" 2>&1 || { cat "$TMP/printed"; return 1; }
    grep -q -F -x -e "$3" "$TMP/printed" || { cat "$TMP/printed"; return 1; }
}
check "a changed file is shown with the removed lines" shows 2 chat/room.c "-one room"
check "a changed file is shown with the added lines" shows 2 chat/room.c "+many rooms"
check "a module name stands for its header and source" shows 2 chat/room "-one room"
check "the folder of the stage may precede the file" shows 2 stage2/chat/room.c "+many rooms"
check "a new file is shown whole" shows 2 wire/frame.h "a frame"
check "a file that is gone is shown" shows 2 chat/roster.h "stage1/chat/roster.h is gone in stage2:"
check "a carried file is named as carried" shows 2 base/text.h \
    "stage2/base/text.h is carried from stage1, byte for byte."

refuses() { # TEXT ARGUMENT...: ends with 2 and complains so
    text=$1
    shift
    "$top/tests/diff.sh" "$@" >"$TMP/printed" 2>"$TMP/refused" && return 1
    [ $? -eq 2 ] && [ ! -s "$TMP/printed" ] && grep -q -F -e "$text" "$TMP/refused" && return
    cat "$TMP/printed" "$TMP/refused"
    return 1
}
check "stage 1 is refused because it is the first" refuses "stage 1 is the first" 1
check "stage 4 is refused because it does not exist" refuses "no stage 4" 4
check "a file without a stage is refused" refuses "needs a STAGE" "" chat/room.c
check "a file that does not exist is refused" \
    refuses "neither stage1 nor stage2 has chat/rom.c" 2 chat/rom.c

# --- the real stages ---

all_with_words() { # STAGE
    (cd "$ROOT" && make -s diff STAGE="$1") >"$TMP/list" 2>&1 || { cat "$TMP/list"; return 1; }
    grep -c '^  [+~=-] ' "$TMP/list" | grep -q '^[1-9][0-9]$\|^[1-9][0-9][0-9]$' ||
        { cat "$TMP/list"; return 1; }
    ! grep '^  [+~=-] [^ ]* *[0-9]* *\(+[0-9]* -[0-9]*\)\{0,1\} *$' "$TMP/list"
}
check "every row of make diff STAGE=2 has words" all_with_words 2
check "every row of make diff STAGE=3 has words" all_with_words 3
check "make diff passes FILE on to the script" \
    sh -c 'cd "$0" && make -s diff STAGE=2 FILE=net/net.c | grep "^+"' "$ROOT"

# --- the pager ---

paged() {
    PAGER='sed s/^/paged:/' "$top/tests/diff.sh" 2 >"$TMP/printed" && ! grep paged "$TMP/printed"
}
check "a pipe gets no pager" paged
if command -v tmux >/dev/null; then
    # A terminal of tmux, without what lib/screen.sh has for whole screens.
    TMUX_TMPDIR=$TMP TERM=xterm-256color
    export TMUX_TMPDIR TERM
    unset TMUX
    tmux -f /dev/null new-session -d -x 80 -y 24 \
        "PAGER='cat >\"$TMP/paged\"' '$top/tests/diff.sh' 2; echo ended >'$TMP/ended'"
    check "make diff ends on a terminal with a pager" \
        "$TOOLS/await" "$PATIENCE" "$TMP/ended" 1 ended
    check "the pager on a terminal gets the whole list" diff "$TMP/step2" "$TMP/paged"
else skip "the pager on a terminal gets the whole list" tmux; fi
done_testing
