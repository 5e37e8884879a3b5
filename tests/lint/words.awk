# What the house does without, in the C files given: notes to oneself, paths of one machine, struct typedefs, mutable
# globals, failures that may be overlooked, functions longer than 70 lines, and libm where its last bit could reach a
# result. Prints a line for each breach; exit status 1 when there was one.
function breach(what) {
    print FILENAME ":" FNR ": " what
    bad = 1
}

# The line without comments and without what stands in quotes; a comment may go on from the line before.
function code_of(line,    at, close_at, out) {
    out = ""
    while (line != "") {
        if (in_comment) {
            close_at = index(line, "*/")
            if (close_at == 0) {
                return out
            }
            line = substr(line, close_at + 2)
            in_comment = 0
        }
        if (!match(line, /\/\*|\/\/|"|'/)) {
            return out line
        }
        at = substr(line, RSTART, RLENGTH)
        out = out substr(line, 1, RSTART - 1)
        line = substr(line, RSTART + RLENGTH)
        if (at == "//") {
            return out
        }
        if (at == "/*") {
            in_comment = 1
        } else {
            match(line, "^([^" at "\\\\]|\\\\.)*" at)
            line = substr(line, RLENGTH + 1)
            out = out at at
        }
    }
    return out
}

BEGIN {
    libm = "acos|acosh|asin|asinh|atan|atan2|atanh|cbrt|ceil|cos|cosh|erf|erfc|exp|exp2|expm1|floor|fma|fmod|hypot|j0|j1|" \
           "lgamma|log|log10|log1p|log2|llrint|llround|lrint|lround|nearbyint|pow|remainder|rint|round|sin|sinh|tan|tanh|" \
           "tgamma|trunc|y0|y1"
    libm = "(^|[^A-Za-z0-9_])(__builtin_)?(" libm ")[fl]?[ ]*\\("
}

FNR == 1 {
    in_comment = 0
    began = 0
    ours = FILENAME ~ /^(sim|models|reports)\//
    deciding = FILENAME ~ /^(sim\/(base|core|world|scenario|run)|models)\//
}

{
    code = code_of($0)
}

/TODO|FIXME/ {
    breach("a note to oneself")
}

/\/(home|root|work|Users|mnt)\// {
    breach("a path of one machine")
}

code ~ /typedef[ ]+(struct|union)/ {
    breach("a typedef hides a struct")
}

deciding && code ~ libm {
    breach("libm, whose last bit differs between machines (use sim/base/elementary.h)")
}

# A row of a table or a parameter starts further right; what starts at the margin and ends in `;` or `=` is a variable.
# What tells of a signal is one for the process, and so is the file that a signal or the want of memory must remove.
ours && code !~ /^static char temporary\[/ && code ~ /^(static )?[a-z_][a-z0-9_ ]*[ *][a-z0-9_]+(\[[^\]]*\])*( = .*|;)$/ &&
    code !~ /(^|[^a-z_])(const|typedef|extern|struct [a-z_0-9]*;|enum [a-z_0-9]*;|return|atomic_bool)/ {
    breach("a mutable global")
}

ours && code ~ /^ +static / && code !~ /const/ {
    breach("a mutable global inside a function")
}

FILENAME ~ /\.h$/ && code ~ /[(, ]struct fail \*fail\)/ && code !~ /const struct fail/ && code !~ /MUST_CHECK/ {
    breach("a failure that may be overlooked (MUST_CHECK)")
}

/^\{/ {
    began = FNR
}

/^\}/ {
    if (began > 0 && FNR - began + 1 > 70) {
        breach("a function of " FNR - began + 1 " lines (70 at most)")
    }
    began = 0
}

END {
    exit bad
}
