/* How many nodes hold these pods: the scheduler's own placements, counted. */
#include <criterion/criterion.h>

#include "models/scheduler/packing.h"

static const struct labels no_labels;
static const struct taints no_taints;

struct bed {
    struct arena arena;
    struct names names;
    struct profile profile;
    uint32_t classes;
};

static void bed_open(struct bed *b)
{
    *b = (struct bed){.arena = arena_make(1 << 16)};
    b->names = names_make(&b->arena);
    b->profile = profile_default(&b->arena, &b->names);
}

static void bed_close(struct bed *b)
{
    names_drop(&b->names);
    arena_drop(&b->arena);
}

static const struct pod_class *make_class(struct bed *b, const struct placement *placement, int64_t mcpu, int64_t bytes)
{
    struct pod_template *t = TAKE(&b->arena, struct pod_template, 1);
    *t = (struct pod_template){.placement = placement,
                               .labels = &no_labels,
                               .requests = {.mcpu = mcpu, .memory_bytes = bytes},
                               .nonzero_mcpu = mcpu,
                               .nonzero_memory_bytes = bytes};
    t->score_requests = t->requests;
    struct pod_class given = {.number = b->classes++, .template = t, .labels = &no_labels};
    return pod_class_make(&b->arena, &given, false);
}

static struct node node_of(int64_t mcpu, int64_t bytes, int64_t pods)
{
    return (struct node){.labels = &no_labels,
                         .taints = &no_taints,
                         .ready = true,
                         .allocatable = {.mcpu = mcpu, .memory_bytes = bytes},
                         .pods_allocatable = pods};
}

static struct packing count(struct bed *b, const struct node *type, const struct packing_pods *pods, uint32_t kinds,
                            uint32_t nodes_max)
{
    struct packing_question q = {.profile = &b->profile,
                                 .types = type,
                                 .type_count = 1,
                                 .pods = pods,
                                 .pods_count = kinds,
                                 .nodes_max = nodes_max};
    return packing_count(&b->arena, &b->names, &q);
}

/* 3 of 1310m fit into 3930m, of which 10m are left: 17 pods need 6 nodes; by the sum 17 x 1310 / 3940 = 5.65, so 6. */
Test(packing, counts_whole_pods_on_whole_nodes)
{
    static const struct placement anywhere;
    struct bed b;
    bed_open(&b);
    struct node type = node_of(3940, 90000, 58);
    struct packing_pods pods = {make_class(&b, &anywhere, 1310, 1000), 17};
    struct packing p = count(&b, &type, &pods, 1, 100);
    cr_assert_eq(p.nodes, 6);
    cr_assert_eq(p.placed, 17);
    cr_assert_eq(p.left, 0);
    cr_assert_eq(p.nodes_least, 6);
    bed_close(&b);
}

/* 4 large of 2100m take a node each, small ones of 900m fill them up by two: 8 of the 11. The other 3 take a fifth node.
 * By the sum (4 x 2100 + 11 x 900) / 3940 = 4.64. */
Test(packing, fills_up_what_larger_pods_leave)
{
    static const struct placement anywhere;
    struct bed b;
    bed_open(&b);
    struct node type = node_of(3940, 90000, 58);
    struct packing_pods pods[] = {{make_class(&b, &anywhere, 2100, 1000), 4},
                                  {make_class(&b, &anywhere, 900, 700), 11}};
    struct packing p = count(&b, &type, pods, 2, 100);
    cr_assert_eq(p.nodes, 5);
    cr_assert_eq(p.nodes_least, 5);
    bed_close(&b);
}

/* A host port is taken once on each node. */
Test(packing, gives_each_pod_with_a_host_port_a_node_of_its_own)
{
    static const struct host_port port = {.ip = "0.0.0.0", .protocol = "TCP", .port = 8443};
    static const struct placement with_port = {.ports = &port, .port_count = 1};
    struct bed b;
    bed_open(&b);
    struct node type = node_of(3940, 90000, 58);
    struct packing_pods pods = {make_class(&b, &with_port, 130, 1000), 7};
    struct packing p = count(&b, &type, &pods, 1, 100);
    cr_assert_eq(p.nodes, 7);
    cr_assert_eq(p.nodes_least, 1);
    bed_close(&b);
}

/* The large one fits on no node, however many; of the small ones 2 nodes hold 2 x 2. */
Test(packing, says_how_many_pods_are_left)
{
    static const struct placement anywhere;
    struct bed b;
    bed_open(&b);
    struct node type = node_of(3940, 90000, 58);
    struct packing_pods pods[] = {{make_class(&b, &anywhere, 3941, 1000), 3}, {make_class(&b, &anywhere, 1700, 9), 7}};
    struct packing p = count(&b, &type, pods, 2, 2);
    cr_assert_eq(p.nodes, 2);
    cr_assert_eq(p.placed, 4);
    cr_assert_eq(p.left, 6);
    bed_close(&b);
}
