#include "models/scheduler/verdict.h"

#include <stdlib.h>
#include <string.h>

#define EVENT_MAX 1024

static const char *const words[REASON_SCALARS] = {
    [REASON_UNSCHEDULABLE] = "node(s) were unschedulable",
    [REASON_NODE_NAME] = "node(s) didn't match the requested node name",
    [REASON_TAINT] = "node(s) had untolerated taint(s)",
    [REASON_ADDED_AFFINITY] = "node(s) didn't match scheduler-enforced node affinity",
    [REASON_NODE_AFFINITY] = "node(s) didn't match Pod's node affinity/selector",
    [REASON_PORTS] = "node(s) didn't have free ports for the requested pod ports",
    [REASON_TOO_MANY_PODS] = "Too many pods",
    [REASON_CPU] = "Insufficient cpu",
    [REASON_MEMORY] = "Insufficient memory",
    [REASON_EPHEMERAL] = "Insufficient ephemeral-storage",
    [REASON_DISK] = "node(s) had no available disk",
    [REASON_CLAIM_IN_USE] = ("node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode "
                             "already in-use by another pod"),
    [REASON_VOLUME_LIMIT] = "node(s) exceed max volume count",
    [REASON_VOLUME_NODE] = "node(s) didn't match PersistentVolume's node affinity",
    [REASON_NO_VOLUME] = "node(s) didn't find available persistent volumes to bind",
    [REASON_VOLUME_GONE] = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
    [REASON_VOLUME_ZONE] = "node(s) had no available volume zone",
    [REASON_SPREAD] = "node(s) didn't match pod topology spread constraints",
    [REASON_SPREAD_LABEL] = "node(s) didn't match pod topology spread constraints (missing required label)",
    [REASON_POD_AFFINITY] = "node(s) didn't match pod affinity rules",
    [REASON_POD_ANTI_AFFINITY] = "node(s) didn't match pod anti-affinity rules",
    [REASON_EXISTING_ANTI_AFFINITY] = "node(s) didn't satisfy existing pods anti-affinity rules",
};

void verdict_count(struct verdict_counts *counts, const struct verdict *v)
{
    counts->unresolvable += v->unresolvable;
    for (uint64_t left = v->reasons; left != 0; left &= left - 1) {
        counts->by[__builtin_ctzll(left)]++;
    }
    for (uint64_t left = v->scalars; left != 0; left &= left - 1) {
        counts->by[REASON_SCALARS + __builtin_ctzll(left)]++;
    }
}

void verdict_reason(struct buffer *out, enum reason reason, const struct resources *requests)
{
    if (reason < REASON_SCALARS) {
        buffer_text(out, words[reason]);
    } else {
        buffer_format(out, "Insufficient %s", requests->scalars[reason - REASON_SCALARS].name);
    }
}

static int by_text(const void *left, const void *right)
{
    return strcmp(((const struct buffer *)left)->at, ((const struct buffer *)right)->at);
}

/* Adds "PARTS." sorted as text and joined; drops the parts. */
static void add_sorted(struct buffer *out, struct buffer *parts, uint32_t count)
{
    qsort(parts, count, sizeof *parts, by_text);
    for (uint32_t i = 0; i < count; i++) {
        buffer_format(out, "%s%s", i == 0 ? " " : ", ", parts[i].at);
        buffer_drop(&parts[i]);
    }
    buffer_text(out, count > 0 ? "." : "");
}

static void add_absent(struct buffer *out, uint32_t plugins)
{
    const char *names[PLUGINS];
    uint32_t count = 0;
    for (unsigned p = 0; p < PLUGINS; p++) {
        if (plugins >> p & 1) {
            uint32_t at = count++;
            for (; at > 0 && strcmp(names[at - 1], plugin_names[p]) > 0; at--) {
                names[at] = names[at - 1];
            }
            names[at] = plugin_names[p];
        }
    }
    buffer_text(out, "node(s) didn't satisfy plugin(s) [");
    for (uint32_t i = 0; i < count; i++) {
        buffer_format(out, "%s%s", i == 0 ? "" : " ", names[i]);
    }
    buffer_text(out, "]");
}

static void add_count(struct buffer *parts, uint32_t *count, uint32_t nodes, const char *what)
{
    if (nodes > 0) {
        buffer_format(&parts[(*count)++], "%u %s", nodes, what);
    }
}

void verdict_histogram(struct buffer *out, const struct verdict_counts *counts, const struct resources *requests)
{
    struct buffer parts[REASONS + 3] = {0};
    uint32_t count = 0;
    for (unsigned r = 0; r < REASONS; r++) {
        if (counts->by[r] > 0) {
            buffer_format(&parts[count], "%u ", counts->by[r]);
            verdict_reason(&parts[count++], (enum reason)r, requests);
        }
    }
    if (counts->absent > 0) {
        buffer_format(&parts[count], "%u ", counts->absent);
        add_absent(&parts[count++], counts->absent_plugins);
    }
    add_count(parts, &count, counts->no_victims, "No preemption victims found for incoming pod");
    add_count(parts, &count, counts->not_helpful, "Preemption is not helpful for scheduling");
    buffer_format(out, "0/%u nodes are available:", counts->nodes);
    add_sorted(out, parts, count);
}

const char verdict_not_tried[] = "not tried";

void verdict_message(struct buffer *out, const struct verdict_counts *counts, const struct resources *requests,
                     const char *pre_filter, const char *preempt)
{
    if (counts->nodes == 0) {
        buffer_text(out, "no nodes available to schedule pods");
        return;
    }
    if (pre_filter != NULL) {
        buffer_format(out, "0/%u nodes are available: %s. not found", counts->nodes, pre_filter);
        return;
    }
    verdict_histogram(out, counts, requests);
    if (preempt != NULL && preempt[0] == '\0') {
        return;
    }
    buffer_text(out, " no new claims to deallocate");
    if (preempt == verdict_not_tried) {
        return;
    }
    buffer_text(out, ", preemption: ");
    if (preempt != NULL) {
        buffer_text(out, preempt);
    } else {
        const struct verdict_counts none = {.nodes = counts->nodes,
                                            .no_victims = counts->nodes - counts->unresolvable,
                                            .not_helpful = counts->unresolvable};
        verdict_histogram(out, &none, requests);
    }
}

void verdict_event(struct buffer *out, const char *message)
{
    size_t length = strlen(message);
    if (length > EVENT_MAX) {
        buffer_add(out, message, EVENT_MAX - 4);
        buffer_text(out, " ...");
    } else {
        buffer_add(out, message, length);
    }
}
