# Reads CMake's compile_commands.json and prints it for clang-tidy: without the flags of GCC that
# clang does not know and without warnings as errors (GCC's build has those already), and for
# every unity source also one entry for each source that it is made of, with the same flags.
/^ *"command": / {
    gsub(/ -(fpch-preprocess|Werror|Winvalid-pch|Wduplicated-cond|Wlogical-op|Wno-subobject-linkage)/, "")
    sub(/"command": ".*ccache /, "\"command\": \"")
    command = $0
}
/^ *"directory": / { directory = $0 }
/^ *"file": / {
    split($0, part, "\"")
    unity = part[4]
    if (unity ~ /\/Unity\/unity_[^\/]*$/) {
        while ((getline line < unity) > 0) {
            if (line !~ /^#include "/) continue
            split(line, part, "\"")
            one = command
            while ((at = index(one, unity)) > 0) {
                one = substr(one, 1, at - 1) part[2] substr(one, at + length(unity))
            }
            more = more ",\n{\n" directory "\n" one "\n  \"file\": \"" part[2] "\"\n}"
        }
        close(unity)
    }
}
/^\]/ { sub(/^,\n/, "", more); if (more != "") print ",\n" more }
{ print }
