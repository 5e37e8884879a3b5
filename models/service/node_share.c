/* Invariant: a node's wanted_mcpu is the sum of those of the pods booked on it. */
#include "models/service/node_share.h"

#include <math.h>
#include <stdlib.h>

#include "models/kubelet/cgroup.h"
#include "models/service/water_fill.h"

void node_shares_drop(struct node_shares *n)
{
    VEC_DROP(&n->nodes);
    VEC_DROP(&n->pods);
    VEC_DROP(&n->listed);
    VEC_DROP(&n->wanted);
    VEC_DROP(&n->weights);
    VEC_DROP(&n->shares);
}

static struct node_share *node_at(struct node_shares *n, uint32_t row)
{
    while (n->nodes.count <= row) {
        VEC_PUSH(&n->nodes, (struct node_share){.level = INFINITY});
    }
    return &n->nodes.at[row];
}

static struct pod_share *pod_at(struct node_shares *n, uint32_t row)
{
    while (n->pods.count <= row) {
        VEC_PUSH(&n->pods, (struct pod_share){.node = NONE});
    }
    return &n->pods.at[row];
}

static void unbook(struct node_shares *n, struct pod_share *p)
{
    if (p->node != NONE) {
        node_at(n, p->node)->wanted_mcpu -= p->wanted_mcpu;
    }
    *p = (struct pod_share){.node = NONE};
}

static bool is_nearly_short(const struct node_share *share, const struct node *node)
{
    return (double)share->wanted_mcpu > (double)node->capacity.mcpu * (1 - NODE_SHARE_MARGIN);
}

void node_share_want(struct node_shares *n, const struct world *w, uint32_t pod, int64_t wanted_mcpu)
{
    uint32_t row = world_pod(w, pod)->node;
    struct pod_share *p = pod_at(n, pod);
    if (p->node == row && p->wanted_mcpu == wanted_mcpu) {
        return;
    }
    unbook(n, p);
    if (row == NONE) {
        return;
    }
    struct node_share *node = node_at(n, row);
    *p = (struct pod_share){.node = row, .wanted_mcpu = wanted_mcpu};
    node->wanted_mcpu += wanted_mcpu;
    if (!node->listed && is_nearly_short(node, world_node(w, row))) {
        node->listed = true;
        VEC_PUSH(&n->listed, row);
    }
}

void node_share_forget_pod(struct node_shares *n, uint32_t pod)
{
    unbook(n, pod_at(n, pod));
}

void node_share_forget_node(struct node_shares *n, uint32_t node)
{
    for (uint32_t i = 0; i < n->pods.count; i++) {
        if (n->pods.at[i].node == node) {
            unbook(n, &n->pods.at[i]);
        }
    }
    for (uint32_t i = 0; i < n->listed.count; i++) {
        if (n->listed.at[i] == node) {
            n->listed.at[i] = n->listed.at[--n->listed.count];
        }
    }
    *node_at(n, node) = (struct node_share){.level = INFINITY};
}

double node_share_level(const struct node_shares *n, uint32_t node)
{
    return node < n->nodes.count ? n->nodes.at[node].level : INFINITY;
}

bool node_share_out(struct node_shares *n, const struct world *w, uint32_t node)
{
    struct node_share *share = node_at(n, node);
    double before = share->level;
    const struct node *row = world_node(w, node);
    n->wanted.count = n->weights.count = n->shares.count = 0;
    for (uint32_t i = 0; i < row->pods.count; i++) {
        const struct pod_share *p = pod_at(n, row->pods.at[i]);
        if (p->node == node && p->wanted_mcpu > 0) {
            int64_t request_mcpu = world_pod(w, row->pods.at[i])->template->requests.mcpu;
            VEC_PUSH(&n->wanted, (double)p->wanted_mcpu);
            VEC_PUSH(&n->weights, (double)cgroup_shares(request_mcpu));
            VEC_PUSH(&n->shares, 0);
        }
    }
    share->level = n->wanted.count > 0 ? water_fill(n->wanted.at, n->weights.at, n->wanted.count,
                                                    (double)row->capacity.mcpu, n->shares.at)
                                       : INFINITY;
    return share->level != before;
}

bool node_share_stays(struct node_shares *n, const struct world *w, uint32_t node)
{
    struct node_share *share = node_at(n, node);
    share->listed = isfinite(share->level) || is_nearly_short(share, world_node(w, node));
    return share->listed;
}
