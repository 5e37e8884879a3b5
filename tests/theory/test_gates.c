/* Gates are a statistical promise: noise never fails one, and what is really dearer is found. Both are tried 200 times. */
#include <criterion/criterion.h>

#include "reports/compare.h"
#include "tests/unit/small_run.h"

enum { TRIALS = 200, GATES = 4 };

/* 0.9 of the list price in BASE; 0.927 is 3 % more. */
#define PRICED                                                                                                         \
    SMALL_SCENARIO "---\napiVersion: headroom/v1\nkind: PriceBook\nmetadata: {name: deal}\nspec: {discount: 10%}\n"
#define NOISE "Demand/visitors:spec.noise.deviation=4%"
#define DEARER "PriceBook/deal:spec.discount=7.3%"

static const char *const gate_texts[GATES] = {"cost.monthly > +1.5%", "latency.p99 > +30%", "success < -1pp",
                                              "replicas{service=web} > +3%"};

struct tally {
    uint32_t failed[GATES];
    uint32_t undecided[GATES];
    uint32_t replications;
};

/* One compare: BASE with one seed, CANDIDATE with another, which pays 3 % more when dearer. */
static void try(struct tally *t, const char *path, int64_t seed, int64_t other_seed, bool dearer, uint32_t gate_count)
{
    /* The same seeds leave nothing to the length of the run. */
    const char *duration = seed == other_seed ? "1h" : "6h";
    char texts[2][32];
    const char *sets[] = {NOISE, DEARER};
    snprintf(texts[0], sizeof texts[0], "%lld", (long long)seed);
    snprintf(texts[1], sizeof texts[1], "%lld", (long long)other_seed);
    struct pair_input input = {
        .base = {.files = &path, .file_count = 1, .sets = sets, .set_count = 1, .seed = texts[0], .duration = duration},
        .candidate = {.files = &path,
                      .file_count = 1,
                      .seed = texts[1],
                      .duration = duration,
                      .sets = sets,
                      .set_count = dearer ? 2 : 1},
        .candidate_inputs = true};
    struct pair p;
    struct gate gates[GATES];
    struct fail fail = {0};
    struct jobs_options options = {.workers = 2};
    cr_assert(pair_open(&p, &input, &fail), "%s", fail.text);
    for (uint32_t i = 0; i < gate_count; i++) {
        cr_assert(gate_read(&p.arena, gate_texts[i], &gates[i], &fail), "%s", fail.text);
    }
    cr_assert(compare_run(&p, gates, gate_count, &options, &fail), "%s", fail.text);
    for (uint32_t i = 0; i < gate_count; i++) {
        struct gate_verdict v = gate_judge(&gates[i], &p.base.side, &p.candidate.side);
        t->failed[i] += v.outcome == GATE_FAILED;
        t->undecided[i] += v.outcome == GATE_UNDECIDED;
    }
    t->replications += p.base.side.replications;
    pair_drop(&p);
}

static struct tally try_all(bool other_seeds, bool dearer, uint32_t gate_count)
{
    struct tally t = {{0}, {0}, 0};
    char path[64];
    small_write(path, PRICED);
    for (int64_t trial = 0; trial < TRIALS; trial++) {
        try(&t, path, 2 * trial + 1, 2 * trial + (other_seeds ? 2 : 1), dearer, gate_count);
    }
    unlink(path);
    return t;
}

static void print(const char *what, const struct tally *t, uint32_t gate_count)
{
    for (uint32_t i = 0; i < gate_count; i++) {
        printf("%s: %s: %u of %d failed, %u undecided, %.1f replications\n", what, gate_texts[i], t->failed[i], TRIALS,
               t->undecided[i], (double)t->replications / TRIALS);
    }
}

Test(gates, noise_never_fails_one)
{
    struct tally same = try_all(false, false, GATES), other = try_all(true, false, GATES);
    print("itself, the same seeds", &same, GATES);
    print("itself, other seeds", &other, GATES);
    for (uint32_t i = 0; i < GATES; i++) {
        cr_assert_eq(same.failed[i] + same.undecided[i], 0);
        cr_assert_eq(other.failed[i], 0, "%s", gate_texts[i]);
    }
}

Test(gates, three_percent_dearer_is_found)
{
    struct tally same = try_all(false, true, 1), other = try_all(true, true, 1);
    print("3 % dearer, the same seeds", &same, 1);
    print("3 % dearer, other seeds", &other, 1);
    cr_assert_geq(same.failed[0], TRIALS * 95 / 100);
    cr_assert_geq(other.failed[0], TRIALS * 95 / 100);
}
