/* schedqueue/pdb-status: what a PodDisruptionBudget allows; vectors/schedqueue/README.md says what the suite holds. */
#include <stdlib.h>
#include <string.h>

#include "models/scheduler/disruption.h"
#include "sim/scenario/selector.h"
#include "tests/conformance/scheduler_cluster.h"

extern const struct replay replay_disruption[];

#define SECOND INT64_C(1000000000)

struct scene {
    struct replay_case *c;
    const struct value *in;
    const struct value *pdb;
    const struct label_selector *selector;
    int64_t now_ns;
    VEC(const char *) controllers; /* uids of those that were counted */
    struct disruption_counts counts;
    struct value *disrupted; /* names */
};

static bool says(const struct value *v, const char *path, const char *text)
{
    const char *there = value_as_text(value_at(v, path));
    return there != NULL && text != NULL && strcmp(there, text) == 0;
}

/* The workload that a reference means; null: it is gone, or another of its name. */
static const struct value *workload_of(const struct scene *x, const struct value *reference)
{
    const struct value *list = value_get(x->in, "workloads");
    for (uint32_t i = 0; reference != NULL && list != NULL && i < list->count; i++) {
        const struct value *w = list->items[i];
        if (says(w, "kind", value_as_text(value_get(reference, "kind"))) &&
            says(w, "apiVersion", value_as_text(value_get(reference, "apiVersion"))) &&
            says(w, "name", value_as_text(value_get(reference, "name"))) &&
            says(w, "uid", value_as_text(value_get(reference, "uid")))) {
            return w;
        }
    }
    return NULL;
}

static void count_controller(struct scene *x, const struct value *pod)
{
    const struct value *reference = scheduler_cluster_controller(pod), *w = workload_of(x, reference);
    if (reference == NULL) {
        return;
    }
    if (w != NULL && says(w, "kind", "ReplicaSet") && says(value_get(w, "controller"), "kind", "Deployment")) {
        const struct value *deployment = workload_of(x, value_get(w, "controller"));
        w = deployment != NULL ? deployment : w;
    }
    if (w == NULL || !value_get(w, "scaleSubresource")->boolean) {
        x->counts.is_ownerless = true;
        return;
    }
    const char *uid = value_as_text(value_get(w, "uid"));
    for (uint32_t i = 0; i < x->controllers.count; i++) {
        if (strcmp(x->controllers.at[i], uid) == 0) {
            return;
        }
    }
    int64_t replicas = 0;
    VEC_PUSH(&x->controllers, uid);
    x->counts.scale += value_as_int64(value_get(w, "replicas"), &replicas) ? replicas : 0;
}

static bool is_ready(const struct value *pod)
{
    const struct value *list = value_at(pod, "status.conditions");
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        if (says(list->items[i], "type", "Ready")) {
            return says(list->items[i], "status", "True");
        }
    }
    return false;
}

static void count_pod(struct scene *x, const struct value *pod)
{
    const char *name = value_as_text(value_at(pod, "metadata.name"));
    const struct value *granted = value_get(value_at(x->pdb, "status.disruptedPods"), name);
    int64_t granted_ns = scheduler_cluster_instant(granted);
    bool deleted = value_at(pod, "metadata.deletionTimestamp") != NULL;
    bool evicted = granted != NULL && !deleted && !disruption_lapses(granted_ns, x->now_ns);
    x->counts.pods++;
    x->counts.healthy += is_ready(pod) && !deleted && !(evicted && disruption_hides(granted_ns, x->now_ns));
    count_controller(x, pod);
    if (evicted) {
        value_append(&x->c->scratch, x->disrupted, value_text(&x->c->scratch, name));
    }
}

static void count_pods(struct scene *x)
{
    const struct value *pods = value_get(x->in, "pods");
    for (uint32_t i = 0; pods != NULL && i < pods->count; i++) {
        const struct labels *labels =
            labels_compile(&x->c->scratch, x->c->names, value_at(pods->items[i], "metadata.labels"));
        if (says(pods->items[i], "metadata.namespace", value_as_text(value_at(x->pdb, "metadata.namespace"))) &&
            selector_matches(x->selector, labels)) {
            count_pod(x, pods->items[i]);
        }
    }
}

static void put_old(struct scene *x, struct value *got, const char *key)
{
    const struct value *old = value_get(value_get(x->pdb, "status"), key);
    value_put(&x->c->scratch, got, key,
              old == NULL ? value_integer(&x->c->scratch, 0) : value_copy(&x->c->scratch, old));
}

static void put_integer(struct scene *x, struct value *got, const char *key, int64_t number)
{
    value_put(&x->c->scratch, got, key, value_integer(&x->c->scratch, number));
}

/* A sync that fails leaves all as it was but what is allowed. */
static void tell_failed(struct scene *x, struct value *got)
{
    static const char *const kept[] = {"currentHealthy", "desiredHealthy", "expectedPods", "observedGeneration"};
    const struct value *old = value_at(x->pdb, "status.disruptedPods");
    for (int i = 0; i < 4; i++) {
        put_old(x, got, kept[i]);
    }
    x->disrupted = value_list(&x->c->scratch);
    for (uint32_t i = 0; old != NULL && i < old->count; i++) {
        value_append(&x->c->scratch, x->disrupted, value_text(&x->c->scratch, old->members[i].key));
    }
}

static struct value *told_at(const struct value *in, struct replay_case *c, int64_t now_ns)
{
    struct scene x = {.c = c, .in = in, .pdb = value_get(in, "pdb"), .disrupted = value_list(&c->scratch)};
    struct disruption_spec spec = disruption_read(value_get(x.pdb, "spec"));
    struct value *got = value_map(&c->scratch);
    x.now_ns = scheduler_cluster_instant(value_get(in, "now")) + now_ns;
    x.selector = selector_compile(&c->scratch, c->names, value_at(x.pdb, "spec.selector"));
    count_pods(&x);
    struct disruption_status status = disruption_status(&spec, &x.counts);
    if (status.failed) {
        tell_failed(&x, got);
    } else {
        int64_t generation = 0;
        put_integer(&x, got, "currentHealthy", status.healthy);
        put_integer(&x, got, "desiredHealthy", status.desired);
        put_integer(&x, got, "expectedPods", status.expected);
        put_integer(&x, got, "observedGeneration",
                    value_as_int64(value_at(x.pdb, "metadata.generation"), &generation) ? generation : 0);
    }
    put_integer(&x, got, "disruptionsAllowed", status.allowed);
    value_put(&c->scratch, got, "disruptedPods", scheduler_cluster_sorted(x.disrupted));
    value_put(&c->scratch, got, "condition", value_text(&c->scratch, status.allowed > 0 ? "True" : "False"));
    value_put(&c->scratch, got, "reason",
              value_text(&c->scratch, status.failed        ? "SyncFailed"
                                      : status.allowed > 0 ? "SufficientPods"
                                                           : "InsufficientPods"));
    VEC_DROP(&x.controllers);
    return got;
}

static bool run(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct value *got = value_map(&c->scratch);
    value_put(&c->scratch, got, "status", told_at(in, c, 0));
    value_put(&c->scratch, got, "after4m", told_at(in, c, 240 * SECOND));
    return replay_same(c, "out", out, got);
}

const struct replay replay_disruption[] = {
    {"schedqueue/pdb-status", run},
    {NULL, NULL},
};
