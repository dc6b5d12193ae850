# mutants.awk: lists every small change that mutate.sh may make to C files, one a line:
#
#     FILE LINE OPERATOR COLUMN LENGTH REPLACEMENT
#
# At COLUMN of that line, REPLACEMENT replaces LENGTH bytes. Comments, strings, preprocessor lines
# and declarations of constants stay as they are: other tests check them, or they would not compile.

function emit(operator, column, size, replacement) {
    print FILENAME, FNR, operator, column, size, replacement
}

# Replaces each WORD in the code of this line by REPLACEMENT, one at a time.
function each(operator, word, replacement,    at, from) {
    from = 1
    while ((at = index(substr(code, from), word)) > 0) {
        emit(operator, from + at - 1, length(word), replacement)
        from += at - 1 + length(word)
    }
}

# Replaces strings and comments by spaces; `inside` is 1 within an open comment.
function blank(line,    out, i, c, two, quote) {
    out = ""
    quote = ""
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        two = substr(line, i, 2)
        if (inside) {
            if (two == "*/") { inside = 0; out = out "  "; i++ } else out = out " "
        } else if (quote != "") {
            if (c == "\\") { out = out "  "; i++ }
            else { if (c == quote) quote = ""; out = out " " }
        } else if (two == "/*") { inside = 1; out = out "  "; i++ }
        else if (c == "\"" || c == "'") { quote = c; out = out " " }
        else out = out c
    }
    return out
}

FNR == 1 { inside = 0; body = 0 }

{
    code = blank($0)
    if (code ~ /^[ ]*#/) next
    # Only the opening brace of a function stands alone at the beginning of a line.
    if (code ~ /^\{ *$/) { body = 1; next }
    if (code ~ /^\}/) { body = 0; next }
    if (!body || code ~ /^ *(static )?const / || code ~ /sizeof|_Static_assert|assert\(/) next

    each("relation", " < ", " <= ")
    each("relation", " <= ", " < ")
    each("relation", " > ", " >= ")
    each("relation", " >= ", " > ")
    each("equality", " == ", " != ")
    each("equality", " != ", " == ")
    each("logic", " && ", " || ")
    each("logic", " || ", " && ")
    each("arithmetic", " + ", " - ")
    each("arithmetic", " - ", " + ")
    each("step", "++", "--")
    each("step", " += ", " -= ")
    each("step", " -= ", " += ")
    each("truth", "return true;", "return false;")
    each("truth", "return false;", "return true;")
    each("truth", " = true;", " = false;")
    each("truth", " = false;", " = true;")
    if (match(code, /\(![a-z]/)) emit("negation", RSTART + 1, 1, "")
    if (match(code, /[^A-Za-z0-9_.][0-9]+[;)\]]/))
        emit("number", RSTART + 1, RLENGTH - 2, substr(code, RSTART + 1, RLENGTH - 2) + 1)
    # A whole statement is deleted: a call without use of its result, or an assignment.
    if (code ~ /^ +[a-z_]+\(.*\);$/ || code ~ /^ +[a-z_]+(->|\.)[a-z_.>-]+(\[[^]]*\])? [-+|&]?= .*;$/) {
        match(code, /[^ ]/)
        emit("deletion", RSTART, length(code) - RSTART + 1, ";")
    }
}
