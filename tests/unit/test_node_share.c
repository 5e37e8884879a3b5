#include <criterion/criterion.h>
#include <math.h>

#include "models/service/node_share.h"
#include "sim/world/placement.h"

static const struct placement anywhere;
static const struct labels no_labels;
static const struct taints no_taints;

static void ignore(void *context, const struct fact *fact)
{
    (void)context;
    (void)fact;
}

static uint32_t add_node(struct world *w, int64_t mcpu)
{
    return world_add_node(
        w, &(struct node){
               .name = "n", .labels = &no_labels, .taints = &no_taints, .capacity = {.mcpu = mcpu}, .ready = true});
}

static uint32_t add_pod(struct world *w, const struct pod_template *t, uint32_t node)
{
    return world_add_pod(w, &(struct pod){.owner = NONE,
                                          .workload = NONE,
                                          .name = "p",
                                          .namespace = "default",
                                          .template = t,
                                          .node = node,
                                          .node_name = node == NONE ? NULL : "n",
                                          .phase = POD_RUNNING,
                                          .deletion_ns = TIME_UNSET});
}

/* 2000m for wants of 100m (request 100m: 102 shares), 1500m (500m: 512) and 1500m (1000m: 1024): the first is content,
 * 1900m go 512 : 1024, so the level is 1900 / 1536 a share. When the third wants 100m, all fits. */
Test(node_share, has_a_level_while_more_is_wanted_than_there_is)
{
    struct engine engine = {0};
    struct world w = world_make(&engine, ignore, NULL);
    const struct pod_template small = {.labels = &no_labels, .placement = &anywhere, .requests = {.mcpu = 100}};
    const struct pod_template middle = {.labels = &no_labels, .placement = &anywhere, .requests = {.mcpu = 500}};
    const struct pod_template large = {.labels = &no_labels, .placement = &anywhere, .requests = {.mcpu = 1000}};
    uint32_t node = add_node(&w, 2000);
    uint32_t pods[3] = {add_pod(&w, &small, node), add_pod(&w, &middle, node), add_pod(&w, &large, node)};
    struct node_shares shares = {0};
    node_share_want(&shares, &w, pods[0], 100);
    node_share_want(&shares, &w, pods[1], 1500);
    cr_assert_eq(shares.listed.count, 0);
    node_share_want(&shares, &w, pods[2], 1500);
    cr_assert_eq(shares.listed.count, 1);
    cr_assert(node_share_out(&shares, &w, node));
    cr_assert_float_eq(node_share_level(&shares, node), 1900.0 / 1536, 1e-12);
    cr_assert_not(node_share_out(&shares, &w, node));
    cr_assert(node_share_stays(&shares, &w, node));
    node_share_want(&shares, &w, pods[2], 100);
    cr_assert(node_share_out(&shares, &w, node));
    cr_assert(isinf(node_share_level(&shares, node)));
    cr_assert_not(node_share_stays(&shares, &w, node));
    node_shares_drop(&shares);
    world_drop(&w);
}

Test(node_share, forgets_pods_and_nodes)
{
    struct engine engine = {0};
    struct world w = world_make(&engine, ignore, NULL);
    const struct pod_template t = {.labels = &no_labels, .placement = &anywhere, .requests = {.mcpu = 100}};
    uint32_t node = add_node(&w, 1000);
    uint32_t gone = add_pod(&w, &t, node), stays = add_pod(&w, &t, node), unbound = add_pod(&w, &t, NONE);
    struct node_shares shares = {0};
    node_share_want(&shares, &w, gone, 800);
    node_share_want(&shares, &w, stays, 700);
    node_share_want(&shares, &w, unbound, 400);
    cr_assert_eq(shares.nodes.at[node].wanted_mcpu, 1500);
    node_share_forget_pod(&shares, gone);
    cr_assert_eq(shares.nodes.at[node].wanted_mcpu, 700);
    node_share_forget_node(&shares, node);
    cr_assert_eq(shares.nodes.at[node].wanted_mcpu, 0);
    cr_assert_eq(shares.listed.count, 0);
    node_share_forget_pod(&shares, stays);
    cr_assert_eq(shares.nodes.at[node].wanted_mcpu, 0);
    node_shares_drop(&shares);
    world_drop(&w);
}
