#include "models/service/call_graph.h"

#include <assert.h>

/* Of those left, the first whose callers are all placed. */
static uint32_t next_free(const uint32_t *callers_left, const bool *placed, uint32_t count)
{
    uint32_t i = 0;
    while (i < count && (placed[i] || callers_left[i] > 0)) {
        i++;
    }
    assert(i < count);
    return i;
}

void call_graph_order(const struct call_edge *edges, uint32_t edge_count, uint32_t count, uint32_t *order,
                      struct arena scratch)
{
    uint32_t *callers_left = TAKE(&scratch, uint32_t, count);
    bool *placed = TAKE(&scratch, bool, count);
    for (uint32_t i = 0; i < edge_count; i++) {
        callers_left[edges[i].to]++;
    }
    for (uint32_t n = 0; n < count; n++) {
        uint32_t next = next_free(callers_left, placed, count);
        placed[next] = true;
        order[n] = next;
        for (uint32_t i = 0; i < edge_count; i++) {
            callers_left[edges[i].to] -= edges[i].from == next;
        }
    }
}
