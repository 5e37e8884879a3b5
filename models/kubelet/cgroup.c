#include "models/kubelet/cgroup.h"

#include <string.h>

#include "sim/base/elementary.h"
#include "sim/scenario/pod_resources.h"

enum { SHARES_MIN = 2, SHARES_MAX = 262144, SHARES_OF_CORE = 1024, QUOTA_MIN_US = 1000 };

int64_t cgroup_shares(int64_t mcpu)
{
    int64_t shares = mcpu * SHARES_OF_CORE / 1000;
    return shares < SHARES_MIN ? SHARES_MIN : shares > SHARES_MAX ? SHARES_MAX : shares;
}

int64_t cgroup_quota_us(int64_t mcpu, int64_t period_us)
{
    int64_t quota = mcpu * period_us / 1000;
    return mcpu == 0 ? 0 : quota < QUOTA_MIN_US ? QUOTA_MIN_US : quota;
}

int64_t cgroup_weight_of_kubelet(int64_t shares)
{
    return 1 + (shares - SHARES_MIN) * 9999 / (SHARES_MAX - SHARES_MIN);
}

int64_t cgroup_weight_of_runtime(int64_t shares)
{
    if (shares <= SHARES_MIN) {
        return 1;
    }
    if (shares >= SHARES_MAX) {
        return 10000;
    }
    double l = elementary_log2((double)shares);
    double exponent = (l * l + 125 * l) / 612.0 - 7.0 / 34.0;
    return (int64_t)elementary_ceil(elementary_pow(10, exponent));
}

/* Whether every container limits a resource. */
struct declared {
    bool cpu;
    bool memory;
};

static bool is_given(const struct resource_list *list, const char *name)
{
    const struct quantity *amount = resource_list_find(list, name);
    return amount != NULL && !quantity_is_zero(amount);
}

static void look_at_container(void *context, const struct resource_list *limits)
{
    struct declared *all = context;
    all->cpu = all->cpu && is_given(limits, "cpu");
    all->memory = all->memory && is_given(limits, "memory");
}

/* From the requests, which equal the limits; sizes of pages as their name has them. */
static void read_huge_pages(struct arena *a, const struct resource_list *requests, struct pod_cgroup *g)
{
    struct cgroup_huge_pages *pages = TAKE(a, struct cgroup_huge_pages, requests->count);
    for (uint32_t i = 0; i < requests->count; i++) {
        const char *name = requests->at[i].name;
        struct quantity size;
        if (strncmp(name, "hugepages-", 10) == 0 &&
            quantity_parse(name + 10, strlen(name + 10), &size) == QUANTITY_OK) {
            pages[g->huge_page_sizes++] =
                (struct cgroup_huge_pages){quantity_value(&size), quantity_value(&requests->at[i].amount)};
        }
    }
    g->huge_pages = pages;
}

struct pod_cgroup cgroup_of_pod(struct arena *a, const struct value *pod, bool enforce_quota, int64_t period_us)
{
    struct declared declared = {true, true};
    const struct pod_resources_options plain = {0}, looking = {.each = look_at_container, .each_context = &declared};
    const struct resource_list requests = pod_requests(a, pod, &plain), limits = pod_limits(a, pod, &looking);
    const struct resource_list own = resource_list_read(a, value_at(pod, "spec.resources.limits"));
    const struct quantity asked = resource_list_amount(&requests, "cpu");
    const struct quantity cpu = resource_list_amount(&limits, "cpu"), memory = resource_list_amount(&limits, "memory");

    struct pod_cgroup g = {.qos = pod_qos(*a, pod), .memory_bytes = UNLIMITED, .shares = SHARES_MIN};
    bool guaranteed = g.qos == QOS_GUARANTEED;
    if (g.qos != QOS_BEST_EFFORT) {
        g.shares = cgroup_shares(quantity_milli(&asked));
        g.has_quota = guaranteed || declared.cpu || is_given(&own, "cpu");
        if (guaranteed || declared.memory || is_given(&own, "memory")) {
            g.memory_bytes = quantity_value(&memory);
        }
    }
    if (g.has_quota) {
        g.quota_us = enforce_quota ? cgroup_quota_us(quantity_milli(&cpu), period_us) : -1;
        g.period_us = period_us;
    }
    read_huge_pages(a, &requests, &g);
    return g;
}
