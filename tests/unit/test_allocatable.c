#include <criterion/criterion.h>

#include "models/node/allocatable.h"
#include "models/node/provider.h"

#define MIB ((int64_t)1 << 20)
#define GIB ((int64_t)1 << 30)

/* A node of a real cluster, m6gd.2xlarge of EKS: 7910m of 8 cores, memory 31127824Ki of 32144656Ki, ephemeral storage
 * 122601479578 of 134196204Ki, 58 pods (4 interfaces of 15 addresses). Reserved: 90m; (11 x 58 + 255) Mi = 893Mi and
 * 100Mi; 1Gi and 10 % in single precision. */
Test(provider, eks_gives_what_a_real_node_reports)
{
    const struct instance i = {.provider = PROVIDER_EKS,
                               .mcpu = 8000,
                               .memory_bytes = 32 * GIB,
                               .capacity_memory_bytes = (int64_t)32144656 * 1024,
                               .disk_bytes = (int64_t)134196204 * 1024,
                               .enis = 4,
                               .ipv4_per_eni = 15,
                               .arm64 = true};
    struct offer o = provider_offer(&i);
    cr_assert_eq(o.pods, 58);
    cr_assert_eq(o.allocatable.mcpu, 7910);
    cr_assert_eq(o.allocatable.memory_bytes, (int64_t)31127824 * 1024);
    cr_assert_eq(o.allocatable.ephemeral_bytes, 122601479578);
}

/* Memory that nobody has measured: 8192 MiB less ceil(614.4) MiB. m5.large: 3 x 9 + 2 pods, (11 x 29 + 255) Mi. */
Test(provider, eks_takes_karpenters_estimate_of_memory)
{
    const struct instance i = {
        .provider = PROVIDER_EKS, .mcpu = 2000, .memory_bytes = 8 * GIB, .enis = 3, .ipv4_per_eni = 10};
    struct offer o = provider_offer(&i);
    cr_assert_eq(o.pods, 29);
    cr_assert_eq(o.capacity.memory_bytes, 7577 * MIB);
    cr_assert_eq(o.kube_reserved.memory_bytes, 574 * MIB);
    cr_assert_eq(o.kube_reserved.mcpu, 70);
    cr_assert_eq(o.allocatable.memory_bytes, (7577 - 574 - 100) * MIB);
}

Test(provider, eks_and_gke_reserve_the_documented_share_of_the_processor)
{
    static const int64_t table[][2] = {{1, 60},   {2, 70},   {4, 80},   {8, 90},  {16, 110},
                                       {32, 150}, {48, 190}, {64, 230}, {96, 310}};
    for (size_t row = 0; row < sizeof table / sizeof table[0]; row++) {
        const struct instance i = {.provider = PROVIDER_EKS, .mcpu = table[row][0] * 1000, .memory_bytes = 64 * GIB};
        cr_assert_eq(provider_offer(&i).kube_reserved.mcpu, table[row][1], "%d cores", (int)table[row][0]);
    }
}

/* Documented: 1 GiB of 4, 1.8 of 8, 2.6 of 16, 3.56 of 32, 5.48 of 64 GiB; of 150 GiB 9.76 (a public calculator prints
 * 9.8577 with the 100 MiB of eviction); cut to whole MiB. */
Test(provider, gke_reserves_the_documented_share_of_memory)
{
    static const int64_t table[][2] = {{4, 1024}, {8, 1843}, {16, 2662}, {32, 3645}, {64, 5611}, {150, 9993}};
    for (size_t row = 0; row < sizeof table / sizeof table[0]; row++) {
        const struct instance i = {.provider = PROVIDER_GKE, .mcpu = 4000, .memory_bytes = table[row][0] * GIB};
        cr_assert_eq(provider_offer(&i).kube_reserved.memory_bytes, table[row][1] * MIB, "%d GiB", (int)table[row][0]);
    }
    const struct instance small = {
        .provider = PROVIDER_GKE, .mcpu = 2000, .memory_bytes = 614 * MIB, .shared_core = true};
    cr_assert_eq(provider_offer(&small).kube_reserved.memory_bytes, 255 * MIB);
    cr_assert_eq(provider_offer(&small).kube_reserved.mcpu, 1060);
}

/* The node of GKE's documentation: 4 cores, 100 GiB of disk; it has 98831908Ki of ephemeral storage and gives
 * 47060071478: less 10 % and 6 GiB + 35 GiB. Our estimate of its capacity is 65645Ki below. */
Test(provider, gke_reserves_disk_as_its_documented_node_does)
{
    const struct instance i = {
        .provider = PROVIDER_GKE, .mcpu = 4000, .memory_bytes = 16 * GIB, .disk_bytes = 100 * GIB};
    struct offer o = provider_offer(&i);
    int64_t real = (int64_t)98831908 * 1024;
    cr_assert_eq(o.allocatable.mcpu, 3920);
    cr_assert_eq(o.kube_reserved.ephemeral_bytes, 41 * GIB);
    cr_assert_eq(real - 41 * GIB - allocatable_percent(10, real), 47060071478);
    cr_assert(o.capacity.ephemeral_bytes < real && real - o.capacity.ephemeral_bytes < 68 * MIB);
}

/* 16 GiB: 256 MiB + 16 MiB + 64 MiB and 0.00175 of it, 30064771 bytes when the point is cut. On arm64 0.9971 of
 * that sum, 382386307 x 0.9971 = 381277386.7. */
Test(provider, gke_kernels_keep_memory_for_themselves)
{
    struct instance i = {.provider = PROVIDER_GKE, .mcpu = 4000, .memory_bytes = 16 * GIB};
    cr_assert_eq(16 * GIB - provider_offer(&i).capacity.memory_bytes, 336 * MIB + 30064771);
    i.arm64 = true;
    cr_assert_eq(16 * GIB - provider_offer(&i).capacity.memory_bytes, 381277387);
    i = (struct instance){.provider = PROVIDER_GKE, .mcpu = 4000, .memory_bytes = 2 * GIB};
    cr_assert_eq(2 * GIB - provider_offer(&i).capacity.memory_bytes, 56 * MIB + 3758096);
}

/* Documented: 60, 100, 140, 180, 260, 420, 740 millicores; 650 MB of 8 GB with 30 pods, a quarter of 4 GB with 70. */
Test(provider, aks_reserves_what_its_documentation_says)
{
    static const int64_t table[][2] = {{1, 60}, {2, 100}, {4, 140}, {8, 180}, {16, 260}, {32, 420}, {64, 740}};
    for (size_t row = 0; row < sizeof table / sizeof table[0]; row++) {
        const struct instance i = {.provider = PROVIDER_AKS, .mcpu = table[row][0] * 1000, .memory_bytes = 64 * GIB};
        cr_assert_eq(provider_offer(&i).kube_reserved.mcpu, table[row][1], "%d cores", (int)table[row][0]);
    }
    const struct instance wide = {.provider = PROVIDER_AKS, .mcpu = 2000, .memory_bytes = 8 * GIB, .max_pods = 30};
    cr_assert_eq(provider_offer(&wide).kube_reserved.memory_bytes, 650 * MIB);
    cr_assert_eq(provider_offer(&wide).allocatable.memory_bytes, (8192 - 650 - 100) * MIB);
    const struct instance tight = {.provider = PROVIDER_AKS, .mcpu = 2000, .memory_bytes = 4 * GIB, .max_pods = 70};
    cr_assert_eq(provider_offer(&tight).kube_reserved.memory_bytes, GIB);
}

Test(provider, an_instance_smaller_than_its_reservations_offers_nothing)
{
    const struct instance i = {.provider = PROVIDER_EKS, .mcpu = 40, .memory_bytes = 300 * MIB, .max_pods = 11};
    struct offer o = provider_offer(&i);
    cr_assert_eq(o.allocatable.mcpu, 38);
    cr_assert_eq(o.allocatable.memory_bytes, 0);
    cr_assert_eq(o.allocatable.ephemeral_bytes, 0);
}

/* 10 % of 85886742528 is 8588674252.8; the float nearest to 0.1 is a little more, and gives 8588674380. */
Test(allocatable, takes_percentages_in_single_precision)
{
    struct quantity free;
    cr_assert(allocatable_threshold("10%", 85886742528, &free));
    cr_assert_eq(quantity_value(&free), 8588674380);
}

Test(allocatable, ignores_thresholds_of_none_and_all)
{
    struct quantity free;
    cr_assert(!allocatable_threshold("0%", GIB, &free));
    cr_assert(!allocatable_threshold("100%", GIB, &free));
    cr_assert(!allocatable_threshold("110%", GIB, &free));
    cr_assert(!allocatable_threshold("a%", GIB, &free));
    cr_assert(allocatable_threshold("0.0%", GIB, &free));
    cr_assert_eq(quantity_value(&free), 0);
}
