/* Alibaba's GPU cluster (trace openb: 1,523 nodes, 6,212 GPUs, 8,152 pods that ask for 98 % of them), placed by the default
 * profile in the order of creation; nobody leaves. Published for the same list at 98 % asked for, by policies made for
 * it: 85.96 % of the GPUs allocated by Random (mean of seeds 46 to 51), 92.65 % by BestFit (50 and 51), 95.21 % by FGD (42 to 51); of
 * what is then free nearly all is fragmented (98.8 to 99.6 % by DotProd, 46 to 51).
 *
 * A pod asks for thousandths of GPUs. The scheduler counts them by node, as an extended resource; which device it is is
 * settled on the node: the one with the least left where the pod still fits. A pod that no device has room for holds none.
 * Fragmented is what is free of no use to a pod of the list, averaged over the list: all that a node has free where it lacks
 * anything, else what its devices have free that are too full for it.
 *
 * Sources: clusterdata/cluster-trace-gpu-v2023; hkust-adsl/kubernetes-scheduler-simulator, experiments/analysis/expected_results
 * (analysis_allo_discrete.csv, analysis_frag_ratio_discrete.csv), of "Beware of Fragmentation" (USENIX ATC 2023). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/scheduler/placer.h"
#include "sim/base/csv.h"
#include "sim/base/file.h"
#include "tests/bench/bench.h"

#define FOLDER "../shared/data/traces/alibaba_openb_"
#define DEVICES 8
#define WHOLE 1000 /* thousandths of a device */
#define MIB (INT64_C(1) << 20)

struct demand {
    int64_t mcpu, memory_bytes;
    int64_t devices, share; /* of each device */
    const struct pod_class *class;
};

struct machine {
    int64_t mcpu, memory_bytes; /* left */
    int64_t devices;
    int64_t left[DEVICES]; /* thousandths */
};

struct openb {
    struct arena arena;
    struct names names;
    struct placer placer;
    struct profile profile;
    struct machine *machines; /* [nodes] by slot */
    struct demand *demands;   /* [pods] */
    uint32_t nodes, pods;
    int64_t total;    /* thousandths of GPUs */
    uint32_t without; /* pods that got no node, or no device there */
    double seconds;
};

static bool read_table(struct openb *o, const char *file, struct csv *csv)
{
    const char *text;
    size_t length;
    struct fail fail;
    if (file_read(&o->arena, file, &text, &length, &fail) && csv_read(&o->arena, file, text, length, csv, &fail)) {
        return true;
    }
    fprintf(stderr, "skipped: openb: %s\n", fail.text);
    return false;
}

static int64_t number_at(const struct csv *csv, uint32_t row, const char *column)
{
    uint32_t at = csv_column(csv, column);
    return at == csv->columns ? 0 : strtoll(&csv->text[csv->cells[row * csv->columns + at]], NULL, 10);
}

static void add_nodes(struct openb *o, const struct csv *csv)
{
    static const struct labels no_labels;
    static const struct taints no_taints;
    o->nodes = csv->rows;
    o->machines = TAKE(&o->arena, struct machine, csv->rows);
    for (uint32_t i = 0; i < csv->rows; i++) {
        struct machine *m = &o->machines[i];
        struct scalar *gpu = TAKE(&o->arena, struct scalar, 1);
        m->mcpu = number_at(csv, i, "cpu_milli");
        m->memory_bytes = number_at(csv, i, "memory_mib") * MIB;
        m->devices = number_at(csv, i, "gpu");
        *gpu = (struct scalar){names_text(&o->names, "openb/gpu-milli"), m->devices * WHOLE};
        for (int64_t d = 0; d < m->devices && d < DEVICES; d++) {
            m->left[d] = WHOLE;
        }
        struct node n = {.name = names_text(&o->names, &csv->text[csv->cells[i * csv->columns]]),
                         .labels = &no_labels,
                         .taints = &no_taints,
                         .ready = true,
                         .allocatable = {m->mcpu, m->memory_bytes, 0, gpu, m->devices > 0},
                         .pods_allocatable = INT32_MAX};
        cache_put_node(&o->placer.cache, &n, i);
        o->total += m->devices * WHOLE;
    }
}

/* The class of pods of equal demand. */
static const struct pod_class *class_of(struct openb *o, const struct demand *d, uint32_t before)
{
    static const struct labels no_labels;
    static const struct placement anywhere;
    uint32_t number = 0;
    for (uint32_t i = 0; i < before; i++) {
        const struct demand *e = &o->demands[i];
        if (e->mcpu == d->mcpu && e->memory_bytes == d->memory_bytes && e->devices == d->devices &&
            e->share == d->share) {
            return e->class;
        }
        number = e->class->number >= number ? e->class->number + 1 : number;
    }
    struct pod_template *t = TAKE(&o->arena, struct pod_template, 1);
    struct scalar *gpu = TAKE(&o->arena, struct scalar, 1);
    *gpu = (struct scalar){names_text(&o->names, "openb/gpu-milli"), d->devices * d->share};
    t->placement = &anywhere;
    t->labels = &no_labels;
    t->requests = (struct resources){d->mcpu, d->memory_bytes, 0, gpu, d->devices > 0};
    t->score_requests = t->requests;
    t->nonzero_mcpu = d->mcpu;
    t->nonzero_memory_bytes = d->memory_bytes;
    struct pod_class given = {.number = number, .template = t, .labels = &no_labels};
    return pod_class_make(&o->arena, &given, false);
}

static void read_pods(struct openb *o, const struct csv *csv)
{
    o->pods = csv->rows;
    o->demands = TAKE(&o->arena, struct demand, csv->rows);
    for (uint32_t i = 0; i < csv->rows; i++) {
        struct demand *d = &o->demands[i];
        d->mcpu = number_at(csv, i, "cpu_milli");
        d->memory_bytes = number_at(csv, i, "memory_mib") * MIB;
        d->devices = number_at(csv, i, "num_gpu");
        d->share = d->devices == 0 ? 0 : number_at(csv, i, "gpu_milli");
        d->class = class_of(o, d, i);
    }
}

/* Gives the pod devices of a machine that it has been placed on. False: they are too full. */
static bool settle(struct machine *m, const struct demand *d)
{
    m->mcpu -= d->mcpu;
    m->memory_bytes -= d->memory_bytes;
    int best[DEVICES], count = 0;
    for (int64_t wanted = d->devices; wanted > 0; wanted--) {
        int found = -1;
        for (int i = 0; i < DEVICES; i++) {
            bool taken = false;
            for (int k = 0; k < count; k++) {
                taken = taken || best[k] == i;
            }
            if (!taken && m->left[i] >= d->share && (found < 0 || m->left[i] < m->left[found])) {
                found = i;
            }
        }
        if (found < 0) {
            return false;
        }
        best[count++] = found;
    }
    for (int k = 0; k < count; k++) {
        m->left[best[k]] -= d->share;
    }
    return true;
}

static void place_all(struct openb *o)
{
    double start = bench_seconds();
    for (uint32_t i = 0; i < o->pods; i++) {
        struct placer_pod pod = {.profile = &o->profile, .class = o->demands[i].class, .number = i};
        struct placer_result r = placer_place(&o->placer, &pod);
        if (r.node != NONE) {
            cache_add_pod(&o->placer.cache, i, pod.class, o->placer.cache.nodes.at[r.node].name, false, TIME_UNSET);
        }
        o->without += r.node == NONE || !settle(&o->machines[r.node], &o->demands[i]);
    }
    o->seconds = bench_seconds() - start;
}

static int64_t free_of(const struct machine *m)
{
    int64_t sum = 0;
    for (int i = 0; i < DEVICES; i++) {
        sum += m->left[i];
    }
    return sum;
}

/* What of a machine's free devices is of no use to such a pod. */
static int64_t fragments(const struct machine *m, const struct demand *d)
{
    int64_t small = 0, fitting = 0;
    for (int i = 0; i < DEVICES; i++) {
        small += m->left[i] < d->share ? m->left[i] : 0;
        fitting += m->left[i] >= d->share && m->left[i] > 0;
    }
    bool serves = d->devices > 0 && fitting >= d->devices && m->mcpu >= d->mcpu && m->memory_bytes >= d->memory_bytes;
    return serves ? small : free_of(m);
}

/* A run of the whole trace; false: it is not there. */
static bool run(struct openb *o)
{
    struct csv nodes, pods;
    *o = (struct openb){.arena = arena_make(1 << 20)};
    o->names = names_make(&o->arena);
    o->placer = placer_make(&o->arena, &o->names);
    o->profile = profile_default(&o->arena, &o->names);
    if (!read_table(o, FOLDER "node_list_all_node.csv", &nodes) ||
        !read_table(o, FOLDER "pod_list_default.csv", &pods)) {
        return false;
    }
    add_nodes(o, &nodes);
    read_pods(o, &pods);
    place_all(o);
    return true;
}

static void drop(struct openb *o)
{
    placer_drop(&o->placer);
    names_drop(&o->names);
    arena_drop(&o->arena);
}

static int64_t free_of_all(const struct openb *o)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < o->nodes; i++) {
        sum += free_of(&o->machines[i]);
    }
    return sum;
}

static double seconds(double scale)
{
    (void)scale;
    struct openb o;
    double value = run(&o) ? o.seconds : NAN;
    drop(&o);
    return value;
}

static double allocated(double scale)
{
    (void)scale;
    struct openb o;
    double value = run(&o) ? 100.0 * (double)(o.total - free_of_all(&o)) / (double)o.total : NAN;
    drop(&o);
    return value;
}

static double without(double scale)
{
    (void)scale;
    struct openb o;
    double value = run(&o) ? (double)o.without : NAN;
    drop(&o);
    return value;
}

static double fragmented(double scale)
{
    (void)scale;
    struct openb o;
    double value = NAN, sum = 0;
    if (run(&o)) {
        for (uint32_t i = 0; i < o.nodes; i++) {
            for (uint32_t k = 0; k < o.pods; k++) {
                sum += (double)fragments(&o.machines[i], &o.demands[k]);
            }
        }
        value = 100.0 * sum / (double)o.pods / (double)free_of_all(&o);
    }
    drop(&o);
    return value;
}

const struct bench bench_openb[] = {
    {"openb/seconds", seconds, 0, "s", 1},
    {"openb/gpus-allocated", allocated, 0, "%", 0},
    {"openb/pods-without-place", without, 0, "pods", 0},
    {"openb/free-fragmented", fragmented, 0, "%", 0},
    {NULL, NULL, 0, NULL, 0},
};
