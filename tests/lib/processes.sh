# shellcheck shell=sh
# processes.sh: what the system tells about processes, from ps or else from /proc: a bare system may
# lack ps, and not every system has such a /proc. Source it after lib.sh.
#
#     processes         prints NUMBER PARENT of every process; false if nothing tells
#     child_of NAME     prints the number of the process that the program NAME has started; only
#                       where `processes` succeeds
#     memory_of PID     prints the KB of memory that the process has; nothing if nothing tells

processes() {
    ps -A -o pid= -o ppid= 2>/dev/null && return
    cat /proc/[0-9]*/stat 2>/dev/null | sed 's/^\([0-9]*\) (.*) [A-Za-z] \([0-9]*\) .*/\1 \2/' | grep .
}
child_of() { processes | awk -v parent="$(lib_get pid "$1")" '$2 == parent { print $1 }'; }

memory_of() {
    { ps -o rss= -p "$1" || sed -n 's/^VmRSS:\(.*\) kB$/\1/p' "/proc/$1/status"; } 2>/dev/null |
        tr -d ' \t'
}
