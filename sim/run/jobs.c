#include "sim/run/jobs.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/base/memory.h"

#define SECOND INT64_C(1000000000)
#define TICK_NS 100000000

/* What a replication takes: its run, and where it is paired the run without events. */
enum run_kind { RUN_EVENTS, RUN_PLAIN, RUNS };

struct job {
    bool good[RUNS];
    struct fail fail[RUNS];
    struct figures plain;
    bool paired;
    atomic_uint missing; /* runs that have not ended well */
};

struct piece {
    uint32_t job;
    enum run_kind kind;
};

struct pool_of_workers {
    const struct jobs_options *options;
    uint32_t count; /* of jobs: replications of the first plan, the second, ... side by side */
    struct replication_result *results;
    struct job *jobs;
    struct piece *pieces; /* [piece_count] by job */
    uint32_t piece_count;
    atomic_uint next;
    atomic_uint done; /* workers that have ended */
    atomic_bool stop; /* a run failed or was cancelled: no new ones */
    atomic_llong progress_s;
};

static const struct plan *plan_of(const struct pool_of_workers *p, uint32_t job)
{
    return p->options->plans[job % p->options->plan_count];
}

static void list_pieces(struct pool_of_workers *p)
{
    p->pieces = memory_take((size_t)p->count * RUNS, sizeof *p->pieces);
    for (uint32_t i = 0; i < p->count; i++) {
        p->jobs[i].paired = replication_is_paired(plan_of(p, i), p->options->unpaired);
        atomic_init(&p->jobs[i].missing, p->jobs[i].paired ? 2 : 1);
        for (enum run_kind k = RUN_EVENTS; k <= (p->jobs[i].paired ? RUN_PLAIN : RUN_EVENTS); k++) {
            p->pieces[p->piece_count++] = (struct piece){i, k};
        }
    }
}

/* Whoever ends a job's last run settles it. */
static void run_piece(struct pool_of_workers *p, const struct piece *piece)
{
    const struct jobs_options *all = p->options;
    const struct plan *plan = plan_of(p, piece->job);
    struct job *j = &p->jobs[piece->job];
    uint32_t first = all->firsts == NULL ? all->first : all->firsts[piece->job % all->plan_count];
    struct replication_options o = {.seed = (uint64_t)plan->scenario->spec.seed,
                                    .number = first + piece->job / all->plan_count,
                                    .sink = all->first + piece->job == 0 ? all->sink : NULL,
                                    .unpaired = all->unpaired,
                                    .progress_s = &p->progress_s,
                                    .cancelled = all->cancelled};
    struct fail *fail = &j->fail[piece->kind];
    j->good[piece->kind] = piece->kind == RUN_EVENTS ? replication_run_events(plan, &o, &p->results[piece->job], fail)
                                                     : replication_run_plain(plan, &o, &j->plain, fail);
    if (!j->good[piece->kind]) {
        atomic_store(&p->stop, true);
    } else if (atomic_fetch_sub(&j->missing, 1) == 1) {
        replication_settle(&p->results[piece->job], j->paired ? &j->plain : NULL);
        figures_drop(&j->plain);
    }
}

static void *work(void *context)
{
    struct pool_of_workers *p = context;
    while (!atomic_load(&p->stop)) {
        uint32_t number = atomic_fetch_add(&p->next, 1);
        if (number >= p->piece_count) {
            break;
        }
        run_piece(p, &p->pieces[number]);
    }
    atomic_fetch_add(&p->done, 1);
    return NULL;
}

static double share_done(struct pool_of_workers *p)
{
    double all = 0;
    for (uint32_t i = 0; i < p->piece_count; i++) {
        all += (double)(plan_of(p, p->pieces[i].job)->scenario->spec.duration_ns / SECOND);
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

static bool is_done(const struct job *j)
{
    return atomic_load(&j->missing) == 0;
}

/* Keeps the results up to the first replication that is not whole; tells of the first failure. */
static uint32_t settle(struct pool_of_workers *p, struct fail *fail)
{
    uint32_t done = 0;
    while (done < p->count && is_done(&p->jobs[done])) {
        done++;
    }
    uint32_t finished = done / p->options->plan_count;
    for (uint32_t i = finished * p->options->plan_count; i < p->count; i++) {
        struct job *j = &p->jobs[i];
        for (enum run_kind k = RUN_EVENTS; k < RUNS; k++) {
            *fail = fail->kind == FAIL_NONE ? j->fail[k] : *fail;
        }
        replication_drop(&p->results[i]);
        if (!is_done(j)) {
            figures_drop(&j->plain);
        }
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
    list_pieces(&p);
    run_all(&p, options->workers < p.piece_count ? options->workers : p.piece_count);
    *finished = settle(&p, fail);
    free(p.pieces);
    free(p.jobs);
    return *finished == options->replications;
}
