/* call_graph.h -- in which order services are computed: callers before those they call.
 *
 * Rates go down the graph and latencies come back up, once each step. A scenario whose calls form a circle is refused
 * when it is read (sim/scenario/links.c).
 */
#ifndef MODELS_SERVICE_CALL_GRAPH_H
#define MODELS_SERVICE_CALL_GRAPH_H

#include <stdint.h>

#include "sim/base/arena.h"

struct call_edge {
    uint32_t from; /* the caller */
    uint32_t to;
};

/* Sets order[count] to the numbers of all services, callers first, else by number. There are no circles. */
void call_graph_order(const struct call_edge *edges, uint32_t edge_count, uint32_t count, uint32_t *order,
                      struct arena scratch);

#endif
