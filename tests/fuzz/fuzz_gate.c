/* Any text as a gate: no crash; what is refused is told in one line; what is taken reads again as the same, and is judged. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reports/gate.h"
#include "reports/gate_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

/* The gate written from its parts, threshold and sign as they were read. */
static const char *write_again(struct arena *a, const struct gate *g)
{
    struct buffer b = {0};
    buffer_text(&b, g->metric->name);
    for (uint32_t i = 0; i < g->term_count; i++) {
        buffer_format(&b, "%s%s=%s", i == 0 ? "{" : ",", g->terms[i].key, g->terms[i].value);
    }
    buffer_format(&b, "%s %c %s", g->term_count > 0 ? "}" : "", g->above ? '>' : '<', strpbrk(g->text, "<>") + 1);
    const char *text = arena_text(a, buffer_string(&b), b.count);
    buffer_drop(&b);
    return text;
}

static void check_good(struct arena *a, const struct gate *g)
{
    struct gate again;
    struct fail fail = {0};
    struct names names = names_make(a);
    struct side empty = {.arena = a, .names = &names};
    struct buffer said = {0};
    check(isfinite(g->threshold) && g->term_count <= GATE_TERMS_MAX);
    if (strpbrk(g->text, "<>") == strrchr(g->text, g->above ? '>' : '<')) {
        check(gate_read(a, write_again(a, g), &again, &fail));
        check(again.metric == g->metric && again.term_count == g->term_count && again.threshold == g->threshold);
    }
    struct gate_verdict v = gate_judge(g, &empty, &empty);
    gate_text_write(&said, g, &v, 1, false);
    check(v.outcome == GATE_UNDECIDED);
    buffer_drop(&said);
    names_drop(&names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = arena_make(4096);
    const char *text = arena_text(&a, (const char *)data, size);
    struct gate g;
    struct fail fail = {0};
    if (gate_read(&a, text, &g, &fail)) {
        check_good(&a, &g);
    } else {
        check(fail.kind == FAIL_INPUT && fail.text[0] != '\0' && strchr(fail.text, '\n') == NULL);
    }
    arena_drop(&a);
    return 0;
}
