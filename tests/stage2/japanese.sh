#!/bin/sh
# Names and messages in other scripts; and characters that must not reach a terminal.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
start_server stage2

client hanako -n 花子 -c 部屋
client taro -n 太郎 -j 部屋
check "花子 is welcomed" sees hanako "* welcome, 花子"
check "太郎 is welcomed" sees taro "* welcome, 太郎"
check "花子 sees that 太郎 joined" sees hanako "太郎"
types hanako "こんにちは、太郎さん。🦊 naïve Ελληνικά עברית"
check "太郎 sees the whole message" sees taro "花子: こんにちは、太郎さん。🦊 naïve Ελληνικά עברית"
types taro "はい、花子さん"
check "花子 sees his answer" sees hanako "太郎: はい、花子さん"
types hanako "/who"
check "/who lists the Japanese names" sees hanako "花子 (host)"

# A message may contain control characters; a client must not print them. The escape sequences here
# set the title, clear the screen and move up; as ESC [ and as the single character U+009B.
room_play "eve sends hostile characters" <<'EOT'
eve joins "部屋"
eve says "部屋" "a" 1b "]0;title" 07 "b" 1b "[2J" 1b "[A" "c" c2 9b "2J" "d" 0d "e" 08 7f "f"
eve says "部屋" "line" 0a "花子: faked" 0d 0a "* faked"
eve says "部屋" "turned " e2 80 ae "round" e2 81 a6
eve says "部屋" "the end"
eve says "部屋" "/leave"
EOT
check "太郎 sees eve's last line" sees taro "eve: the end"

no_controls() { ! LC_ALL=C grep -n "$(printf '[\001-\010\013-\037\177]')" "$1"; }
no_c1() { ! LC_ALL=C grep -n "$(printf '\302[\200-\237]')" "$1"; }
no_turning() { ! grep -n -e "$(printf '\342\200\256')" -e "$(printf '\342\201\246')" "$1"; }
no_faked_lines() { ! grep -n -e "^花子: faked" -e "^\* faked" "$1"; }
check "no C0 control character is printed" no_controls "$TMP/taro.out"
check "no C1 control character is printed" no_c1 "$TMP/taro.out"
check "no bidirectional control is printed" no_turning "$TMP/taro.out"
check "a message cannot fake another line" no_faked_lines "$TMP/taro.out"

# Direction marks are ordinary in Persian and Hebrew; a line without anything visible is not sent.
mark=$(printf '\342\200\217')
types hanako "(می‌خواهم)$mark!" "$(printf '\342\200\213')" "$(printf '\302\240\343\200\200')" "after them"
check "marks and joiners in a text are shown" sees taro "花子: (می‌خواهم)$mark!"
check "a line after invisible ones arrives" sees taro "花子: after them"
lines_of() { grep -c "^花子: " "$TMP/taro.out"; }
check "invisible lines are not sent" test "$(lines_of)" -eq 3

done_testing
