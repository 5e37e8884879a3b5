/* provider.h -- the nodes that the clouds' managed Kubernetes makes of an instance: what they reserve, how many pods.
 *
 * Sources
 *   EKS  amazon-eks-ami 81fec2e8, nodeadm/internal/kubelet (reservations, pods from network interfaces);
 *        karpenter-provider-aws 1d927085, pkg/providers/instancetype/types.go (memory that the hypervisor takes)
 *   GKE  "Plan GKE Standard node sizes" (reservations); kubernetes/autoscaler 55c37cd5,
 *        cluster-autoscaler/cloudprovider/gce/gce_reserved.go (memory of the kernel, disk of the system), Container-
 *        Optimized OS
 *   AKS  "Node resource reservations in AKS", Kubernetes 1.29 and later
 */
#ifndef MODELS_NODE_PROVIDER_H
#define MODELS_NODE_PROVIDER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/world/objects.h"

enum managed_kubernetes {
    PROVIDER_NONE, /* a kubelet with its default configuration */
    PROVIDER_EKS,
    PROVIDER_GKE,
    PROVIDER_AKS,
};

/* As the price list describes it. 0 where nothing is known. */
struct instance {
    enum managed_kubernetes provider;
    int64_t mcpu;
    int64_t memory_bytes;          /* nominal */
    int64_t capacity_memory_bytes; /* what such a node reports; 0: estimated from the nominal */
    int64_t disk_bytes;            /* of the disk that holds images and ephemeral storage */
    int64_t max_pods;              /* 0: the provider's rule */
    int64_t enis;                  /* EKS: network interfaces of the default card, and addresses of each */
    int64_t ipv4_per_eni;
    bool arm64;
    bool shared_core; /* GKE: e2-micro, e2-small, e2-medium */
};

/* No extended resources: scalars are for devices, which the instance's owner adds. */
struct offer {
    struct resources capacity;
    struct resources kube_reserved;
    struct resources eviction; /* what hard eviction keeps free */
    struct resources allocatable;
    int64_t pods;
};

struct offer provider_offer(const struct instance *instance);

/* Pods by network interfaces, each of whose addresses but the first serves one; two more use the host's. */
int64_t provider_eks_pods(int64_t enis, int64_t ipv4_per_eni);

/* The provider of a catalog: "aws", "gcp", "azure"; PROVIDER_NONE for any other. */
enum managed_kubernetes provider_named(const char *name);

#endif
