#include "models/workload/replicaset.h"

#include "sim/world/world.h"

#define SECOND_NS INT64_C(1000000000)

struct replicaset_tally replicaset_tally(const struct pod *const *pods, uint32_t count, int32_t min_ready_seconds,
                                         int64_t now_ns)
{
    struct replicaset_tally tally = {.next_available_ns = INT64_MAX};
    for (uint32_t i = 0; i < count; i++) {
        const struct pod *pod = pods[i];
        if (!pod_is_active(pod)) {
            tally.terminating += !pod_is_terminal(pod);
            continue;
        }
        tally.active++;
        if (pod->ready != CONDITION_TRUE) {
            continue;
        }
        tally.ready++;
        int64_t available_ns = pod->ready_since_ns + min_ready_seconds * SECOND_NS;
        if (pod_is_available(pod, min_ready_seconds, now_ns)) {
            tally.available++;
        } else if (available_ns < tally.next_available_ns) {
            tally.next_available_ns = available_ns;
        }
    }
    return tally;
}

int32_t replicaset_change(int32_t wanted, int32_t active)
{
    int64_t change = (int64_t)wanted - active;
    return change > REPLICASET_BURST    ? REPLICASET_BURST
           : change < -REPLICASET_BURST ? -REPLICASET_BURST
                                        : (int32_t)change;
}

struct replicaset_status replicaset_status(const struct replicaset_tally *tally, int64_t generation)
{
    return (struct replicaset_status){
        .replicas = tally->active,
        .ready = tally->ready,
        .available = tally->available,
        .terminating = tally->terminating,
        .observed_generation = generation,
    };
}

bool replicaset_status_equal(const struct replicaset_status *a, const struct replicaset_status *b)
{
    return a->replicas == b->replicas && a->ready == b->ready && a->available == b->available &&
           a->terminating == b->terminating && a->observed_generation == b->observed_generation;
}

int32_t replicaset_batch(int32_t count, int32_t done)
{
    int32_t batch = done + 1; /* 1, 2, 4, ...: after 2^k - 1 pods comes a batch of 2^k */
    return batch < count - done ? batch : count - done;
}
