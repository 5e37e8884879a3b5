#include <criterion/criterion.h>
#include <stdlib.h>

#include "models/scheduler/cycle.h"
#include "sim/world/placement.h"

static const struct labels no_labels;
static const struct taints no_taints;
static const struct placement anywhere;

static struct pod_template make_template(int64_t mcpu, int64_t memory_bytes)
{
    return (struct pod_template){.placement = &anywhere,
                                 .labels = &no_labels,
                                 .requests = {.mcpu = mcpu, .memory_bytes = memory_bytes},
                                 .nonzero_mcpu = mcpu,
                                 .nonzero_memory_bytes = memory_bytes};
}

static void add_node(struct cycle_cache *c, const char *name, const char *zone)
{
    struct node n = {.name = name,
                     .zone = zone,
                     .labels = &no_labels,
                     .taints = &no_taints,
                     .ready = true,
                     .allocatable = {.mcpu = 3920, .memory_bytes = 15000},
                     .pods_allocatable = 58};
    cycle_add_node(c, &n, c->nodes.count);
}

/* Arrival a1 a2 b1 c1 a3 in zones a, b, c: round robin gives a1 b1 c1 a2 a3. All nodes are alike and empty, so the heap's
 * root is the first feasible node; the start moves on by the 5 nodes looked at, which is 0 again. */
Test(cycle, goes_round_robin_over_zones)
{
    struct cycle_cache c = {0};
    add_node(&c, "a1", "a");
    add_node(&c, "a2", "a");
    add_node(&c, "b1", "b");
    add_node(&c, "c1", "c");
    add_node(&c, "a3", "a");
    struct pod_template t = make_template(230, 512);
    struct cycle_pod pod = {.template = &t};
    cr_assert_eq(cycle_place(&c, &pod).node, 0);
    const uint32_t expected[] = {0, 2, 3, 1, 4};
    for (uint32_t i = 0; i < 5; i++) {
        cr_assert_eq(c.order.at[i], expected[i]);
    }
    cr_assert_eq(c.next_start, 0);
    cycle_drop(&c);
}

/* The fuller node scores less: (3920 - 230) x 100 / 3920 = 94 against (3920 - 1230) x 100 / 3920 = 68 for the cpu. */
Test(cycle, prefers_the_node_with_more_left)
{
    struct cycle_cache c = {0};
    add_node(&c, "full", NULL);
    add_node(&c, "free", NULL);
    struct pod_template t = make_template(230, 1024), other = make_template(1000, 4000);
    cycle_count(&c, 0, &other, 1);
    struct cycle_result r = cycle_place(&c, &(struct cycle_pod){.template = &t});
    cr_assert_eq(r.node, 1);
    cr_assert_eq(r.feasible, 2);
    cycle_drop(&c);
}

Test(cycle, says_why_a_pod_fits_nowhere_in_kubernetes_words)
{
    struct cycle_cache c = {0};
    add_node(&c, "a", NULL);
    add_node(&c, "b", NULL);
    add_node(&c, "c", NULL);
    c.nodes.at[2].unschedulable = true;
    struct pod_template t = make_template(3921, 15001), other = make_template(10, 10);
    cycle_count(&c, 0, &other, 1);
    struct cycle_result r = cycle_place(&c, &(struct cycle_pod){.template = &t});
    cr_assert_eq(r.node, NONE);
    char text[200];
    cycle_message(r.rejected, c.nodes.count, text, sizeof text);
    cr_assert_str_eq(text, "0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu, "
                           "2 Insufficient memory.");
    cycle_drop(&c);
}

/* 1000 nodes: 50 - 8 = 42 % = 420; 6000: 50 - 48 = 2, so 5 % = 300; 120: 50 - 0 = 50 % = 60, at least 100. */
Test(cycle, looks_for_fewer_nodes_in_larger_clusters)
{
    cr_assert_eq(cycle_nodes_to_find(99), 99);
    cr_assert_eq(cycle_nodes_to_find(120), 100);
    cr_assert_eq(cycle_nodes_to_find(1000), 420);
    cr_assert_eq(cycle_nodes_to_find(6000), 300);
}

Test(cycle, a_scalar_resource_that_the_node_lacks_keeps_the_pod_out)
{
    struct cycle_cache c = {0};
    static const char gpu[] = "nvidia.com/gpu";
    struct scalar has = {gpu, 2}, wants = {gpu, 1};
    struct node n = {.name = "gpu-1",
                     .labels = &no_labels,
                     .taints = &no_taints,
                     .ready = true,
                     .allocatable = {.mcpu = 3920, .memory_bytes = 15000, .scalars = &has, .scalar_count = 1},
                     .pods_allocatable = 58};
    add_node(&c, "plain", NULL);
    cycle_add_node(&c, &n, 1);
    struct pod_template t = make_template(100, 100);
    t.requests.scalars = &wants;
    t.requests.scalar_count = 1;
    struct cycle_pod pod = {.template = &t};
    for (int i = 0; i < 2; i++) {
        struct cycle_result r = cycle_place(&c, &pod);
        cr_assert_eq(r.node, 1);
        cycle_count(&c, r.node, &t, 1);
    }
    struct cycle_result r = cycle_place(&c, &pod);
    cr_assert_eq(r.node, NONE);
    cr_assert_eq(r.rejected[CYCLE_SCALAR], 2);
    cycle_drop(&c);
}
