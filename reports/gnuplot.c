/* The script goes through a pipe; what comes back goes to files without a name, so neither side waits for the other. */
#include "reports/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
    pid_t pid;
    int input; /* our end of the pipe */
    FILE *output;
    FILE *errors;
};

static bool refuse(struct fail *fail, int error)
{
    if (error == ENOENT) {
        return fail_set(fail, FAIL_SYSTEM,
                        "gnuplot is not installed: it draws the charts (apt-get install gnuplot-nox, or leave html out "
                        "of --format)");
    }
    return fail_set(fail, FAIL_SYSTEM, "gnuplot cannot be started: %s", strerror(error));
}

/* Starts it; an errno when that failed. */
static int spawn(struct child *c, const int ends[2])
{
    char path[8192];
    const char *search = getenv("PATH");
    snprintf(path, sizeof path, "PATH=%s", search == NULL ? "/usr/local/bin:/usr/bin:/bin" : search);
    char locale[] = "LC_ALL=C", name[] = "gnuplot", option[] = "-d";
    char *environment[] = {path, locale, NULL}, *arguments[] = {name, option, NULL};
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        return error;
    }
    error = posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
    error = error != 0 ? error : posix_spawn_file_actions_adddup2(&actions, fileno(c->output), 1);
    error = error != 0 ? error : posix_spawn_file_actions_adddup2(&actions, fileno(c->errors), 2);
    error = error != 0 ? error : posix_spawnp(&c->pid, name, &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static bool start(struct child *c, struct fail *fail)
{
    int ends[2];
    if (c->output == NULL || c->errors == NULL || pipe(ends) != 0) {
        return refuse(fail, errno);
    }
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    int error = spawn(c, ends);
    close(ends[0]);
    c->input = ends[1];
    if (error != 0) {
        close(ends[1]);
        return refuse(fail, error);
    }
    return true;
}

/* Hands the script over. When gnuplot ends before it has read all, its exit status tells; the signal must not end us. */
static void feed(struct child *c, const struct buffer *script)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, &before);
    for (size_t at = 0; at < script->count;) {
        ssize_t part = write(c->input, script->at + at, script->count - at);
        if (part < 0 && errno != EINTR) {
            break;
        }
        at += part > 0 ? (size_t)part : 0;
    }
    close(c->input);
    sigaction(SIGPIPE, &before, NULL);
}

static int wait_for(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return -1;
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void add_file(struct buffer *out, FILE *file)
{
    char part[65536];
    rewind(file);
    for (size_t count; (count = fread(part, 1, sizeof part, file)) > 0;) {
        buffer_add(out, part, count);
    }
}

/* gnuplot points at the place with a caret; what it has to say begins with "line". */
static bool complain(struct child *c, int status, struct fail *fail)
{
    struct buffer errors = {0};
    add_file(&errors, c->errors);
    const char *text = strstr(buffer_string(&errors), "line ");
    text = text == NULL ? buffer_string(&errors) : text;
    fail_set(fail, FAIL_SYSTEM, "gnuplot failed with status %d: %.*s", status, (int)strcspn(text, "\n"), text);
    buffer_drop(&errors);
    return false;
}

bool gnuplot_run(const struct buffer *script, struct buffer *out, struct fail *fail)
{
    struct child c = {.output = tmpfile(), .errors = tmpfile()};
    bool good = start(&c, fail);
    if (good) {
        feed(&c, script);
        int status = wait_for(c.pid);
        good = status == 0 || complain(&c, status, fail);
    }
    if (good) {
        add_file(out, c.output);
    }
    if (c.output != NULL) {
        fclose(c.output);
    }
    if (c.errors != NULL) {
        fclose(c.errors);
    }
    return good;
}
