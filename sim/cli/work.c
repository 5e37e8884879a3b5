#include "sim/cli/work.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "sim/run/lint.h"

#define WORKERS_MAX 256
#define BAR 40

/* Set by SIGINT, SIGTERM and SIGHUP; workers look at it after each step. */
static atomic_bool interrupted;

static void on_signal(int number)
{
    (void)number;
    atomic_store(&interrupted, true);
}

static void show_progress(void *context, double share)
{
    const char *name = context;
    int full = (int)(share * BAR);
    fprintf(stderr, "\r%s [%.*s%*s] %3.0f %%", name, full, "########################################", BAR - full, "",
            share * 100);
}

bool work_workers(const struct arguments *arguments, uint32_t *workers, struct fail *fail)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t number = processors < 1 ? 1 : processors > WORKERS_MAX ? WORKERS_MAX : processors;
    if (!arguments_number(arguments, "workers", 1, WORKERS_MAX, &number, fail)) {
        return false;
    }
    *workers = (uint32_t)number;
    return true;
}

void work_catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    struct sigaction hangup;
    sigaction(SIGHUP, NULL, &hangup);
    if (hangup.sa_handler != SIG_IGN) { /* nohup */
        sigaction(SIGHUP, &action, NULL);
    }
}

bool work_was_interrupted(void)
{
    return atomic_load(&interrupted);
}

void work_options(struct jobs_options *options, const struct arguments *arguments, uint32_t workers, const char *name)
{
    bool shows = isatty(STDERR_FILENO) && !arguments_has(arguments, "quiet");
    options->workers = workers;
    options->cancelled = &interrupted;
    options->progress = shows ? show_progress : NULL;
    options->progress_context = (void *)(uintptr_t)name;
}

void work_clear_progress(const struct jobs_options *options)
{
    if (options->progress != NULL) {
        fputs("\r\033[K", stderr);
    }
}

void work_count_mistakes(struct scenario *s, const struct plan *plan, const char *who)
{
    uint32_t told = s->problems->warnings;
    lint_plan(s, plan);
    uint32_t count = s->problems->warnings - told;
    if (count > 0) {
        fprintf(stderr, "headroom: %s has %" PRIu32 " likely mistake%s (`headroom check` names %s)\n", who, count,
                count == 1 ? "" : "s", count == 1 ? "it" : "them");
    }
}

int work_refuse(const struct fail *fail)
{
    if (work_was_interrupted()) {
        fputs("headroom: interrupted (nothing was written)\n", stderr);
        return EXIT_INTERRUPTED;
    }
    fprintf(stderr, "headroom: %s\n", fail->text);
    return fail->kind == FAIL_INPUT ? EXIT_INPUT : EXIT_REFUSED;
}
