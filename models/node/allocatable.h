/* allocatable.h -- what a node has, and what of it pods can have.
 *
 * allocatable = capacity - what is reserved for Kubernetes and for the system - what hard eviction keeps free, never
 * below 0; memory also without what is set aside as huge pages. Of devices the healthy ones.
 *
 * Source: Kubernetes v1.36, pkg/kubelet/nodestatus/setters.go, pkg/kubelet/cm/node_container_manager_linux.go,
 * pkg/kubelet/eviction/helpers.go.
 */
#ifndef MODELS_NODE_ALLOCATABLE_H
#define MODELS_NODE_ALLOCATABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/scenario/resource_list.h"

struct huge_pages {
    int64_t page_bytes;
    int64_t pages;
};

struct device {
    const char *name; /* "nvidia.com/gpu" */
    int64_t capacity;
    int64_t healthy;
};

/* What the kubelet finds on its machine, and how it is configured. */
struct machine {
    int64_t cores;
    int64_t memory_bytes;
    int64_t ephemeral_bytes;
    int64_t max_pods;
    int64_t pods_per_core; /* 0: no matter */
    const struct huge_pages *huge_pages;
    uint32_t huge_page_sizes;
    const struct device *devices;
    uint32_t device_count;
};

/* "memory.available" and "5%", or a quantity: pods are evicted when less is left. */
struct eviction_threshold {
    const char *signal;
    const char *least;
};

struct reservation {
    struct resource_list kube;
    struct resource_list system;
    const struct eviction_threshold *hard;
    uint32_t hard_count;
};

/* How much a threshold keeps free of capacity (memory, bytes of disk). False: nothing, because it is "0%" or "100%",
 * which the kubelet ignores, or because it is wrong and no kubelet would start. */
bool allocatable_threshold(const char *least, int64_t capacity, struct quantity *free);

/* A share of capacity as the kubelet takes it, in single precision: 10 % of 85886742528 is 8588674380. */
int64_t allocatable_percent(float percent, int64_t capacity);

/* Both lists lie in a. */
void allocatable_of(struct arena *a, const struct machine *m, const struct reservation *r,
                    struct resource_list *capacity, struct resource_list *allocatable);

#endif
