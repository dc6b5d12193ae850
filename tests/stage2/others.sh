#!/bin/sh
# Clients of other projects: tools/json_client and tools/raw_client, which were written from the
# page on the protocol alone, stand for them. They and our client meet in one room.
. "$(dirname "$0")/../lib/lib.sh"
room=部屋

json() { # NAME create|join USER
    feed "$1" "$TOOLS/json_client" "$host" "$port" "$2" "$room" "$3"
}
raw() {
    feed "$1" "$TOOLS/raw_client" "$host" "$port" "$2" "$room" "$3"
}

start_server stage2
json taro create 太郎
check "a name in JSON creates the room" sees taro "status 0"
client hanako -n 花子 -j $room
check "our client joins it" sees hanako "* welcome, 花子"
check "the host, who has only announced its port, is told" sees taro "花子 joined"
raw rei join rei
check "a bare name joins it" sees rei "status 0"
types rei "こんにちは, at once"
check "whose first datagram may be a message: ours hears it" sees hanako "rei: こんにちは, at once"
check "and the host" sees taro "rei: こんにちは, at once"
check "its joining is told to ours" sees hanako "* rei joined"
check "and to the host" sees taro "* rei joined"

types taro "皆さん、ようこそ 🦊"
check "the JSON client is heard by ours" sees hanako "太郎: 皆さん、ようこそ 🦊"
check "and by the raw one" sees rei "太郎: 皆さん、ようこそ 🦊"
types hanako "はい、花子です"
check "ours is heard by the JSON client" sees taro "花子: はい、花子です"
check "and by the raw one" sees rei "花子: はい、花子です"
types rei "" "//x" "the end"
check "the raw one's empty line is a keepalive" sees rei "* welcome, rei"
check "and what it says is heard by ours" sees hanako "rei: the end"
check "and by the JSON client" sees taro "rei: the end"
check "// is a / to ours" sees hanako "rei: /x"
check "and to the JSON client" sees taro "rei: /x"
check "nobody hears the JSON client's own words twice" never_saw taro "太郎: "
check "nor ours" never_saw hanako "花子: "
check "nor the raw one's" never_saw rei "rei: "

json json2 create jiro
check "a room is made once" sees json2 "status 1"
check "and the JSON client ends" exits json2 1
raw raw2 join 太郎
check "a name in JSON and a bare one are the same name" sees raw2 "status 4"
check "and the raw client ends" exits raw2 1
json json2 join 'ji"ro\u0041'
check "JSON's escapes are undone, once" sees hanako '* ji"ro\u0041 joined'
hangup json2
check "it leaves at the end of its input" exits json2 0
check "and that is told to the raw one" sees rei '* ji"ro\u0041 left'

hangup rei
check "the raw one leaves at the end of its input" exits rei 0
check "that is told to ours" sees hanako "* rei left"
check "and to the host" sees taro "* rei left"
raw rei join rei
check "and it may come back under its name" sees rei "status 0"
types rei "また来ました"
check "and be heard" sees taro "rei: また来ました"

hangup taro
check "the host ends" exits taro 0
check "the room is closed for ours" sees hanako "* the room is closed: the host has left"
check "and for the raw one" sees rei "* the room is closed: the host has left"
raw raw2 join late
check "nobody can join it" sees raw2 "status 2"
raw raw2 create jiro
check "but make it again" sees raw2 "status 0"
types rei "is anybody there?"
types raw2 "" "I am"
check "in the new room" sees raw2 "* welcome, jiro"
hangup raw2
check "whose new host ends too" exits raw2 0
check "the old room is not heard there" never_saw raw2 "anybody"
check "nor it in the old one" never_saw rei "I am"

done_testing
