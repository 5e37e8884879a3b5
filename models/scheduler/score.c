#include "models/scheduler/score.h"

#include <assert.h>

#define MAX_SCORE 100

static int64_t least_allocated(int64_t allocatable, int64_t wanted)
{
    return wanted > allocatable ? 0 : (allocatable - wanted) * MAX_SCORE / allocatable;
}

int64_t score_least_allocated(struct score_amount allocatable, struct score_amount wanted)
{
    int64_t sum = 0, weights = 0;
    if (allocatable.mcpu != 0) {
        sum += least_allocated(allocatable.mcpu, wanted.mcpu);
        weights++;
    }
    if (allocatable.memory_bytes != 0) {
        sum += least_allocated(allocatable.memory_bytes, wanted.memory_bytes);
        weights++;
    }
    return weights == 0 ? 0 : sum / weights;
}

static double fraction(int64_t used, int64_t allocatable)
{
    double f = (double)used / (double)allocatable;
    return f > 1 ? 1 : f;
}

static int64_t balance(struct score_amount allocatable, struct score_amount used)
{
    double deviation = 0;
    if (allocatable.mcpu != 0 && allocatable.memory_bytes != 0) {
        double difference =
            fraction(used.mcpu, allocatable.mcpu) - fraction(used.memory_bytes, allocatable.memory_bytes);
        deviation = (difference < 0 ? -difference : difference) / 2;
    }
    return (int64_t)((1 - deviation) * (double)MAX_SCORE);
}

int64_t score_balanced_allocation(struct score_amount allocatable, struct score_amount requested,
                                  struct score_amount pod)
{
    struct score_amount with = {requested.mcpu + pod.mcpu, requested.memory_bytes + pod.memory_bytes};
    return MAX_SCORE / 2 + (MAX_SCORE / 2 + balance(allocatable, with) - balance(allocatable, requested)) / 2;
}

static void swap(int64_t *scores, uint32_t *indices, uint32_t i, uint32_t j)
{
    int64_t score = scores[i];
    scores[i] = scores[j];
    scores[j] = score;
    uint32_t index = indices[i];
    indices[i] = indices[j];
    indices[j] = index;
}

uint32_t score_select(int64_t *scores, uint32_t *indices, uint32_t count)
{
    assert(count > 0);
    for (uint32_t start = count / 2; start-- > 0;) {
        uint32_t at = start;
        for (uint32_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
            if (child + 1 < count && scores[child + 1] > scores[child]) {
                child++;
            }
            if (scores[child] <= scores[at]) {
                break;
            }
            swap(scores, indices, at, child);
            at = child;
        }
    }
    return indices[0];
}
