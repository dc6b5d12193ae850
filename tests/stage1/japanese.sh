#!/bin/sh
# Names and messages in other scripts; and characters that must not reach a terminal.
. "$(dirname "$0")/../lib/lib.sh"
start_server stage1

client hanako -n 花子
client taro -n 太郎
check "花子 is welcomed" sees hanako "* welcome, 花子"
check "太郎 is welcomed" sees taro "* welcome, 太郎"
check "花子 is told of 太郎" sees hanako "太郎"
types hanako "こんにちは、太郎さん。🦊 naïve Ελληνικά עברית"
check "a message arrives whole" sees taro "花子: こんにちは、太郎さん。🦊 naïve Ελληνικά עברית"
types taro "/name 部屋"
check "a new name arrives whole" sees hanako "* 太郎 is now called 部屋"

# A message may contain control characters; a client must not print them. The escape sequences here
# set the title, clear the screen and move up; as ESC [ and as the single character U+009B.
play "a hostile message is sent" <<'EOT'
eve send 03 "eve" "a" 1b "]0;title" 07 "b" 1b "[2J" 1b "[A" "c" c2 9b "2J" "d" 0d "e" 08 7f "f"
eve gets 00 "welcome, eve"
eve send 03 "eve" "line" 0a "hanako: faked" 0d 0a "* faked"
eve send 03 "eve" "turned " e2 80 ae "round" e2 81 a6
eve send 03 "eve" "the end"
eve send 00
EOT
check "the end of a hostile message arrives" sees taro "eve: the end"

no_controls() { ! LC_ALL=C grep -n "$(printf '[\001-\010\013-\037\177]')" "$1"; }
no_c1() { ! LC_ALL=C grep -n "$(printf '\302[\200-\237]')" "$1"; }
no_turning() { ! grep -n -e "$(printf '\342\200\256')" -e "$(printf '\342\201\246')" "$1"; }
no_faked_lines() { ! grep -n -e "^hanako: faked" -e "^\* faked" "$1"; }
check "no control character is printed" no_controls "$TMP/taro.out"
check "no C1 control is printed" no_c1 "$TMP/taro.out"
check "no character that reverses the line is printed" no_turning "$TMP/taro.out"
check "a message stays in its line, where it cannot fake another" no_faked_lines "$TMP/taro.out"

# Direction marks are ordinary in Persian and Hebrew; a line without anything visible is not sent.
mark=$(printf '\342\200\217')
types hanako "(می‌خواهم)$mark!" "$(printf '\342\200\213')" "$(printf '\302\240\343\200\200')" "after them"
check "a text may hold marks and joiners, and they are shown" sees taro "花子: (می‌خواهم)$mark!"
check "the line after lines without anything visible arrives" sees taro "花子: after them"
lines_of() { grep -c "^花子: " "$TMP/taro.out"; }
check "lines without anything visible are not sent" test "$(lines_of)" -eq 3

done_testing
