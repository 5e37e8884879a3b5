#include "sim/run/jobs.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/base/memory.h"

#define SECOND INT64_C(1000000000)
#define TICK_NS 100000000

struct job {
    bool done;
    struct fail fail;
};

struct pool_of_workers {
    const struct jobs_options *options;
    uint32_t count; /* of jobs: replications of the first plan, the second, ... side by side */
    struct replication_result *results;
    struct job *jobs;
    atomic_uint next;
    atomic_uint done; /* workers that have ended */
    atomic_bool stop; /* a job failed or was cancelled: no new ones */
    atomic_llong progress_s;
};

static void run_job(struct pool_of_workers *p, uint32_t number)
{
    const struct jobs_options *all = p->options;
    const struct plan *plan = all->plans[number % all->plan_count];
    struct replication_options o = {.seed = (uint64_t)plan->scenario->spec.seed,
                                    .number = all->first + number / all->plan_count,
                                    .sink = all->first + number == 0 ? all->sink : NULL,
                                    .unpaired = all->unpaired,
                                    .progress_s = &p->progress_s,
                                    .cancelled = all->cancelled};
    p->jobs[number].done = replication_run(plan, &o, &p->results[number], &p->jobs[number].fail);
    if (!p->jobs[number].done) {
        atomic_store(&p->stop, true);
    }
}

static void *work(void *context)
{
    struct pool_of_workers *p = context;
    while (!atomic_load(&p->stop)) {
        uint32_t number = atomic_fetch_add(&p->next, 1);
        if (number >= p->count) {
            break;
        }
        run_job(p, number);
    }
    atomic_fetch_add(&p->done, 1);
    return NULL;
}

static double share_done(struct pool_of_workers *p)
{
    double all = 0;
    for (uint32_t i = 0; i < p->options->plan_count; i++) {
        all += (double)(p->options->plans[i]->scenario->spec.duration_ns / SECOND) * p->options->replications;
    }
    double share = (double)atomic_load(&p->progress_s) / (all > 0 ? all : 1);
    return share < 1 ? share : 1;
}

static void wait_for(struct pool_of_workers *p, uint32_t workers)
{
    const struct timespec tick = {.tv_nsec = TICK_NS};
    while (p->options->progress != NULL && atomic_load(&p->done) < workers) {
        p->options->progress(p->options->progress_context, share_done(p));
        nanosleep(&tick, NULL);
    }
}

/* Starts threads and joins them. Where the system gives none, this thread does the work. */
static void run_all(struct pool_of_workers *p, uint32_t wanted)
{
    pthread_t *threads = memory_take(wanted, sizeof *threads);
    uint32_t started = 0;
    while (started < wanted && pthread_create(&threads[started], NULL, work, p) == 0) {
        started++;
    }
    if (started == 0) {
        work(p);
    }
    wait_for(p, started);
    for (uint32_t i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
    free(threads);
}

/* Keeps the results up to the first replication that is not whole; tells of the first failure. */
static uint32_t settle(struct pool_of_workers *p, struct fail *fail)
{
    uint32_t done = 0;
    while (done < p->count && p->jobs[done].done) {
        done++;
    }
    uint32_t finished = done / p->options->plan_count;
    for (uint32_t i = finished * p->options->plan_count; i < p->count; i++) {
        if (fail->kind == FAIL_NONE) {
            *fail = p->jobs[i].fail;
        }
        replication_drop(&p->results[i]);
    }
    return finished;
}

bool jobs_run(const struct jobs_options *options, struct replication_result *results, uint32_t *finished,
              struct fail *fail)
{
    struct pool_of_workers p = {
        .options = options, .count = options->replications * options->plan_count, .results = results};
    p.jobs = memory_take(p.count, sizeof *p.jobs);
    memset(results, 0, p.count * sizeof *results);
    run_all(&p, options->workers < p.count ? options->workers : p.count);
    *finished = settle(&p, fail);
    free(p.jobs);
    return *finished == options->replications;
}
