# Reads lines "version X", "checks X", "content SHA256 FILE", "include FILE HEADER" and
# "source FILE FLAGS…"; prints for each source, once, "FILE<tab>everything it is made of".
$1 == "version" || $1 == "checks" { common = common " " $2 }
$1 == "content" { content[$3] = $2 }
$1 == "include" { includes[$2] = includes[$2] " " $3 }
$1 == "source" && ($2 in content) && !($2 in flags) {
    flags[$2] = $0
    order[++count] = $2
}

# Adds FILE and all that it includes to `made`; a name is tried from the root and beside FILE.
function collect(file, seen,    names, n, i, beside, name) {
    if (file in seen) return
    seen[file] = 1
    made = made " " file "=" content[file]
    beside = file
    sub(/[^\/]*$/, "", beside)
    n = split(includes[file], names, " ")
    for (i = 1; i <= n; i++) {
        name = names[i]
        if (name in content) collect(name, seen)
        else if ((beside name) in content) collect(beside name, seen)
    }
}

END {
    for (i = 1; i <= count; i++) {
        split("", seen)
        made = ""
        collect(order[i], seen)
        printf "%s\t%s %s %s\n", order[i], common, flags[order[i]], made
    }
}
