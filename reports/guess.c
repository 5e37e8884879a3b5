#include "reports/guess.h"

#include <math.h>

#include "reports/advice.h"

static const double busy_share = 0.7; /* of what a pod may use, that it should at most */

static int64_t start_s(const struct search *s, const struct part *p)
{
    const struct service_model *m = s->platform->plan->workloads.at[p->workload].model;
    return m->start.time_ns / INT64_C(1000000000);
}

static void first_memory(const struct search *s, const struct part *p, const struct trial_workload *w,
                         struct setting *setting)
{
    int64_t *limit = &setting->at[KNOB_MEMORY_LIMIT];
    int64_t wanted = search_memory(s, s->today, p->workload, w->pod_most_bytes), now = p->now[KNOB_MEMORY_REQUEST];
    int64_t stepped = advice_step_bytes(now, wanted, s->full);
    bool short_of = now <= 0 || (double)now < w->pod_most_bytes;
    if (!p->has[KNOB_MEMORY_REQUEST]) {
        return;
    }
    if (short_of || (double)stepped < (1 - ADVICE_TRIFLE) * (double)now) {
        platform_request(p, setting, KNOB_MEMORY_REQUEST, stepped > wanted ? stepped : wanted);
    }
    if (p->has[KNOB_MEMORY_LIMIT] && (double)*limit < w->pod_most_bytes) {
        *limit = wanted;
    }
}

static void first_limit(const struct search *s, const struct part *p, const struct trial_workload *w, int64_t *at)
{
    bool tight = w->throttled > ADVICE_THROTTLED_LEAST || w->pod_most_mcpu > 0.95 * (double)at[KNOB_CPU_LIMIT];
    if (p->has[KNOB_CPU_LIMIT] && tight) {
        int64_t cap = search_most_mcpu(s, s->today, p->workload), wanted = 2 * at[KNOB_CPU_LIMIT];
        at[KNOB_CPU_LIMIT] = wanted < cap ? wanted : cap > at[KNOB_CPU_LIMIT] ? cap : at[KNOB_CPU_LIMIT];
    }
}

/* As many pods as bear the most that is used, two at least where there are as many; never more than there are. Returns by
 * how much more each of them has to do. */
static double first_replicas(const struct search *s, const struct part *p, const struct trial_workload *w, int64_t *at)
{
    int64_t now = p->now[KNOB_REPLICAS];
    double can =
        p->has[KNOB_CPU_LIMIT] ? (double)at[KNOB_CPU_LIMIT] : fmax(w->pod_most_mcpu, (double)at[KNOB_CPU_REQUEST]);
    double node = (double)search_most_mcpu(s, s->today, p->workload);
    can = busy_share * fmin(can, node);
    int64_t needed = can > 0 ? (int64_t)ceil(w->used_mcpu_most / can) : now;
    int64_t least = now < 2 ? now : 2;
    at[KNOB_REPLICAS] = needed < least ? least : needed < now ? needed : now;
    return (double)now / (double)at[KNOB_REPLICAS];
}

/* An autoscaler may go as low as two pods, and higher when it met its maximum; it waits before it takes pods away that
 * take long to come back. */
static void first_bounds(const struct search *s, const struct part *p, const struct trial_workload *w, int64_t *at)
{
    int64_t min = p->now[KNOB_MIN], least = min < 2 ? min : 2;
    at[KNOB_MIN] = least;
    if (w->replicas_most >= (double)p->now[KNOB_MAX]) {
        at[KNOB_MAX] = (p->now[KNOB_MAX] * 3 + 1) / 2;
    }
    if (p->now[KNOB_DOWN_WINDOW] < ADVICE_DOWN_WINDOW_S && p->now[KNOB_DOWN_WINDOW] < start_s(s, p)) {
        at[KNOB_DOWN_WINDOW] = ADVICE_DOWN_WINDOW_S;
    }
}

/* more: what each pod has to do, times today's. An autoscaler keeps the use of a pod at its target, so a request is
 * lowered only where it never came near. */
static void first_request(const struct search *s, const struct part *p, const struct trial_workload *w, double more,
                          struct setting *setting)
{
    int64_t now = p->now[KNOB_CPU_REQUEST], wanted = advice_cpu(w->pod_p95_mcpu * more);
    if (p->has[KNOB_TARGET] && p->target_is_percent) {
        int64_t held = advice_round_mcpu(w->pod_p95_mcpu * more * 100 / (double)p->now[KNOB_TARGET]);
        wanted = held > wanted ? held : wanted;
        wanted = wanted > now && w->pod_p95_mcpu <= (double)now ? now : wanted;
    }
    int64_t stepped = advice_step_mcpu(now, wanted, s->full);
    if (now <= 0 || fabs((double)(stepped - now)) > ADVICE_TRIFLE * (double)now) {
        platform_request(p, setting, KNOB_CPU_REQUEST, stepped);
    }
    int64_t highest = p->now[KNOB_TARGET] > 80 ? p->now[KNOB_TARGET] : 80;
    if (p->has[KNOB_TARGET] && p->target_is_percent && setting->at[KNOB_TARGET] > highest) {
        setting->at[KNOB_TARGET] = highest;
    }
}

struct setting *guess_make(const struct search *s)
{
    struct setting *settings = platform_copy(s->trial->arena, s->platform, s->today);
    for (uint32_t i = 0; i < s->platform->count; i++) {
        const struct part *p = &s->platform->parts[i];
        if (p->workload == NONE || p->left_alone != NULL) {
            continue;
        }
        struct trial_workload w = search_worst(s, &s->at_first, p->workload);
        double more = 1;
        if (!(w.pod_most_mcpu > 0) && !(w.pod_most_bytes > 0)) {
            continue; /* it never ran */
        }
        first_limit(s, p, &w, settings[i].at);
        if (p->has[KNOB_REPLICAS]) {
            more = first_replicas(s, p, &w, settings[i].at);
        } else if (p->has[KNOB_MIN]) {
            first_bounds(s, p, &w, settings[i].at);
        }
        first_request(s, p, &w, more, &settings[i]);
        first_memory(s, p, &w, &settings[i]);
    }
    return settings;
}
