#include "models/node/provider.h"

#include <string.h>

#include "models/node/allocatable.h"
#include "sim/base/elementary.h"

#define MIB ((int64_t)1 << 20)
#define GIB ((int64_t)1 << 30)

static int64_t smaller(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

static int64_t above(int64_t amount, int64_t floor)
{
    return amount > floor ? amount - floor : 0;
}

/* A share of what lies between two bounds. */
struct bracket {
    int64_t from;
    int64_t to;
    int64_t per_ten_thousand;
};

/* Cuts after each bracket, as the providers do. */
static int64_t graduated(const struct bracket *brackets, int count, int64_t amount)
{
    int64_t sum = 0;
    for (int i = 0; i < count; i++) {
        sum += above(smaller(amount, brackets[i].to), brackets[i].from) * brackets[i].per_ten_thousand / 10000;
    }
    return sum;
}

/* EKS and GKE reserve the same of the processor: 6, 1, 0.5 and 0.25 %. */
static int64_t reserved_mcpu(int64_t mcpu)
{
    static const struct bracket brackets[] = {
        {0, 1000, 600}, {1000, 2000, 100}, {2000, 4000, 50}, {4000, INT64_MAX, 25}};
    return graduated(brackets, 4, mcpu);
}

/* ---- EKS ---- */

/* Karpenter's estimate: 7.5 % for the hypervisor, in whole MiB; 64 MiB on arm64 for a crash kernel. */
static int64_t eks_memory(const struct instance *i)
{
    int64_t nominal = i->memory_bytes - (i->arm64 ? 64 * MIB : 0);
    return nominal - (int64_t)elementary_ceil((double)nominal * 0.075 / 1024 / 1024) * MIB;
}

static struct resources eks_reserved(const struct instance *i, int64_t pods)
{
    return (struct resources){
        .mcpu = reserved_mcpu(i->mcpu),
        .memory_bytes = (11 * pods + 255) * MIB,
        .ephemeral_bytes = smaller(GIB, i->disk_bytes),
    };
}

/* ---- GKE ---- */

static int64_t gke_memory(const struct instance *i)
{
    int64_t m = i->memory_bytes;
    double correction = 0.00175 * (double)m;
    int64_t kernel = m / 64 + 16 * MIB + (m > 3 * GIB ? 64 * MIB : 0) + (m <= 8 * GIB ? 8 * MIB : 0);
    kernel += correction < (double)(248 * MIB) ? (int64_t)correction : 248 * MIB;
    if (i->arm64) {
        kernel = (int64_t)elementary_round((double)kernel * 0.9971);
    }
    return m - kernel;
}

/* The disk without the partitions of the system. */
static int64_t gke_disk(const struct instance *i)
{
    double disk = (double)i->disk_bytes;
    int64_t system = (int64_t)elementary_ceil(0.015635 * disk) + (int64_t)elementary_ceil(4.148 * (double)GIB);
    system += smaller(100 * MIB, (int64_t)elementary_ceil(0.001 * disk)) + (i->arm64 ? 64 * MIB : 0);
    return above(i->disk_bytes, system);
}

/* Of memory in whole MiB 25, 20, 10, 6 and 2 %. */
static int64_t gke_reserved_memory(int64_t memory_bytes)
{
    static const struct bracket brackets[] = {
        {0, 4096, 2500}, {4096, 8192, 2000}, {8192, 16384, 1000}, {16384, 131072, 600}, {131072, INT64_MAX, 200}};
    return memory_bytes < GIB ? 255 * MIB : graduated(brackets, 5, memory_bytes / MIB) * MIB;
}

static struct resources gke_reserved(const struct instance *i, int64_t pods)
{
    int64_t mcpu = i->shared_core ? 1060 : reserved_mcpu(i->mcpu);
    int64_t disk = smaller(i->disk_bytes / 2, 6 * GIB + i->disk_bytes / 100 * 35);
    return (struct resources){
        .mcpu = mcpu + (pods > 110 ? 400 : 0),
        .memory_bytes = gke_reserved_memory(i->memory_bytes),
        .ephemeral_bytes = smaller(disk, 100 * GIB),
    };
}

/* ---- AKS ---- */

/* 60, 100 for two cores, 20 for each of the next two, 10 for each more: the documented table, and between its rows. */
static int64_t aks_reserved_mcpu(int64_t mcpu)
{
    static const struct bracket brackets[] = {{1000, 2000, 400}, {2000, 4000, 200}, {4000, INT64_MAX, 100}};
    return 60 + graduated(brackets, 3, mcpu);
}

/* The documentation writes MB, and counts the 100 Mi of eviction as 0.1 GB. */
static struct resources aks_reserved(const struct instance *i, int64_t pods)
{
    return (struct resources){
        .mcpu = aks_reserved_mcpu(i->mcpu),
        .memory_bytes = smaller((20 * pods + 50) * MIB, i->memory_bytes / 4),
    };
}

/* ---- all ---- */

static int64_t pods_of(const struct instance *i)
{
    if (i->max_pods > 0) {
        return i->max_pods;
    }
    if (i->provider == PROVIDER_EKS && i->enis > 0) {
        return provider_eks_pods(i->enis, i->ipv4_per_eni);
    }
    return i->provider == PROVIDER_AKS ? 250 : 110;
}

static struct resources capacity_of(const struct instance *i)
{
    struct resources capacity = {.mcpu = i->mcpu, .memory_bytes = i->memory_bytes, .ephemeral_bytes = i->disk_bytes};
    if (i->provider == PROVIDER_EKS) {
        capacity.memory_bytes = eks_memory(i);
    } else if (i->provider == PROVIDER_GKE) {
        capacity.memory_bytes = gke_memory(i);
        capacity.ephemeral_bytes = gke_disk(i);
    }
    if (i->capacity_memory_bytes > 0) {
        capacity.memory_bytes = i->capacity_memory_bytes;
    }
    return capacity;
}

static struct resources reserved_of(const struct instance *i, int64_t pods)
{
    switch (i->provider) {
    case PROVIDER_EKS:
        return eks_reserved(i, pods);
    case PROVIDER_GKE:
        return gke_reserved(i, pods);
    case PROVIDER_AKS:
        return aks_reserved(i, pods);
    case PROVIDER_NONE:
        break;
    }
    return (struct resources){0};
}

struct offer provider_offer(const struct instance *instance)
{
    struct offer o = {.capacity = capacity_of(instance), .pods = pods_of(instance)};
    o.kube_reserved = reserved_of(instance, o.pods);
    o.eviction.memory_bytes = 100 * MIB;
    o.eviction.ephemeral_bytes = allocatable_percent(10, o.capacity.ephemeral_bytes);
    o.allocatable.mcpu = above(o.capacity.mcpu, o.kube_reserved.mcpu);
    o.allocatable.memory_bytes = above(o.capacity.memory_bytes, o.kube_reserved.memory_bytes + o.eviction.memory_bytes);
    o.allocatable.ephemeral_bytes =
        above(o.capacity.ephemeral_bytes, o.kube_reserved.ephemeral_bytes + o.eviction.ephemeral_bytes);
    return o;
}

int64_t provider_eks_pods(int64_t enis, int64_t ipv4_per_eni)
{
    return enis * (ipv4_per_eni - 1) + 2;
}

enum managed_kubernetes provider_named(const char *name)
{
    static const struct {
        const char *name;
        enum managed_kubernetes provider;
    } known[] = {{"aws", PROVIDER_EKS}, {"gcp", PROVIDER_GKE}, {"azure", PROVIDER_AKS}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i].name, name) == 0) {
            return known[i].provider;
        }
    }
    return PROVIDER_NONE;
}
