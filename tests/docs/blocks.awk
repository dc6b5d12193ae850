# blocks.awk: extracts the code blocks of Markdown pages. Each goes to a file of its own in
# `folder`, and a line to standard output:
#
#     NUMBER PAGE LINE LANGUAGE SOURCE OPTIONS
#
# for a block that opens with ```LANGUAGE SOURCE OPTIONS; "-" stands for what is missing.
FNR == 1 { inside = 0 }
/^```/ && !inside {
    inside = 1
    number++
    language = substr($1, 4)
    options = ""
    for (i = 3; i <= NF; i++) options = options " " $i
    print number, FILENAME, FNR, (language == "" ? "-" : language), (NF > 1 ? $2 : "-") options
    file = folder "/" number
    printf "" >file
    next
}
/^```/ { inside = 0; close(file); next }
inside { print >file }
