# shellcheck shell=sh
# rooms.sh: scenes in rooms, for stage 2. Source it after lib.sh.
#
#     room_scene WHAT [OPTION...]    like scene and play, but the script may contain the steps that
#     room_play WHAT [OPTION...]     rooms.awk translates: `alice creates "lounge"`, frames as in
#                                    `alice writes <join request "lounge" "alice">`, ...
#     room_steps                     only translates, from standard input to standard output

room_steps() { LC_ALL=C awk -f "$ROOT/tests/lib/rooms.awk"; }

room_scene() {
    room_steps >"$TMP/script"
    scene "$@" <"$TMP/script"
}

room_play() {
    room_steps >"$TMP/script"
    play "$@" <"$TMP/script"
}
