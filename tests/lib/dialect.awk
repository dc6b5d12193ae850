# dialect.awk: translates the steps of the promises for servers of other kinds (tests/kit/*-dialects)
# to the steps of tests/tools/trial and of rooms.awk. Run it with LC_ALL=C and -v dialect=NAME.
#
# Stage 1, where the dialects are `others` (a line goes to all but its sender), `all` (to the sender
# as well) and `bare` (to all, as NAME: TEXT without a size in front):
#
#     alice says TEXT                 TEXT in quotes
#     bob hears-from alice TEXT       it reaches bob
#     alice hears-back TEXT           it comes back to her, or it does not
#
# Stage 2, with `json` (the user's name is in JSON) and `plain` (it is bare); the token may have any
# size:
#
#     alice asks create ROOM          and is let in
#     alice says-in ROOM TEXT         a datagram

function rest(fields,   text) {
    text = $0
    while (fields-- > 0) sub(/^[ \t]*[^ \t]+[ \t]*/, "", text)
    return text
}
function line(name, text) {
    if (dialect == "bare") return sprintf("\"%s: \" %s", name, text)
    return sprintf("%02x \"%s\" %s", length(name), name, text)
}

$2 == "says" { printf "%s send %02x \"%s\" %s\n", $1, length($1), $1, rest(2); next }
$2 == "hears-from" { print $1, "awaits", line($3, rest(3)); next }
$2 == "hears-back" {
    print $1, (dialect == "others" ? "never-gets" : "awaits"), line($1, rest(2))
    next
}
$2 == "asks" {
    name = "\"" $1 "\""
    if (dialect == "json") {
        name = sprintf("\"{\\\"username\\\":\\\"%s\\\",\\\"user_name\\\":\\\"%s\\\"," \
                       "\\\"password\\\":null}\"", $1, $1)
    }
    print $1, "connects"
    printf "%s writes <%s request %s %s>\n", $1, $3, $4, name
    print $1, "is-let-in"
    print $1, "hangs up"
    next
}
$2 == "says-in" {
    printf "%s send %02x token_size %s token %s\n", $1, length($3) - 2, $3, rest(3)
    next
}
{ print }
