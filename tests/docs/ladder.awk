# ladder.awk: finds which lines of a program are new, and which stand on its page. ladder.sh calls
# it in one of two ways.
#
#     awk -v mode=added -f ladder.awk DIFF        prints the numbers of the lines that DIFF adds or
#                                                 changes
#     awk -v mode=missing -v added=FILE -f ladder.awk PROGRAM BLOCK...
#                                                 prints what is wrong with the blocks of the page
#
# Every new line must stand in a block, and no line in two, except for blank lines, for the comment
# that opens the file, and for the program's own name in perror().
mode == "added" {
    if ($0 !~ /^[0-9][0-9,]*[ac][0-9]/) next
    sub(/^[0-9,]*[ac]/, "")
    count = split($0, range, ",")
    for (n = range[1]; n <= range[count]; n++) print n + 0
    next
}
FNR == 1 { files++; if (files > 1) check_block(); size = 0 }
files == 1 { program[FNR] = $0; length_of_program = FNR; next }
{ block[++size] = $0; name = FILENAME }

function fits(at, i) {
    for (i = 1; i <= size; i++) if (program[at + i - 1] != block[i]) return 0
    return 1
}
function check_block(at, i) {
    if (size == 0) return
    for (at = 1; at <= length_of_program; at++) if (fits(at) && !shown[at]) break
    if (at > length_of_program) print "stands nowhere, or twice: the block " block[1]
    else for (i = 0; i < size; i++) {
        if (shown[at + i] && program[at + i] != "") print "shown twice: " program[at + i]
        shown[at + i] = 1
    }
}
END {
    if (mode == "added") exit
    check_block()
    while ((getline line <added) > 0) new[line + 0] = 1
    for (n = 1; program[n] !~ /^ \*\/$/ && n <= length_of_program; n++) opening[n] = 1
    opening[n] = 1
    for (n = 1; n <= length_of_program; n++) {
        if (!new[n] || shown[n] || opening[n]) continue
        if (program[n] == "" || program[n] ~ /perror\(/) continue
        print "not shown: " n ": " program[n]
    }
}
