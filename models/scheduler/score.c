#include "models/scheduler/score.h"

#include <assert.h>
#include <math.h>

#include "models/scheduler/filters.h"
#include "sim/base/elementary.h"
#include "sim/base/number.h"

#define MAX_SCORE 100
#define MIB (INT64_C(1) << 20)
#define SCORE_RESOURCES 64 /* more are not looked at */

/* amount of allocatable in percent. Beyond 2^63 / 100 (92 PB of memory) it wraps, as in Kubernetes. */
static int64_t percent(int64_t amount, int64_t allocatable)
{
    return number_wrap_mul64(amount, MAX_SCORE) / allocatable;
}

static int64_t least_allocated(int64_t allocatable, int64_t wanted)
{
    return wanted > allocatable ? 0 : percent(number_wrap_sub64(allocatable, wanted), allocatable);
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
    return number_go_int64((1 - deviation) * (double)MAX_SCORE);
}

int64_t score_balanced_allocation(struct score_amount allocatable, struct score_amount requested,
                                  struct score_amount pod)
{
    struct score_amount with = {number_wrap_add64(requested.mcpu, pod.mcpu),
                                number_wrap_add64(requested.memory_bytes, pod.memory_bytes)};
    return score_balance_change(allocatable, with, score_balance_now(allocatable, requested));
}

int64_t score_balance_now(struct score_amount allocatable, struct score_amount requested)
{
    return balance(allocatable, requested);
}

int64_t score_balance_change(struct score_amount allocatable, struct score_amount wanted, int64_t now)
{
    return MAX_SCORE / 2 + (MAX_SCORE / 2 + balance(allocatable, wanted) - now) / 2;
}

static int64_t shaped(const struct profile *p, int64_t utilization)
{
    for (uint32_t i = 0; i < p->shape_count; i++) {
        const struct shape_point *at = &p->shape[i], *before = at - 1;
        if (utilization <= at->utilization) {
            return i == 0
                       ? at->score * 10
                       : before->score * 10 + (at->score - before->score) * 10 * (utilization - before->utilization) /
                                                  (at->utilization - before->utilization);
        }
    }
    return p->shape_count == 0 ? 0 : p->shape[p->shape_count - 1].score * 10;
}

static int64_t fit_of(const struct profile *p, int64_t allocatable, int64_t wanted)
{
    switch (p->strategy) {
    case FIT_LEAST_ALLOCATED:
        return least_allocated(allocatable, wanted);
    case FIT_MOST_ALLOCATED:
        return percent(wanted > allocatable ? allocatable : wanted, allocatable);
    case FIT_REQUESTED_TO_CAPACITY_RATIO:
        return shaped(p, wanted > allocatable ? MAX_SCORE : percent(wanted, allocatable));
    }
    return 0;
}

/* By capacity ratio a resource without a score has no weight either, and the mean is rounded. */
int64_t score_fit(const struct profile *p, const struct score_use *uses, uint32_t count)
{
    bool ratio = p->strategy == FIT_REQUESTED_TO_CAPACITY_RATIO;
    int64_t sum = 0, weights = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (uses[i].allocatable != 0) {
            int64_t score = fit_of(p, uses[i].allocatable, number_wrap_add64(uses[i].used, uses[i].pod));
            int64_t weight = ratio && score <= 0 ? 0 : uses[i].weight;
            sum = number_wrap_add64(sum, number_wrap_mul64(score, weight));
            weights += weight;
        }
    }
    if (weights == 0) {
        return 0;
    }
    return ratio ? (int64_t)elementary_round((double)sum / (double)weights) : sum / weights;
}

/* Half the distance of two shares, the standard deviation of more. */
static double deviation_of(const double *shares, uint32_t count)
{
    double sum = 0, squares = 0;
    if (count < 2) {
        return 0;
    }
    if (count == 2) {
        double difference = (shares[0] - shares[1]) / 2;
        return difference < 0 ? -difference : difference;
    }
    for (uint32_t i = 0; i < count; i++) {
        sum += shares[i];
    }
    double mean = sum / (double)count;
    for (uint32_t i = 0; i < count; i++) {
        squares += (shares[i] - mean) * (shares[i] - mean);
    }
    return sqrt(squares / (double)count);
}

static int64_t balance_of(const struct score_use *uses, uint32_t count, bool with_pod)
{
    double shares[SCORE_RESOURCES];
    uint32_t used = 0;
    for (uint32_t i = 0; i < count && used < SCORE_RESOURCES; i++) {
        if (uses[i].allocatable != 0) {
            shares[used++] = fraction(number_wrap_add64(uses[i].used, with_pod ? uses[i].pod : 0), uses[i].allocatable);
        }
    }
    return number_go_int64((1 - deviation_of(shares, used)) * (double)MAX_SCORE);
}

int64_t score_balance(const struct score_use *uses, uint32_t count)
{
    return MAX_SCORE / 2 + (MAX_SCORE / 2 + balance_of(uses, count, true) - balance_of(uses, count, false)) / 2;
}

int64_t score_taints(const struct placement *p, const struct taints *taints)
{
    int64_t count = 0;
    for (uint32_t i = 0; taints != NULL && i < taints->count; i++) {
        if (taints->at[i].effect == TAINT_PREFER_NO_SCHEDULE) {
            uint32_t k = 0;
            while (k < p->toleration_count && !filter_tolerates(&p->tolerations[k], &taints->at[i])) {
                k++;
            }
            count += k == p->toleration_count;
        }
    }
    return count;
}

int64_t score_affinity(const struct placement *p, const struct labels *labels, const char *node_name)
{
    int64_t sum = 0;
    for (uint32_t i = 0; p != NULL && i < p->preferred_count; i++) {
        if (filter_term(&p->preferred_terms[i], labels, node_name)) {
            sum += p->preferred_terms[i].weight;
        }
    }
    return sum;
}

int64_t score_images(int64_t sum_bytes, uint32_t containers)
{
    int64_t least = 23 * MIB, most = 1000 * MIB * containers;
    if (sum_bytes < least) {
        sum_bytes = least;
    } else if (sum_bytes > most) {
        sum_bytes = most;
    }
    return MAX_SCORE * (sum_bytes - least) / (most - least);
}

int64_t score_image_share(int64_t size_bytes, uint32_t nodes_with, uint32_t nodes)
{
    return number_go_int64((double)size_bytes * ((double)nodes_with / (double)nodes));
}

void score_normalize(int64_t *scores, uint32_t count, bool reversed)
{
    int64_t most = 0;
    for (uint32_t i = 0; i < count; i++) {
        most = scores[i] > most ? scores[i] : most;
    }
    for (uint32_t i = 0; i < count; i++) {
        int64_t score = most == 0 ? 0 : MAX_SCORE * scores[i] / most;
        scores[i] = reversed ? MAX_SCORE - score : score;
    }
}

double score_spread_weight(uint32_t size)
{
    return elementary_log((double)size + 2);
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
