#include "tests/conformance/replay.h"

#include <inttypes.h>
#include <stdlib.h>

#include "sim/base/elementary.h"

static double number_at(const struct value *v, const char *key, uint32_t i)
{
    return elementary_from_bits(strtoull(value_as_text(value_get(v, key)->items[i]), NULL, 16));
}

static bool same(double want, double got)
{
    return elementary_bits(want) == elementary_bits(got) || (want != want && got != got);
}

static bool run(double (*f)(double x, double y), const struct value *in, const struct value *out, struct replay_case *c)
{
    bool two = value_get(in, "y") != NULL;
    for (uint32_t i = 0; i < value_get(in, "x")->count; i++) {
        double x = number_at(in, "x", i), y = two ? number_at(in, "y", i) : 0;
        double want = number_at(out, "z", i), got = f(x, y);
        if (!same(want, got)) {
            return replay_differs(c, "of %a, %a: want %a (%016" PRIx64 "), got %a (%016" PRIx64 ")", x, y, want,
                                  elementary_bits(want), got, elementary_bits(got));
        }
    }
    return true;
}

#define REPLAY_ONE(name)                                                                                               \
    static double call_##name(double x, double y)                                                                      \
    {                                                                                                                  \
        (void)y;                                                                                                       \
        return elementary_##name(x);                                                                                   \
    }                                                                                                                  \
    static bool run_##name(const struct value *in, const struct value *out, struct replay_case *c)                     \
    {                                                                                                                  \
        return run(call_##name, in, out, c);                                                                           \
    }

REPLAY_ONE(exp)
REPLAY_ONE(exp2)
REPLAY_ONE(log)
REPLAY_ONE(log2)
REPLAY_ONE(floor)
REPLAY_ONE(ceil)
REPLAY_ONE(trunc)
REPLAY_ONE(round)

static bool run_pow(const struct value *in, const struct value *out, struct replay_case *c)
{
    return run(elementary_pow, in, out, c);
}

extern const struct replay replay_elementary[];
const struct replay replay_elementary[] = {
    {"elementary/exp", run_exp},     {"elementary/exp2", run_exp2},
    {"elementary/log", run_log},     {"elementary/log2", run_log2},
    {"elementary/pow", run_pow},     {"elementary/floor", run_floor},
    {"elementary/ceil", run_ceil},   {"elementary/trunc", run_trunc},
    {"elementary/round", run_round}, {NULL, NULL},
};
