/* cgroup.h -- the limits and weights that the kubelet and the runtime write for pods and containers.
 *
 * Source: Kubernetes v1.36, pkg/kubelet/cm/helpers_linux.go, cgroup_manager_linux.go; opencontainers/cgroups v0.0.6
 * utils.go (runtime weights).
 */
#ifndef MODELS_KUBELET_CGROUP_H
#define MODELS_KUBELET_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/value.h"
#include "sim/world/objects.h"

#define CGROUP_PERIOD_US 100000 /* the kubelet's default */

/* CPU shares of a request: 1024 for a core, 2 to 262144. */
int64_t cgroup_shares(int64_t mcpu);

/* CPU time in each period, in microseconds, at least 1000; 0, which is no limit, for 0. */
int64_t cgroup_quota_us(int64_t mcpu, int64_t period_us);

/* The cgroup v2 weight, 1 to 10000, of shares: as the kubelet writes it (pods, classes of service) and as newer
 * runtimes do (containers). */
int64_t cgroup_weight_of_kubelet(int64_t shares);
int64_t cgroup_weight_of_runtime(int64_t shares);

struct cgroup_huge_pages {
    int64_t page_bytes;
    int64_t limit_bytes;
};

/* A pod's cgroup. */
struct pod_cgroup {
    enum qos_class qos;
    int64_t shares;
    bool has_quota;   /* quota and period are written */
    int64_t quota_us; /* -1: quotas are switched off */
    int64_t period_us;
    int64_t memory_bytes;                       /* UNLIMITED: not written */
    const struct cgroup_huge_pages *huge_pages; /* [huge_page_sizes], in a */
    uint32_t huge_page_sizes;
};

/* Of a checked pod as it is, without defaulting. enforce_quota: the kubelet's cpuCFSQuota. */
struct pod_cgroup cgroup_of_pod(struct arena *a, const struct value *pod, bool enforce_quota, int64_t period_us);

#endif
