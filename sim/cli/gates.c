#include "sim/cli/gates.h"

#include <inttypes.h>
#include <stdio.h>

const struct gate *gates_read(struct arena *a, const struct arguments *arguments, const char *option, uint32_t *count)
{
    const char **texts = arguments_values(a, arguments, option, count);
    struct gate *gates = TAKE(a, struct gate, *count);
    bool good = true;
    for (uint32_t i = 0; i < *count; i++) {
        struct fail fail = {0};
        if (!gate_read(a, texts[i], &gates[i], &fail)) {
            fprintf(stderr, "headroom: --%s: %s\n", option, fail.text);
            good = false;
        }
    }
    return good ? gates : NULL;
}

bool gates_check(const struct gate *gates, uint32_t count, const struct side *base, const struct side *candidate)
{
    bool good = true;
    for (uint32_t i = 0; i < count; i++) {
        struct fail fail = {0};
        if (!gate_check(&gates[i], base, candidate, &fail)) {
            fprintf(stderr, "headroom: %s\n", fail.text);
            good = false;
        }
    }
    return good;
}

void gates_warn(const struct gate *gates, const struct gate_verdict *verdicts, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct gate_verdict *v = &verdicts[i];
        if (v->outcome == GATE_UNDECIDED && v->why != NULL) {
            fprintf(stderr, "headroom: warning: gate \"%s\" is undecided: %s\n", gates[i].text, v->why);
        } else if (v->outcome == GATE_UNDECIDED) {
            fprintf(stderr, "headroom: warning: gate \"%s\" is undecided after %" PRIu32 " replication%s\n",
                    gates[i].text, v->count, v->count == 1 ? "" : "s");
        }
    }
}
