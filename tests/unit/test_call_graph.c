#include <criterion/criterion.h>
#include <string.h>

#include "models/service/call_graph.h"

/* 2 calls 1 and 3, 1 calls 3, 4 calls 2; 0 is alone. */
Test(call_graph, callers_come_before_those_they_call)
{
    struct arena arena = arena_make(1024);
    const struct call_edge calls[4] = {{2, 1}, {2, 3}, {1, 3}, {4, 2}};
    uint32_t order[5];
    call_graph_order(calls, 4, 5, order, arena);
    const uint32_t wanted[5] = {0, 4, 2, 1, 3};
    cr_assert_eq(memcmp(order, wanted, sizeof wanted), 0);
    arena_drop(&arena);
}
