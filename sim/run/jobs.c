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
    const struct plan *plan;
    const struct jobs_options *options;
    struct replication_result *results;
    struct job *jobs;
    atomic_uint next;
    atomic_uint done; /* workers that have ended */
    atomic_bool stop; /* a job failed or was cancelled: no new ones */
    atomic_llong progress_s;
};

static void run_job(struct pool_of_workers *p, uint32_t number)
{
    struct replication_options o = {.seed = p->options->seed,
                                    .number = number,
                                    .sink = number == 0 ? p->options->sink : NULL,
                                    .progress_s = &p->progress_s,
                                    .cancelled = p->options->cancelled};
    p->jobs[number].done = replication_run(p->plan, &o, &p->results[number], &p->jobs[number].fail);
    if (!p->jobs[number].done) {
        atomic_store(&p->stop, true);
    }
}

static void *work(void *context)
{
    struct pool_of_workers *p = context;
    while (!atomic_load(&p->stop)) {
        uint32_t number = atomic_fetch_add(&p->next, 1);
        if (number >= p->options->replications) {
            break;
        }
        run_job(p, number);
    }
    atomic_fetch_add(&p->done, 1);
    return NULL;
}

static double share_done(struct pool_of_workers *p)
{
    double all = (double)(p->plan->scenario->spec.duration_ns / SECOND) * p->options->replications;
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

/* Keeps the results up to the first that is missing; tells of the first failure. */
static uint32_t settle(struct pool_of_workers *p, struct fail *fail)
{
    uint32_t finished = 0, count = p->options->replications;
    while (finished < count && p->jobs[finished].done) {
        finished++;
    }
    for (uint32_t i = finished; i < count; i++) {
        if (fail->kind == FAIL_NONE) {
            *fail = p->jobs[i].fail;
        }
        replication_drop(&p->results[i]);
    }
    return finished;
}

bool jobs_run(const struct plan *plan, const struct jobs_options *options, struct replication_result *results,
              uint32_t *finished, struct fail *fail)
{
    struct pool_of_workers p = {.plan = plan, .options = options, .results = results};
    p.jobs = memory_take(options->replications, sizeof *p.jobs);
    memset(results, 0, options->replications * sizeof *results);
    run_all(&p, options->workers < options->replications ? options->workers : options->replications);
    *finished = settle(&p, fail);
    free(p.jobs);
    return *finished == options->replications;
}
