#include "reports/gate_text.h"

#include <inttypes.h>

#include "reports/amount.h"

static const char *unit_of(const struct gate *gate)
{
    return amount_unit(gate->metric->name, gate->metric->unit);
}

static void say_bound(struct buffer *out, const struct gate *gate, const struct gate_verdict *v, double x)
{
    if (v->relative) {
        amount_relative(out, x);
    } else if (gate->change) {
        amount_change(out, unit_of(gate), x);
    } else {
        amount_print(out, unit_of(gate), x);
    }
}

void gate_text_say(struct buffer *out, const struct gate *gate, const struct gate_verdict *v)
{
    if (v->count == 0) {
        buffer_text(out, v->why);
        return;
    }
    say_bound(out, gate, v, v->mean);
    if (v->count == 1) {
        buffer_text(out, " (one replication: no interval)");
    } else {
        buffer_text(out, " (95 % interval ");
        say_bound(out, gate, v, v->low);
        buffer_text(out, " to ");
        say_bound(out, gate, v, v->high);
        buffer_text(out, ")");
    }
    if (gate->change) {
        buffer_text(out, ": ");
        amount_print(out, unit_of(gate), v->base);
        buffer_text(out, " -> ");
        amount_print(out, unit_of(gate), v->candidate);
    }
}

void gate_text_outcome(struct buffer *out, const uint32_t outcomes[3], uint32_t count)
{
    uint32_t bad = outcomes[GATE_FAILED], open = outcomes[GATE_UNDECIDED];
    if (bad > 0) {
        buffer_format(out, "%" PRIu32 " of %" PRIu32 " gates fail%s", bad, count, bad == 1 ? "s" : "");
    } else if (open > 0) {
        buffer_format(out, "%" PRIu32 " of %" PRIu32 " gates %s undecided", open, count, open == 1 ? "is" : "are");
    } else {
        buffer_text(out, count == 1 ? "the gate holds" : "all gates hold");
    }
}

static void write_gate(struct buffer *out, const struct gate *gate, const struct gate_verdict *v, bool colour)
{
    static const char *const colours[] = {"32", "1;31", "33"};
    buffer_text(out, "  ");
    if (colour) {
        buffer_format(out, "\x1b[%sm", colours[v->outcome]);
    }
    buffer_format(out, "%-9s%s  %s\n             ", gate_outcome_word(v->outcome), colour ? "\x1b[0m" : "", gate->text);
    gate_text_say(out, gate, v);
    buffer_text(out, "\n");
}

void gate_text_write(struct buffer *out, const struct gate *gates, const struct gate_verdict *verdicts, uint32_t count,
                     bool colour)
{
    uint32_t outcomes[3] = {0};
    for (uint32_t i = 0; i < count; i++) {
        outcomes[verdicts[i].outcome]++;
    }
    buffer_format(out, "%sGates: %" PRIu32 " failed, %" PRIu32 " undecided, %" PRIu32 " passed%s\n",
                  colour ? "\x1b[1m" : "", outcomes[GATE_FAILED], outcomes[GATE_UNDECIDED], outcomes[GATE_PASSED],
                  colour ? "\x1b[0m" : "");
    for (uint32_t i = 0; i < count; i++) {
        write_gate(out, &gates[i], &verdicts[i], colour);
    }
}
