#include "reports/explain_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "reports/print.h"

#define SECOND INT64_C(1000000000)
#define NODES_TOLD 10

static void add_time(struct buffer *out, const struct explanation *e, int64_t at_ns)
{
    print_when(out, e->start_s, at_ns / SECOND);
    buffer_text(out, " (");
    print_instant(out, e->start_s, at_ns / SECOND);
    buffer_text(out, ")");
}

static const char *plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

static void add_names(struct buffer *out, const char *const *names, uint32_t count)
{
    for (uint32_t i = 0; i < count && i < NODES_TOLD; i++) {
        buffer_format(out, "%s%s", i == 0 ? "" : ", ", names[i]);
    }
    if (count > NODES_TOLD) {
        buffer_format(out, " and %" PRIu32 " more", count - NODES_TOLD);
    }
}

/* ---- attempts ---- */

static int width_of_name(const struct explained_attempt *a)
{
    size_t width = 4;
    for (uint32_t i = 0; i < a->feasible_count && i < NODES_TOLD; i++) {
        width = strlen(a->feasible[i].name) > width ? strlen(a->feasible[i].name) : width;
    }
    return (int)width;
}

static void add_scores(struct buffer *out, const struct explained_attempt *a)
{
    int width = width_of_name(a);
    for (uint32_t k = 0; k < a->plugin_count; k++) {
        const struct explained_score *s = &a->feasible[0].scores[k];
        buffer_format(out, "  [%" PRIu32 "] %s, weight %" PRId64 "\n", k + 1, s->plugin, s->weight);
    }
    buffer_format(out, "  %-*s  %7s", width, "node", "total");
    for (uint32_t k = 0; k < a->plugin_count; k++) {
        char head[16];
        snprintf(head, sizeof head, "[%" PRIu32 "]", k + 1);
        buffer_format(out, "  %16s", head);
    }
    buffer_text(out, "\n");
    for (uint32_t i = 0; i < a->feasible_count && i < NODES_TOLD; i++) {
        const struct explained_node *n = &a->feasible[i];
        buffer_format(out, "  %-*s  %7" PRId64, width, n->name, n->total);
        for (uint32_t k = 0; k < a->plugin_count; k++) {
            const struct explained_score *s = &n->scores[k];
            char cell[64];
            snprintf(cell, sizeof cell, "%" PRId64 "/%" PRId64 "/%" PRId64, s->raw, s->normalized,
                     s->normalized * s->weight);
            buffer_format(out, "  %16s", cell);
        }
        buffer_text(out, "\n");
    }
    if (a->feasible_count > NODES_TOLD) {
        buffer_format(out, "  and %" PRIu32 " more\n", a->feasible_count - NODES_TOLD);
    }
}

static void add_feasible(struct buffer *out, const struct explained_attempt *a)
{
    if (a->feasible_count == 0) {
        return;
    }
    buffer_format(out, "\nIt fits on %" PRIu32 " node%s", a->feasible_count, plural(a->feasible_count));
    if (a->plugin_count == 0) {
        buffer_text(out, ", and nothing was scored: ");
        for (uint32_t i = 0; i < a->feasible_count && i < NODES_TOLD; i++) {
            buffer_format(out, "%s%s", i == 0 ? "" : ", ", a->feasible[i].name);
        }
        buffer_text(out, "\n");
        return;
    }
    buffer_text(out, ", scored (raw/normalized/weighted; the total is the sum of the last):\n");
    add_scores(out, a);
}

static void add_refusals(struct buffer *out, const struct explained_attempt *a)
{
    if (a->refusal_count > 0) {
        buffer_text(out, "\nNodes that do not take it:\n");
    }
    for (uint32_t i = 0; i < a->refusal_count; i++) {
        const struct explained_refusal *r = &a->refusals[i];
        buffer_format(out, "  %" PRIu32 " by %s: %s%s", r->count, r->plugin, r->reasons,
                      r->unresolvable ? " (to take pods away would not help)" : "");
        buffer_text(out, r->nodes == NULL ? "\n" : ": ");
        if (r->nodes != NULL) {
            add_names(out, r->nodes, r->count);
            buffer_text(out, "\n");
        }
    }
}

static void add_preemption(struct buffer *out, const struct explained_preemption *p)
{
    if (p == NULL) {
        return;
    }
    buffer_format(out, "\nPreemption: %s", p->outcome);
    if (p->node != NULL) {
        buffer_format(out, " on %s: ", p->node);
        add_names(out, p->victims, p->victim_count);
    }
    buffer_format(out, " (%" PRIu32 " node%s tried)\n", p->tried, plural(p->tried));
}

static void add_attempt(struct buffer *out, const struct explanation *e, const struct explained_attempt *a)
{
    if (e->kind == EXPLAINED_POD) {
        buffer_text(out, "\nLast attempt to place it: ");
    } else if (a->node == NULL) {
        buffer_format(out, "\nThe last pod that found no node, Pod/%s: ", a->pod);
    } else {
        buffer_format(out, "\nThe last pod that was placed, Pod/%s: ", a->pod);
    }
    add_time(out, e, a->at_ns);
    buffer_format(out, ", profile %s\n", a->profile);
    if (a->node != NULL) {
        buffer_format(out, "  placed on %s; %" PRIu32 " of %" PRIu32 " nodes looked at\n", a->node, a->looked_at,
                      a->nodes);
    } else {
        buffer_format(out, "  %s\n", a->message);
    }
    add_feasible(out, a);
    add_refusals(out, a);
    add_preemption(out, a->preemption);
}

/* ---- autoscalers ---- */

static void add_metric(struct buffer *out, const struct explained_metric *m)
{
    buffer_format(out, "  %s: target %s", m->name, m->target);
    if (m->problem != NULL) {
        buffer_format(out, ", no proposal: %s\n", m->problem);
        return;
    }
    buffer_format(out, ", used %s; ratio ", m->usage);
    print_number(out, m->ratio, 4);
    buffer_format(out, "%s: %" PRId32 " replicas\n", m->within ? ", within the tolerance" : "", m->replicas);
}

static void add_hpa(struct buffer *out, const struct explanation *e, const struct explained_hpa *h)
{
    buffer_format(out, "\nLast evaluation of HorizontalPodAutoscaler/%s: ", h->name);
    add_time(out, e, h->at_ns);
    buffer_text(out, "\n");
    if (h->refused != NULL) {
        buffer_format(out, "  %s\n", h->refused);
        return;
    }
    buffer_format(
        out, "  %" PRId32 " replicas now, %" PRIu32 " pods looked at; least %" PRId32 ", most %" PRId32 "; tolerance ",
        h->current, h->pods, h->min, h->max);
    buffer_text(out, "-");
    print_share(out, h->tolerance_down);
    buffer_text(out, ", +");
    print_share(out, h->tolerance_up);
    buffer_format(out, "; stabilization %" PRId64 " s down, %" PRId64 " s up\n", h->window_down_s, h->window_up_s);
    bool proposed = false;
    for (uint32_t i = 0; i < h->metric_count; i++) {
        add_metric(out, &h->metrics[i]);
        proposed = proposed || h->metrics[i].problem == NULL;
    }
    if (proposed) {
        buffer_format(out, "  the metrics ask for %" PRId32 ", it sets %" PRId32 "\n", h->desired, h->replicas);
    } else {
        buffer_format(out, "  no metric asks for a number, it sets %" PRId32 "\n", h->replicas);
    }
    if (h->able != NULL) {
        buffer_format(out, "  AbleToScale: %s\n", h->able);
    }
    if (h->limited != NULL) {
        buffer_format(out, "  ScalingLimited: %s\n", h->limited);
    }
}

/* ---- the whole ---- */

static void add_workload(struct buffer *out, const struct explained_workload *w)
{
    buffer_format(out,
                  "  %" PRId32 " replicas asked for; %" PRId32 " pods: %" PRId32 " ready, %" PRId32
                  " starting, %" PRId32 " without a node, %" PRId32 " terminating\n",
                  w->wanted, w->pods, w->ready, w->starting, w->waiting, w->leaving);
    if (w->waiting > 0) {
        buffer_text(out, "  waiting for a node: ");
        add_names(out, w->waiting_names, (uint32_t)w->waiting);
        buffer_text(out, "\n");
    }
}

void explain_text_write(struct buffer *out, const struct explanation *e)
{
    bool plain = strcmp(e->namespace, "default") == 0;
    buffer_format(out, "%s/%s%s%s at ", e->object_kind, plain ? "" : e->namespace, plain ? "" : "/", e->name);
    add_time(out, e, e->at_ns);
    buffer_text(out, "\n");
    if (e->kind == EXPLAINED_POD) {
        buffer_format(out, "  %s\n", e->state == NULL ? "gone" : e->state);
    }
    if (e->workload != NULL) {
        add_workload(out, e->workload);
    }
    if (e->hpa != NULL) {
        add_hpa(out, e, e->hpa);
    } else if (e->kind == EXPLAINED_HPA) {
        buffer_text(out, "  not evaluated until then\n");
    }
    if (e->attempt != NULL) {
        add_attempt(out, e, e->attempt);
    } else if (e->kind == EXPLAINED_POD) {
        buffer_text(out, "  no attempt to place it until then: it came with its node, or names a scheduler that is not "
                         "there\n");
    }
}
