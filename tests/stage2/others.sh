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
check "the JSON client creates a room" sees taro "status 0"
client hanako -n 花子 -j $room
check "our client joins the room" sees hanako "* welcome, 花子"
check "the JSON host sees that our client joined" sees taro "花子 joined"
raw rei join rei
check "the raw client joins the room with a bare name" sees rei "status 0"
types rei "こんにちは, at once"
check "our client sees the raw client's first datagram, a message" sees hanako "rei: こんにちは, at once"
check "the JSON host sees the raw client's first message" sees taro "rei: こんにちは, at once"
check "our client sees that the raw client joined" sees hanako "* rei joined"
check "the JSON host sees that the raw client joined" sees taro "* rei joined"

types taro "皆さん、ようこそ 🦊"
check "our client sees the JSON host's line" sees hanako "太郎: 皆さん、ようこそ 🦊"
check "the raw client sees the JSON host's line" sees rei "太郎: 皆さん、ようこそ 🦊"
types hanako "はい、花子です"
check "the JSON host sees our client's line" sees taro "花子: はい、花子です"
check "the raw client sees our client's line" sees rei "花子: はい、花子です"
types rei "" "//x" "the end"
check "the raw client's empty line is a keepalive" sees rei "* welcome, rei"
check "our client sees the raw client's last line" sees hanako "rei: the end"
check "the JSON host sees the raw client's last line" sees taro "rei: the end"
check "our client sees // as one slash" sees hanako "rei: /x"
check "the JSON host sees // as one slash" sees taro "rei: /x"
check "the JSON host does not see its own lines" never_saw taro "太郎: "
check "our client does not see its own lines" never_saw hanako "花子: "
check "the raw client does not see its own lines" never_saw rei "rei: "

json json2 create jiro
check "a room that exists is not created again" sees json2 "status 1"
check "the refused JSON client exits with 1" exits json2 1
raw raw2 join 太郎
check "a name in JSON equals the same bare name" sees raw2 "status 4"
check "the refused raw client exits with 1" exits raw2 1
json json2 join 'ji"ro\u0041'
check "a name's JSON escapes are decoded only once" sees hanako '* ji"ro\u0041 joined'
hangup json2
check "the second JSON client exits with 0" exits json2 0
check "the raw client sees that it left" sees rei '* ji"ro\u0041 left'

hangup rei
check "the raw client exits with 0" exits rei 0
check "our client sees that the raw client left" sees hanako "* rei left"
check "the JSON host sees that the raw client left" sees taro "* rei left"
raw rei join rei
check "the raw client joins again under its name" sees rei "status 0"
types rei "また来ました"
check "the JSON host sees its line after it is back" sees taro "rei: また来ました"

hangup taro
check "the JSON host leaves and exits with 0" exits taro 0
check "our client sees that the room is closed" \
    sees hanako "* the room is closed: the host has left"
check "the raw client sees that the room is closed" \
    sees rei "* the room is closed: the host has left"
raw raw2 join late
check "a closed room cannot be joined" sees raw2 "status 2"
raw raw2 create jiro
check "a closed room can be created again" sees raw2 "status 0"
types rei "is anybody there?"
types raw2 "" "I am"
check "the host of the new room is welcomed" sees raw2 "* welcome, jiro"
hangup raw2
check "the host of the new room exits with 0" exits raw2 0
check "the new room does not see the old room's line" never_saw raw2 "anybody"
check "the old room does not see the new room's line" never_saw rei "I am"

done_testing
