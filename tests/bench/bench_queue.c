/* The scheduler's queue with many pods that wait. */
#include "tests/bench/bench.h"

#include <stddef.h>
#include <stdlib.h>

#include "models/scheduler/queue.h"

#define SECOND INT64_C(1000000000)

enum { CLASSES = 100 };

static const struct profile profile;
static const struct labels unlabelled;

struct backlog {
    struct placement placements[CLASSES];
    struct labels wanted[CLASSES];
    struct pod_template templates[CLASSES];
    struct pod_class classes[CLASSES];
    struct label zone;
    struct queue queue;
};

static void fill(struct backlog *b, uint32_t pods, uint32_t rejectors)
{
    b->queue = queue_make();
    b->zone = (struct label){"zone", "nowhere"};
    for (uint32_t i = 0; i < CLASSES; i++) {
        b->wanted[i] = (struct labels){&b->zone, 1};
        b->placements[i] = (struct placement){.node_selector = &b->wanted[i]};
        b->templates[i] = (struct pod_template){.placement = &b->placements[i], .requests = {.mcpu = 250}};
        b->classes[i] = (struct pod_class){.number = i, .template = &b->templates[i], .labels = &unlabelled};
    }
    for (uint32_t row = 0; row < pods; row++) {
        struct hint_pod pod = {.profile = &profile, .class = &b->classes[row % CLASSES], .number = row};
        queue_add(&b->queue, &pod, row + 1, 0, row);
    }
    for (uint32_t row; (row = queue_pop(&b->queue, SECOND)) != NONE;) {
        queue_fail(&b->queue, row, rejectors, SECOND);
    }
}

/* How many events a second the queue hears of, none of which helps any of the pods. */
static double hear(uint32_t pods, const struct event *e, int count)
{
    struct backlog *b = calloc(1, sizeof *b);
    fill(b, pods, REJECTED_BY(PLUGIN_NODE_AFFINITY));
    double start = bench_seconds();
    for (int i = 0; i < count; i++) {
        queue_tell(&b->queue, e, INT32_MAX, 60 * SECOND);
    }
    double seconds = bench_seconds() - start;
    bench_keep(b->queue.pooled);
    queue_drop(&b->queue);
    free(b);
    return count / seconds;
}

/* Pods go, which cannot help: all wait for a node with a label. */
static double events_that_help_nobody(double pods)
{
    static const struct event gone = {.kind = EVENT_POD_DELETE, .number = NONE - 1};
    return hear((uint32_t)pods, &gone, 200000);
}

/* A node's labels change, but not to what they wait for: each class is asked. */
static double events_that_are_asked(double pods)
{
    struct event_node node = {.name = "node", .labels = &unlabelled, .ready = true};
    struct event label = {.kind = EVENT_NODE_LABEL, .old_node = node, .new_node = node, .number = NONE};
    return hear((uint32_t)pods, &label, 20000);
}

/* All come back, are tried and fail, again and again. */
static double attempts(double pods)
{
    enum { ROUNDS = 10 };
    struct backlog *b = calloc(1, sizeof *b);
    fill(b, (uint32_t)pods, REJECTED_BY(PLUGIN_NODE_RESOURCES_FIT));
    struct event gone = {
        .kind = EVENT_POD_DELETE, .old_pod = {.class = &b->classes[0], .placed = true}, .number = NONE - 1};
    uint64_t tried = 0;
    double start = bench_seconds();
    for (int i = 1; i <= ROUNDS; i++) {
        int64_t now = i * 60 * SECOND;
        queue_tell(&b->queue, &gone, INT32_MAX, now);
        for (uint32_t row; (row = queue_pop(&b->queue, now)) != NONE; tried++) {
            queue_fail(&b->queue, row, REJECTED_BY(PLUGIN_NODE_RESOURCES_FIT), now);
        }
    }
    double seconds = bench_seconds() - start;
    queue_drop(&b->queue);
    free(b);
    return (double)tried / seconds;
}

const struct bench bench_queue[] = {
    {"queue/useless-event-100000", events_that_help_nobody, 1e5, "events/s", 0},
    {"queue/event-asked-100000", events_that_are_asked, 1e5, "events/s", 0},
    {"queue/attempt-100000", attempts, 1e5, "pods/s", 0},
    {"queue/attempt-1000000", attempts, 1e6, "pods/s", 0},
    {NULL, NULL, 0, NULL, 0},
};
