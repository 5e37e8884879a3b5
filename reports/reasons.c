#include "reports/reasons.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "reports/advice.h"
#include "reports/print.h"

/* Means over the replications, and the most and the least of them. */
static struct trial_workload seen(const struct reasons *r, const struct measured *m)
{
    struct trial_workload w = m[0].workloads[r->part->workload];
    for (uint32_t i = 1; i < r->count; i++) {
        const struct trial_workload *o = &m[i].workloads[r->part->workload];
        w.pod_p50_mcpu = fmax(w.pod_p50_mcpu, o->pod_p50_mcpu);
        w.pod_p95_mcpu = fmax(w.pod_p95_mcpu, o->pod_p95_mcpu);
        w.pod_most_mcpu = fmax(w.pod_most_mcpu, o->pod_most_mcpu);
        w.pod_most_bytes = fmax(w.pod_most_bytes, o->pod_most_bytes);
        w.used_mcpu_most = fmax(w.used_mcpu_most, o->used_mcpu_most);
        w.throttled = fmax(w.throttled, o->throttled);
        w.replicas_least = fmin(w.replicas_least, o->replicas_least);
        w.replicas_most = fmax(w.replicas_most, o->replicas_most);
    }
    return w;
}

static const char *take(const struct reasons *r, struct buffer *b)
{
    const char *text = arena_text(r->arena, buffer_string(b), b->count);
    buffer_drop(b);
    return text;
}

/* ---- evidence ---- */

static const char *of_cpu(const struct reasons *r, const struct trial_workload *w, bool throttled)
{
    struct buffer b = {0};
    buffer_format(&b, "one pod uses %.0fm at the median, %.0fm at p95, %.0fm at most", w->pod_p50_mcpu, w->pod_p95_mcpu,
                  w->pod_most_mcpu);
    if (throttled) {
        buffer_text(&b, "; throttled ");
        print_share(&b, w->throttled);
        buffer_text(&b, " of the time");
    }
    return take(r, &b);
}

static const char *of_memory(const struct reasons *r, const struct trial_workload *was, const struct trial_workload *is)
{
    const double mib = 1 << 20;
    return arena_format(r->arena, "one pod uses %.0fMi at most, and %.0fMi with all changes", was->pod_most_bytes / mib,
                        is->pod_most_bytes / mib);
}

static const char *of_pods(const struct reasons *r, const struct trial_workload *w)
{
    struct buffer b = {0};
    buffer_format(&b, "%.0f to %.0f pods, ", w->replicas_least, w->replicas_most);
    print_number(&b, w->replicas_mean, 3);
    buffer_text(&b, " on average; all use ");
    print_cores(&b, w->used_mcpu);
    buffer_text(&b, " cores on average, ");
    print_cores(&b, w->used_mcpu_most);
    buffer_text(&b, " at most");
    return take(r, &b);
}

static const char *of_nodes(const struct reasons *r)
{
    const struct trial_pool *was = &r->today[0].pools[r->part->group], *is = &r->best[0].pools[r->part->group];
    struct buffer b = {0};
    buffer_format(&b, "%.0f to %.0f nodes today, ", was->nodes_least, was->nodes_most);
    print_number(&b, was->nodes_mean, 3);
    buffer_format(&b, " on average; %.0f to %.0f with all changes, ", is->nodes_least, is->nodes_most);
    print_number(&b, is->nodes_mean, 3);
    return take(r, &b);
}

const char *reasons_evidence(const struct reasons *r, enum knob knob)
{
    if (r->part->workload == NONE) {
        return of_nodes(r);
    }
    struct trial_workload was = seen(r, r->today), is = seen(r, r->best);
    switch (knob) {
    case KNOB_CPU_REQUEST:
    case KNOB_CPU_LIMIT:
        return of_cpu(r, &was, knob == KNOB_CPU_LIMIT);
    case KNOB_MEMORY_REQUEST:
    case KNOB_MEMORY_LIMIT:
    case KNOB_MEMORY_TARGET:
        return of_memory(r, &was, &is);
    default:
        return of_pods(r, &was);
    }
}

/* ---- risk ---- */

static const char *qos_name(enum qos_class qos)
{
    static const char *const names[] = {
        [QOS_BEST_EFFORT] = "BestEffort", [QOS_BURSTABLE] = "Burstable", [QOS_GUARANTEED] = "Guaranteed"};
    return names[qos];
}

/* What the change does to the pods' class; null: nothing. */
static const char *qos_change(const struct reasons *r)
{
    enum qos_class before = r->trial->platform->plan->workloads.at[r->part->workload].spec.template->qos, after;
    if (!trial_qos(r->trial, r->settings, r->part->workload, &after) || before == after) {
        return NULL;
    }
    return arena_format(r->arena, "the QoS class changes from %s to %s", qos_name(before), qos_name(after));
}

static const char *risk_of_resources(const struct reasons *r, enum knob knob)
{
    bool memory = knob == KNOB_MEMORY_REQUEST || knob == KNOB_MEMORY_LIMIT;
    const char *qos = knob == KNOB_CPU_REQUEST || knob == KNOB_MEMORY_REQUEST ? qos_change(r) : NULL;
    if (memory && advice_fixes_heap(r->part->container_tree)) {
        return arena_format(r->arena,
                            "high: the size of the heap is set in the container (-Xmx or MaxRAM): change it, "
                            "too%s%s",
                            qos == NULL ? "" : "; ", qos == NULL ? "" : qos);
    }
    return qos == NULL ? "low" : arena_format(r->arena, "medium: %s", qos);
}

const char *reasons_risk(const struct reasons *r, enum knob knob)
{
    bool less = r->setting->at[knob] < r->part->now[knob];
    switch (knob) {
    case KNOB_CPU_REQUEST:
    case KNOB_CPU_LIMIT:
    case KNOB_MEMORY_REQUEST:
    case KNOB_MEMORY_LIMIT:
        return risk_of_resources(r, knob);
    case KNOB_REPLICAS:
    case KNOB_MIN:
        return less ? "medium: fewer pods to lose" : "low";
    case KNOB_TARGET:
        return less ? "low" : "medium: less room while new pods come up";
    case KNOB_INSTANCE:
        return "medium: every node is replaced";
    case KNOB_NODES_MIN:
    case KNOB_NODES_INITIAL:
        return less ? "medium: pods wait for a node when demand jumps" : "low";
    default:
        return "low";
    }
}

/* ---- reason ---- */

static const char *mends(const struct reasons *r, const char *what)
{
    return r->needed == NULL ? what : arena_format(r->arena, "%s; without it %s", what, r->needed);
}

static const char *why_request(const struct reasons *r, double now, double used, const char *what)
{
    struct buffer b = {0};
    if (now <= 0) {
        return arena_format(r->arena, "it asks for no %s", what);
    }
    if (used > now) {
        buffer_format(&b, "it uses ");
        print_number(&b, used / now, 2);
        buffer_format(&b, " times the %s that it asks for", what);
    } else {
        buffer_format(&b, "it asks for ");
        print_number(&b, now / used, 2);
        buffer_format(&b, " times the %s that it uses", what);
    }
    return take(r, &b);
}

static const char *why_target(const struct reasons *r)
{
    const struct part *p = r->part;
    int64_t before = p->now[KNOB_CPU_REQUEST] + p->others_mcpu;
    int64_t after = r->setting->at[KNOB_CPU_REQUEST] + p->others_mcpu;
    if (p->target_is_percent && before != after && before > 0) {
        return arena_format(r->arena,
                            "a percentage of the request, with which it changes: %" PRId64 "m a pod before, %" PRId64
                            "m after",
                            before * p->now[KNOB_TARGET] / 100, after * r->setting->at[KNOB_TARGET] / 100);
    }
    return r->setting->at[KNOB_TARGET] > p->now[KNOB_TARGET] ? "pods can be busier before there must be more of them"
                                                             : "pods come too late at today's target";
}

static const char *why_pods(const struct reasons *r, enum knob knob)
{
    bool less = r->setting->at[knob] < r->part->now[knob];
    switch (knob) {
    case KNOB_REPLICAS:
        return less ? "fewer pods bear the load" : "so many pods are needed at the peak";
    case KNOB_MIN:
        return less ? "the autoscaler finds the size itself" : "fewer are too few when demand rises or a zone is lost";
    case KNOB_MAX:
        return less ? "more are never needed" : "it stood at its maximum while demand was higher";
    case KNOB_DOWN_WINDOW:
        return "pods are taken away in every lull, and take long to come back";
    default:
        return "a percentage of the request, with which it changes";
    }
}

static const char *why_nodes(const struct reasons *r, enum knob knob)
{
    bool less = r->setting->at[knob] < r->part->now[knob];
    switch (knob) {
    case KNOB_INSTANCE:
        return "it costs less for what these pods ask for";
    case KNOB_NODES_MIN:
        return less ? "what the autoscaler leaves when little is asked for" : "room when a zone is lost";
    case KNOB_NODES_INITIAL:
        return less ? "to start with; the autoscaler alone removes only nodes that are half empty" : "to start with";
    default:
        return less ? "more are never needed" : "room for the peak";
    }
}

const char *reasons_reason(const struct reasons *r, enum knob knob)
{
    if (r->part->workload == NONE) {
        return mends(r, why_nodes(r, knob));
    }
    struct trial_workload was = seen(r, r->today);
    switch (knob) {
    case KNOB_CPU_REQUEST:
        return mends(r, why_request(r, (double)r->part->now[knob], was.pod_p95_mcpu, "cpu"));
    case KNOB_MEMORY_REQUEST:
        return mends(r, why_request(r, (double)r->part->now[knob], was.pod_most_bytes, "memory"));
    case KNOB_CPU_LIMIT:
        return mends(r, "its limit slows it down while its node has processors to spare");
    case KNOB_MEMORY_LIMIT:
        return mends(r, "it would be killed at the peak, or asks for more than it may use");
    case KNOB_TARGET:
        return mends(r, why_target(r));
    default:
        return mends(r, why_pods(r, knob));
    }
}
