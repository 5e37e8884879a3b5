# Holds every #include of the C files given against layers.txt, which is read first: rooms bottom-up, own header first, no
# circles. A module is a .h with the .c of the same name. Prints a line for each breach; exit status 1 when there was one.
function room_of(path) {
    sub(/\/[^\/]*$/, "", path)
    return path
}

function module_of(path) {
    sub(/\.[ch]$/, "", path)
    return path
}

function breach(what) {
    print what
    bad = 1
}

# Whether `room` may include from `other`.
function allowed(room, other) {
    if (room == other) {
        return 1
    }
    if (!(other in level) || level[other] > level[room]) {
        return 0
    }
    return (room in edges) && (other in edges) ? index(edges[room], " " other " ") > 0 : 1
}

# Depth first; a module that is met again while it is on the way closes a circle.
function visit(module, way,    i, next_module) {
    state[module] = "open"
    for (i = 1; i <= uses[module]; i++) {
        next_module = use[module, i]
        if (state[next_module] == "open") {
            breach(module ": a circle of includes:" substr(way, index(way, " " next_module " ")) next_module)
        } else if (state[next_module] == "") {
            visit(next_module, way next_module " ")
        }
    }
    state[module] = "done"
}

BEGIN {
    for (i = 2; i < ARGC; i++) {
        given[ARGV[i]] = 1
    }
}

FNR == NR {
    if (/^#/ || NF == 0) {
        next
    }
    name = $1
    rest = " "
    for (i = 2; i <= NF; i++) {
        rest = rest $i " "
    }
    if (name ~ /^</) {
        library[name] = rest
        next
    }
    if (sub(/:$/, "", name)) {
        edges[name] = rest
    }
    level[name] = ++levels
    next
}

FNR == 1 {
    room = room_of(FILENAME)
    self = module_of(FILENAME)
    includes = 0
    if (!(room in level)) {
        breach(FILENAME ": its room is not in tests/lint/layers.txt")
    }
}

/^#include / {
    includes++
}

/^#include "/ {
    split($0, part, "\"")
    other = part[2]
    if (!(other in given)) {
        breach(FILENAME ":" FNR ": no such header: " other " (write its path from the root)")
    } else if (!allowed(room, room_of(other))) {
        breach(FILENAME ":" FNR ": " room " may not include " other)
    } else if (module_of(other) != self) {
        use[self, ++uses[self]] = module_of(other)
        modules[self] = 1
    }
}

/^#include / && includes == 1 && FILENAME ~ /\.c$/ && (self ".h") in given && index($0, "\"" self ".h\"") == 0 {
    breach(FILENAME ":" FNR ": its own header comes first")
}

/^#include </ {
    for (name in library) {
        if (index($2, name) == 1 && index(library[name], " " room " ") == 0) {
            breach(FILENAME ":" FNR ": " room " may not include " $2)
        }
    }
}

END {
    for (module in modules) {
        if (state[module] == "") {
            visit(module, " " module " ")
        }
    }
    exit bad
}
