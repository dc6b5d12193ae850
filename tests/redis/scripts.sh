#!/bin/sh
# The Lua script in a real Redis: what each operation does, what it refuses, and that repeating it
# is harmless.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/redis.lib"
start_redis
hash=$(redis -x SCRIPT LOAD <"$ROOT/stage3/cluster/script.lua")

one=11111111111111111111111111111111
two=22222222222222222222222222222222
three=33333333333333333333333333333333
cats=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
dogs=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
alice=mmmmmmmmmmmmmmm1
bob=mmmmmmmmmmmmmmm2
carol=mmmmmmmmmmmmmmm3
start=ssssssssssssssss
start2=SSSSSSSSSSSSSSSS
drawn=dddddddddddddddd
under=$start~~~~~~~~ # a member that was here under that start and has read everything

# run WORD...: prints the reply's words in one line; the bytes of rows are printed unchanged.
run() { redis EVALSHA "$hash" 0 "$@" | tr '\n' ' ' | sed 's/ *$//'; }

# gives WANTED WORD...
gives() {
    wanted=$1
    shift
    seen=$(run "$@")
    [ "$seen" = "$wanted" ] && return 0
    printf '%s\n' "$*: $seen" "expected: $wanted"
    return 1
}

# welcomes HEARD END COUNT HOST WORD...: checks a newcomer's reply, except the list of members.
welcomes() {
    wanted="ok $1 $2 $3 $4"
    shift 4
    seen=$(run "$@")
    case $seen in "$wanted "*) return 0 ;; esac
    printf '%s\n' "$*: $seen" "expected: $wanted ..."
    return 1
}

# The numbers of the entries of a log, and the kinds of their rows.
log() { redis XRANGE "chat3:log:$1" - + | sed -n 's/^0-//p' | tr '\n' ' '; }
log_is() {
    seen=$(log "$1")
    [ "$seen" = "$2 " ] && return 0
    echo "the log has $seen"
    return 1
}

# --- servers ---

check "start registers the first server" gives "ok epoch1 $start" start $one key epoch1 $start
check "start gives the second server the epoch and start of the first" \
    gives "ok epoch1 $start" start $two key epoch2 $drawn
check "start refuses a server with another key" gives "key key" start $three other epoch3 $drawn
check "renew extends a lease" gives "ok" renew $one epoch1 $start $drawn
redis DEL chat3:lease:$two >/dev/null
check "renew reports a server without a lease" gives "ok $two alive" renew $one epoch1 $start $drawn
check "a server without a lease cannot create a room" \
    gives "lease" create $two $dogs dogs $bob bob 0 J '' ''
check "a server without a lease can renew it" gives "ok" renew $two epoch1 $start $drawn
check "declare refuses to declare a server with a lease dead" gives "alive" declare $one $two
check "renew with another epoch reports that all is lost" \
    gives "lost" renew $one epoch2 $start $drawn
redis CONFIG SET maxmemory 1gb >/dev/null
redis CONFIG SET maxmemory-policy allkeys-lru >/dev/null
check "start refuses a Redis that may evict any key" gives "evicts" start $three key epoch3 $drawn
redis CONFIG SET maxmemory 0 >/dev/null
check "start accepts a Redis without a memory limit" \
    gives "ok epoch1 $start" start $three key epoch3 $drawn

# A lease ends after ten seconds, and a slow machine takes longer for what follows.
lasts() { for server; do redis PERSIST "chat3:lease:$server" >/dev/null; done; }

# --- rooms ---
lasts $one $two $three

check "look finds no room at first" gives "none" look - cats
check "create makes a room" \
    welcomes 0 2 1 $alice create $one $cats cats $alice alice 0 J1 salt proof
check "look finds the room" gives "ok $cats $alice salt proof 0" look - cats
check "create refuses a name that exists" gives "exists" create $two $dogs cats $bob bob 0 J2 '' ''
check "wrong counts a wrong password" gives "ok 1" wrong - $cats
check "look reports the number of wrong passwords" gives "ok $cats $alice salt proof 1" look - cats
check "join adds bob" welcomes 0 3 2 $alice join $two $cats $bob bob 0 0 J2 10 1 "$under"
check "join refuses a name that is taken" \
    gives "taken" join $two $cats $carol bob 0 0 J3 10 1 "$under"
check "join refuses a second name for bob" \
    gives "taken" join $two $cats $bob carol 0 0 J3 10 1 "$under"
check "join refuses a newcomer when the room is full" \
    gives "full" join $two $cats $carol carol 0 0 J3 2 1 "$under"
check "join refuses a newcomer when the server is full" \
    gives "server full" join $two $cats $carol carol 0 0 J3 10 0 "$under"
check "join refuses a room that does not exist" \
    gives "none" join $two $dogs $carol carol 0 0 J3 10 1 "$under"
check "a repeated join adds nothing" welcomes 0 3 2 $alice \
    join $two $cats $bob bob 0 0 J2 10 1 "$under"
check "list has the room" gives "ok cats	2	locked" list -
check "the log has an entry for each of the two members" log_is $cats "1 2"

# --- items ---

check "say takes a line" gives "ok 1" say $two $cats $bob 1 row
check "say takes a repeated line as done" gives "ok 1" say $two $cats $bob 1 row
check "say refuses a line whose number is too high" gives "early 1" say $two $cats $bob 3 row
check "say counts an item that has no row" gives "ok 2" say $two $cats $bob 2 ''
check "say refuses a line of somebody who is not a member" gives "gone" say $two $cats $carol 1 row
check "say refuses a line of a member at another server" gives "moved" say $one $cats $bob 3 row
check "the log has bob's line once" log_is $cats "1 2 3"
check "a guest's kick is taken" gives "ok 3" kick $two $cats $bob 3 alice
check "a host's kick of itself is taken" gives "ok 1" kick $one $cats $alice 1 alice
check "a kick of an unknown name is taken" gives "ok 2" kick $one $cats $alice 2 nobody
check "none of these kicks changes the log" log_is $cats "1 2 3"
check "join moves bob to another server" \
    welcomes 3 4 2 $alice join $three $cats $bob bob 2 1 J2 10 1 "$under"
check "bob's old server can take no line of his" gives "moved" say $two $cats $bob 4 row
check "bob's numbers continue at the new server" gives "ok 4" say $three $cats $bob 4 row
check "a host's kick of bob is taken" gives "ok 3" kick $one $cats $alice 3 bob
check "join refuses a member that was kicked" \
    gives "out" join $two $cats $bob bob 2 1 J2 10 1 "$under"
check "say refuses a line of a member that was kicked" gives "gone" say $three $cats $bob 5 row
check "carol joins" welcomes 0 7 2 $alice join $two $cats $carol carol 0 0 J3 10 1 "$under"
check "carol leaves" gives "ok 1" leave $two $cats $carol 1
check "carol joins again" welcomes 0 9 2 $alice join $two $cats $carol carol 0 0 J3 10 1 "$under"
check "lose removes carol" gives "ok" lose $two $cats $carol
check "lose does not remove carol twice" gives "gone" lose $two $cats $carol
check "the log has all entries in order" log_is $cats "1 2 3 4 5 6 7 8 9"

# Lines of a member may have arrived before it was dropped, although its client got no
# acknowledgement: kind 1, number 7.
printf '\001\000\034%s\000\000\000\000\000\000\000\007\005carolX' $carol >"$TMP/said"
redis -x XADD "chat3:log:$cats" '0-*' r <"$TMP/said" >/dev/null
check "a line in the log counts when carol resumes" welcomes 7 12 2 $alice \
    join $two $cats $carol carol 9 3 J3 10 1 "$under"
check "lose removes carol after she has resumed" gives "ok" lose $two $cats $carol
check "the room remembers carol's last number when the log does not have it" \
    welcomes 7 14 2 $alice \
    join $two $cats $carol carol 13 3 J3 10 1 "$under"
check "lose removes carol once more" gives "ok" lose $two $cats $carol
check "a new join of carol begins with number 0" \
    welcomes 0 16 2 $alice join $two $cats $carol carol 0 0 J3 10 1 "$under"

check "alice, the host, leaves" gives "ok 4" leave $one $cats $alice 4
check "look finds no room after its host has left" gives "none" look - cats
check "list is empty after the room is closed" gives "ok" list -
check "say refuses a line to a closed room" gives "gone" say $two $cats $carol 1 row
check "the log of a closed room expires later" [ "$(redis TTL chat3:log:$cats)" -gt 0 ]
redis DEL chat3:log:$cats chat3:lease:$one chat3:lease:$two chat3:lease:$three >/dev/null
left=$(redis KEYS 'chat3:*' | sort | tr '\n' ' ')
check "a closed room leaves no other keys" \
    [ "$left" = "chat3:epoch chat3:key chat3:run chat3:servers chat3:start chat3:starts " ]

# --- death ---

for server in $one $two $three; do run renew $server epoch1 $start $drawn >/dev/null; done
lasts $one $two $three
run create $one $cats cats $alice alice 0 J1 '' '' >/dev/null
run join $two $cats $bob bob 0 0 J2 10 1 "$under" >/dev/null
run join $two $cats $carol carol 0 0 J3 10 1 "$under" >/dev/null
run create $two $dogs dogs $carol carol 0 J1 '' '' >/dev/null
run join $one $dogs $alice alice 0 0 J2 10 1 "$under" >/dev/null
check "remove takes no member of a living server" gives "ok 0" remove $one $two
redis DEL chat3:lease:$two >/dev/null
check "declare declares a server dead" gives "ok" declare $one $two
check "renew reports the dead server to another" \
    gives "ok $two dead" renew $three epoch1 $start $drawn
check "renew tells the dead server that it is dead" \
    gives "dead $start" renew $two epoch1 $start $drawn
check "bob moves from the dead server to another" \
    welcomes 0 4 3 $alice join $three $cats $bob bob 4 0 J2 10 1 "$under"
check "remove takes the other members of the dead server" gives "ok 0" remove $one $two
check "the log of cats says that carol left" log_is $cats "1 2 3 4"
check "the room whose host was at the dead server is closed" gives "none" look - dogs
check "the log of dogs says that the room is closed" log_is $dogs "1 2 3"
check "the dead server is removed from the list of servers" \
    [ "$(redis HEXISTS chat3:servers $two)" = 0 ]
check "a repeated remove changes nothing" gives "ok 0" remove $three $two
check "bob, who has moved, can still say a line" gives "ok 1" say $three $cats $bob 1 row

check "quit ends a server while others run" gives "ok" quit $three
check "renew reports the server that has ended" \
    gives "ok $three dead" renew $one epoch1 $start $drawn
check "quit tells the last server that it is alone" gives "alone" quit $one
check "the last server closes its room" gives "ok" close $one $cats 2
check "quit ends the last server" gives "ok" quit $one
run start $one key epoch1 $drawn >/dev/null

# --- Redis was started again, and went back ---

# at KNOWN FROM BACK WORD...: what a returning member is told.
at() {
    wanted=" $1 $2 $3"
    shift 3
    seen=$(run "$@")
    case $seen in "ok "*"$wanted") return 0 ;; esac
    printf '%s\n' "$*: $seen" "expected: ...$wanted"
    return 1
}
redis DEL chat3:log:$cats >/dev/null
run create $one $cats cats $alice alice 0 J1 '' '' >/dev/null
run start $two key epoch1 $drawn >/dev/null
run join $two $cats $bob bob 0 0 J2 10 1 '' >/dev/null
run say $two $cats $bob 1 row >/dev/null
redis SET chat3:run 'another run' >/dev/null
check "renew tells a server of an earlier start that it is dead" \
    gives "dead $start2" renew $one epoch1 $start $start2
check "say refuses a line after the lease is over" gives "lease" say $one $cats $alice 1 row
check "start gives the server the new start" \
    gives "ok epoch1 $start2" start $three key epoch1 $drawn
check "renew works under the new start" gives "ok $one dead" renew $three epoch1 $start2 $drawn
redis DEL chat3:lease:$two >/dev/null
check "a returning member's name is held until its old server is removed" gives "held" \
    join $three $cats $carol bob 4 0 J3 10 1 "$under"
check "a newcomer is told that the name is taken" \
    gives "taken" join $three $cats $carol bob 0 0 J3 10 1 ''
check "alice, who has read no more than Redis has, loses nothing" at 0 4 0 \
    join $three $cats $alice alice 4 0 J1 10 1 "$under"
check "alice can say a line under the new start" gives "ok 1" say $three $cats $alice 1 row
check "bob, who had read more, is told where to continue" at 1 4 1 \
    join $three $cats $bob bob 7 5 J2 10 1 "$under"
check "bob's numbers continue after the greater one" gives "ok 6" say $three $cats $bob 6 row
check "carol, who left the room, is told where to continue" at 0 4 1 \
    join $three $cats $carol carol 9 3 J3 10 1 "$under"
check "carol's numbers continue after her own" gives "ok 4" say $three $cats $carol 4 row
check "a known start counts behind an unknown one" at 4 4 1 \
    join $three $cats $carol carol 9 3 J3 10 1 "$drawn~~~~~~~~$under"
check "entries that carol has read under a later start are there" at 4 7 0 \
    join $three $cats $carol carol 7 4 J3 10 1 "$start2~~~~~~~~$under"
check "an unknown start gives no place to continue" at 4 0 2 \
    join $three $cats $carol carol 9 4 J3 10 1 "$drawn~~~~~~~~"
check "a member without a start gets no place to continue" \
    at 4 0 2 join $three $cats $carol carol 9 4 J3 10 1 ''
for i in $(awk 'BEGIN { for (i = 1; i <= 66; i++) print i }'); do
    redis SET chat3:run "$i" >/dev/null
    run start $one key epoch1 "$(printf '%016d' "$i")" >/dev/null
    run say $three $cats $carol $((4 + i)) row >/dev/null
    redis SET chat3:lease:$three 1 >/dev/null
done
check "64 starts are kept" [ "$(redis LLEN chat3:starts)" = 64 ]
check "64 marks of a room are kept" [ "$(redis LLEN chat3:marks:$cats)" = 64 ]
check "the oldest start that is kept still counts" at 70 11 1 \
    join $three $cats $carol carol 90 70 J3 10 1 "0000000000000003~~~~~~~~"
check "a start older than that does not count" at 70 0 2 \
    join $three $cats $carol carol 90 70 J3 10 1 "0000000000000002~~~~~~~~"
# If Redis remembers nothing of a member, the member's items may be lost, even if it has read
# nothing that is lost.
dave=dddddddddddddddd
check "the items of dave, whom the room does not remember, count as lost" at 0 11 0 \
    join $three $cats $dave dave 11 5 J4 10 1 "0000000000000003~~~~~~~~"
check "dave's numbers continue after his own" gives "ok 6" say $three $cats $dave 6 row
check "the number that eve got under this start is right" at 5 11 0 \
    join $three $cats eeeeeeeeeeeeeeee eve 11 5 J5 10 1 "0000000000000066~~~~~~~~"
for i in $(awk 'BEGIN { for (i = 1; i <= 64; i++) print i }'); do
    redis LPUSH chat3:gone:$cats "nobody 0" >/dev/null
done
check "the items of an unknown member are lost even if the room has forgotten others" at 0 11 0 \
    join $three $cats ffffffffffffffff fred 11 5 J6 10 1 "0000000000000003~~~~~~~~"
run leave $three $cats $alice 2 >/dev/null
check "the marks of a room go with the room" [ "$(redis EXISTS chat3:marks:$cats)" = 0 ]
run start $one key epoch1 $drawn >/dev/null
run start $two key epoch1 $drawn >/dev/null

# --- many ---

many=20000
run create $one $dogs dogs $alice alice 0 J '' '' >/dev/null
redis EVAL "for i = 1, $many do
    local member, name = string.format('%016d', i), string.format('guest %d', i)
    redis.call('HSET', 'chat3:members:$dogs', member, '$two 0 ' .. name)
    redis.call('HSET', 'chat3:names:$dogs', name, member)
    redis.call('SADD', 'chat3:of:$two', '$dogs' .. member)
end" 0 >/dev/null
size=$(run join $one $dogs $bob bob 0 0 J $((2 * many)) 1 "$under" | wc -c)
check "join cuts the member list of a large room" [ "$size" -gt 60000 -a "$size" -lt 65200 ]
redis HSET chat3:servers $two dead >/dev/null
check "remove takes 64 members of a large server at once" gives "ok $((many - 64))" remove $one $two
check "leave closes a large room" gives "ok 1" leave $one $dogs $alice 1
check "no member of the closed room is left at its server" [ "$(redis SCARD chat3:of:$two)" = 0 ]
redis EVAL "for i = 1, 9000 do
    redis.call('HSET', 'chat3:rooms', 'room ' .. i, '$dogs 1 open')
end" 0 >/dev/null
run list - >"$TMP/list"
size=$(wc -c <"$TMP/list")
check "list cuts a long list of rooms" [ "$size" -gt 60000 -a "$size" -lt 65200 ]
check "a list that was cut ends with ..." grep -q '\.\.\.$' "$TMP/list"
run create $one $cats cats $alice alice 0 J '' '' >/dev/null
awk -v say="EVALSHA $hash 0 say $one $cats $alice" \
    'BEGIN { for (i = 1; i <= 1500; i++) print say, i, "row" }' | redis >/dev/null
length=$(redis XLEN chat3:log:$cats)
check "a log is cut to about 1024 entries" [ "$length" -ge 1024 -a "$length" -lt 1200 ]
done_testing
