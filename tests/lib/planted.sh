# shellcheck shell=sh
# planted.sh: three tiny stages with a reading order, for the tests of the scripts that read it.
# Source it after lib.sh.
#
#     plant_stages FOLDER        makes FOLDER/stage1 to stage3, with the right numbers

plant_stages() {
    for planted in stage1 stage2 stage3; do mkdir -p "$1/$planted/base"; done
    mkdir "$1/stage1/chat" "$1/stage1/wire" "$1/stage2/chat" "$1/stage2/wire" "$1/stage3/window"
    for planted in stage1 stage2 stage3; do echo text >"$1/$planted/base/text.h"; done
    for planted in stage1 stage2; do
        echo model >"$1/$planted/chat/room.h"
        echo bytes >"$1/$planted/wire/bytes.h"
        echo bytes >"$1/$planted/wire/bytes.c"
    done
    echo "one room" >"$1/stage1/chat/room.c"
    printf '%s\n' "many rooms" "and hosts" >"$1/stage2/chat/room.c"
    echo members >"$1/stage1/chat/roster.h"
    echo "a frame" >"$1/stage2/wire/frame.h"
    echo stray >"$1/stage2/chat/stray.c"
    echo made >"$1/stage3/window/page.c"
    echo page >"$1/stage3/window/page.h"
    cat >"$1/stage1/README.md" <<'EOT'
## Reading order

| read | lines | what it is |
|---|---|---|
| `chat/room` | 2 | a room |
| `chat/roster` | 1 | the members |
| `wire/bytes` | 2 | the bytes |
| together | 5 | |

| read | lines | what it is |
|---|---|---|
| `base/text` | 1 | `UTF-8` |
| together | 1 | |

## Options

| `base/none` | 7 | no row of the order |
EOT
    cat >"$1/stage2/README.md" <<'EOT'
## Reading order

| read | lines | what it is |
|---|---|---|
| `wire/bytes` | 2 | the bytes |
| `wire/frame` | 1 | frames, see [the protocol](protocol.md#frames) |
| `chat/room` | 3 | rooms |
| `base/text` | 1 | UTF-8 |
| together | 7 | |
EOT
    cat >"$1/stage3/README.md" <<'EOT'
## Reading order

| read | lines | what it is |
|---|---|---|
| `window/page.h` | 1 | the page as bytes |
| `base/text` | 1 | UTF-8 |
| together | 2 | |
EOT
}
