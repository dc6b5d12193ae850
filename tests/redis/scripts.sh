#!/bin/sh
# The Lua script in a real Redis: each operation, what it refuses, and that repeating it does no
# harm.
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
under=$start~~~~~~~~ # that start, and all that was read

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

check "the first server begins" gives "ok epoch1 $start" start $one key epoch1 $start
check "another one is told what there is" gives "ok epoch1 $start" start $two key epoch2 $drawn
check "one with another key is not let in" gives "key key" start $three other epoch3 $drawn
check "a lease is renewed" gives "ok" renew $one epoch1 $start $drawn
redis DEL chat3:lease:$two >/dev/null
check "one without a lease is seen" gives "ok $two alive" renew $one epoch1 $start $drawn
check "it can do nothing" gives "lease" create $two $dogs dogs $bob bob 0 J '' ''
check "until it renews it" gives "ok" renew $two epoch1 $start $drawn
check "one that is alive cannot be declared dead" gives "alive" declare $one $two
check "another epoch: all is lost" gives "lost" renew $one epoch2 $start $drawn
redis CONFIG SET maxmemory 1gb >/dev/null
redis CONFIG SET maxmemory-policy allkeys-lru >/dev/null
check "a Redis that throws keys away is not used" gives "evicts" start $three key epoch3 $drawn
redis CONFIG SET maxmemory 0 >/dev/null
check "unless it has no limit" gives "ok epoch1 $start" start $three key epoch3 $drawn

# A lease ends after ten seconds, and a slow machine takes longer for what follows.
lasts() { for server; do redis PERSIST "chat3:lease:$server" >/dev/null; done; }

# --- rooms ---
lasts $one $two $three

check "there is no room yet" gives "none" look - cats
check "a room is made" welcomes 0 2 1 $alice create $one $cats cats $alice alice 0 J1 salt proof
check "it is there" gives "ok $cats $alice salt proof 0" look - cats
check "it is not made twice" gives "exists" create $two $dogs cats $bob bob 0 J2 '' ''
check "wrong passwords are counted" gives "ok 1" wrong - $cats
check "for a minute" gives "ok $cats $alice salt proof 1" look - cats
check "somebody joins" welcomes 0 3 2 $alice join $two $cats $bob bob 0 0 J2 10 1 "$under"
check "the name is taken" gives "taken" join $two $cats $carol bob 0 0 J3 10 1 "$under"
check "nobody has two names" gives "taken" join $two $cats $bob carol 0 0 J3 10 1 "$under"
check "the room is full" gives "full" join $two $cats $carol carol 0 0 J3 2 1 "$under"
check "the server is full" gives "server full" join $two $cats $carol carol 0 0 J3 10 0 "$under"
check "to join no room" gives "none" join $two $dogs $carol carol 0 0 J3 10 1 "$under"
check "the same one again is no newcomer" welcomes 0 3 2 $alice \
    join $two $cats $bob bob 0 0 J2 10 1 "$under"
check "rooms are listed" gives "ok cats	2	locked" list -
check "the log has both" log_is $cats "1 2"

# --- items ---

check "a line" gives "ok 1" say $two $cats $bob 1 row
check "the same line again" gives "ok 1" say $two $cats $bob 1 row
check "one before its time" gives "early 1" say $two $cats $bob 3 row
check "one that nobody needs to know" gives "ok 2" say $two $cats $bob 2 ''
check "by one who is not here" gives "gone" say $two $cats $carol 1 row
check "by one who is elsewhere" gives "moved" say $one $cats $bob 3 row
check "each line is there once" log_is $cats "1 2 3"
check "a guest cannot kick" gives "ok 3" kick $two $cats $bob 3 alice
check "nor a host itself" gives "ok 1" kick $one $cats $alice 1 alice
check "nor nobody" gives "ok 2" kick $one $cats $alice 2 nobody
check "nothing came of it" log_is $cats "1 2 3"
check "somebody moves" welcomes 3 4 2 $alice join $three $cats $bob bob 2 1 J2 10 1 "$under"
check "who was there before can do nothing for it" gives "moved" say $two $cats $bob 4 row
check "nothing is lost on the way" gives "ok 4" say $three $cats $bob 4 row
check "a host kicks" gives "ok 3" kick $one $cats $alice 3 bob
check "that one is not let in again" gives "out" join $two $cats $bob bob 2 1 J2 10 1 "$under"
check "nor can it speak" gives "gone" say $three $cats $bob 5 row
check "carol joins" welcomes 0 7 2 $alice join $two $cats $carol carol 0 0 J3 10 1 "$under"
check "and leaves" gives "ok 1" leave $two $cats $carol 1
check "and comes again" welcomes 0 9 2 $alice join $two $cats $carol carol 0 0 J3 10 1 "$under"
check "and is lost" gives "ok" lose $two $cats $carol
check "but once" gives "gone" lose $two $cats $carol
check "all that is in the log" log_is $cats "1 2 3 4 5 6 7 8 9"

# Lines of a dropped member may have arrived although its client does not know it: kind 1, number 7.
printf '\001\000\034%s\000\000\000\000\000\000\000\007\005carolX' $carol >"$TMP/said"
redis -x XADD "chat3:log:$cats" '0-*' r <"$TMP/said" >/dev/null
check "a line that it did not know of counts" welcomes 7 12 2 $alice \
    join $two $cats $carol carol 9 3 J3 10 1 "$under"
check "if it is the same room for it" gives "ok" lose $two $cats $carol
check "when the log has no more of it, the room remembers" welcomes 7 14 2 $alice \
    join $two $cats $carol carol 13 3 J3 10 1 "$under"
check "and again" gives "ok" lose $two $cats $carol
check "else it begins anew" welcomes 0 16 2 $alice join $two $cats $carol carol 0 0 J3 10 1 "$under"

check "the host leaves" gives "ok 4" leave $one $cats $alice 4
check "that was the room" gives "none" look - cats
check "and the list is empty" gives "ok" list -
check "who was in it is nowhere" gives "gone" say $two $cats $carol 1 row
check "its log stays for a while" [ "$(redis TTL chat3:log:$cats)" -gt 0 ]
redis DEL chat3:log:$cats chat3:lease:$one chat3:lease:$two chat3:lease:$three >/dev/null
left=$(redis KEYS 'chat3:*' | sort | tr '\n' ' ')
check "nothing else is left of it" [ "$left" = "chat3:epoch chat3:key chat3:run chat3:servers chat3:start chat3:starts " ]

# --- death ---

for server in $one $two $three; do run renew $server epoch1 $start $drawn >/dev/null; done
lasts $one $two $three
run create $one $cats cats $alice alice 0 J1 '' '' >/dev/null
run join $two $cats $bob bob 0 0 J2 10 1 "$under" >/dev/null
run join $two $cats $carol carol 0 0 J3 10 1 "$under" >/dev/null
run create $two $dogs dogs $carol carol 0 J1 '' '' >/dev/null
run join $one $dogs $alice alice 0 0 J2 10 1 "$under" >/dev/null
check "who is alive is not taken out" gives "ok 0" remove $one $two
redis DEL chat3:lease:$two >/dev/null
check "a server is declared dead" gives "ok" declare $one $two
check "others are told" gives "ok $two dead" renew $three epoch1 $start $drawn
check "it is told, too" gives "dead $start" renew $two epoch1 $start $drawn
check "its member goes on elsewhere" welcomes 0 4 3 $alice join $three $cats $bob bob 4 0 J2 10 1 "$under"
check "the others are taken out" gives "ok 0" remove $one $two
check "one left, where it was a guest" log_is $cats "1 2 3 4"
check "and where it was the host, the room is closed" gives "none" look - dogs
check "the closed room's log says so" log_is $dogs "1 2 3"
check "the dead server is forgotten" [ "$(redis HEXISTS chat3:servers $two)" = 0 ]
check "and once more" gives "ok 0" remove $three $two
check "who moved is still there" gives "ok 1" say $three $cats $bob 1 row

check "a server ends, where others are" gives "ok" quit $three
check "its members are to be taken out" gives "ok $three dead" renew $one epoch1 $start $drawn
check "the last one is alone" gives "alone" quit $one
check "it closes its room" gives "ok" close $one $cats 2
check "and ends" gives "ok" quit $one
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
check "a server of before counts as dead" gives "dead $start2" renew $one epoch1 $start $start2
check "its lease is over" gives "lease" say $one $cats $alice 1 row
check "it begins anew" gives "ok epoch1 $start2" start $three key epoch1 $drawn
check "and goes on" gives "ok $one dead" renew $three epoch1 $start2 $drawn
redis DEL chat3:lease:$two >/dev/null
check "a name that one of before has is waited for" gives "held" \
    join $three $cats $carol bob 4 0 J3 10 1 "$under"
check "but not by a newcomer" gives "taken" join $three $cats $carol bob 0 0 J3 10 1 ''
check "one that has read no more than is there has lost nothing" at 0 4 0 \
    join $three $cats $alice alice 4 0 J1 10 1 "$under"
check "it goes on under this start" gives "ok 1" say $three $cats $alice 1 row
check "one that had read more is told from where" at 1 4 1 \
    join $three $cats $bob bob 7 5 J2 10 1 "$under"
check "and goes on with the greater number" gives "ok 6" say $three $cats $bob 6 row
check "so it is for one that is gone from the room" at 0 4 1 \
    join $three $cats $carol carol 9 3 J3 10 1 "$under"
check "with its number" gives "ok 4" say $three $cats $carol 4 row
check "a start that is known counts, behind one that is not" at 4 4 1 \
    join $three $cats $carol carol 9 3 J3 10 1 "$drawn~~~~~~~~$under"
check "what was read under a later start is there" at 4 7 0 \
    join $three $cats $carol carol 7 4 J3 10 1 "$start2~~~~~~~~$under"
check "of a past that is not known nobody can tell" at 4 0 2 \
    join $three $cats $carol carol 9 4 J3 10 1 "$drawn~~~~~~~~"
check "with no start at all neither" at 4 0 2 join $three $cats $carol carol 9 4 J3 10 1 ''
for i in $(awk 'BEGIN { for (i = 1; i <= 66; i++) print i }'); do
    redis SET chat3:run "$i" >/dev/null
    run start $one key epoch1 "$(printf '%016d' "$i")" >/dev/null
    run say $three $cats $carol $((4 + i)) row >/dev/null
    redis SET chat3:lease:$three 1 >/dev/null
done
check "64 starts are kept" [ "$(redis LLEN chat3:starts)" = 64 ]
check "and as many marks of a room" [ "$(redis LLEN chat3:marks:$cats)" = 64 ]
check "the oldest that is kept still counts" at 70 11 1 \
    join $three $cats $carol carol 90 70 J3 10 1 "0000000000000003~~~~~~~~"
check "the one before it does not" at 70 0 2 \
    join $three $cats $carol carol 90 70 J3 10 1 "0000000000000002~~~~~~~~"
# If a whole membership is lost, nothing is known of it, even if the member has read nothing that is
# lost.
dave=dddddddddddddddd
check "what one has said whom nobody remembers is lost" at 0 11 0 \
    join $three $cats $dave dave 11 5 J4 10 1 "0000000000000003~~~~~~~~"
check "its numbers go on" gives "ok 6" say $three $cats $dave 6 row
check "but not if it was told so under this start" at 5 11 0 \
    join $three $cats eeeeeeeeeeeeeeee eve 11 5 J5 10 1 "0000000000000066~~~~~~~~"
for i in $(awk 'BEGIN { for (i = 1; i <= 64; i++) print i }'); do
    redis LPUSH chat3:gone:$cats "nobody 0" >/dev/null
done
check "whether or not the room has forgotten somebody" at 0 11 0 \
    join $three $cats ffffffffffffffff fred 11 5 J6 10 1 "0000000000000003~~~~~~~~"
run leave $three $cats $alice 2 >/dev/null
check "with the room its marks are gone" [ "$(redis EXISTS chat3:marks:$cats)" = 0 ]
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
check "a large room's list of members is cut" [ "$size" -gt 60000 -a "$size" -lt 65200 ]
redis HSET chat3:servers $two dead >/dev/null
check "a large server's members are taken out in parts" gives "ok $((many - 64))" remove $one $two
check "a large room is closed" gives "ok 1" leave $one $dogs $alice 1
check "and its members are gone with it" [ "$(redis SCARD chat3:of:$two)" = 0 ]
redis EVAL "for i = 1, 9000 do
    redis.call('HSET', 'chat3:rooms', 'room ' .. i, '$dogs 1 open')
end" 0 >/dev/null
run list - >"$TMP/list"
size=$(wc -c <"$TMP/list")
check "a long list of rooms is cut" [ "$size" -gt 60000 -a "$size" -lt 65200 ]
check "and says so" grep -q '\.\.\.$' "$TMP/list"
run create $one $cats cats $alice alice 0 J '' '' >/dev/null
awk -v say="EVALSHA $hash 0 say $one $cats $alice" \
    'BEGIN { for (i = 1; i <= 1500; i++) print say, i, "row" }' | redis >/dev/null
length=$(redis XLEN chat3:log:$cats)
check "a log is kept short" [ "$length" -ge 1024 -a "$length" -lt 1200 ]
done_testing
