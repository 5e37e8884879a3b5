#include "tests/conformance/replay.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "sim/base/buffer.h"
#include "sim/base/json.h"
#include "sim/base/memory.h"

#define DEFAULT_DIR "tests/conformance/vectors"
#define NAMED_MAX 5 /* failing cases named for each suite */

struct runner {
    const struct replay *const *groups;
    struct arena arena; /* paths and suite names */
    VEC(const char *) globs;
    VEC(const char *) files;
    VEC(const char *) seen;     /* suites met that were asked for */
    VEC(const char *) unplayed; /* those of them without a replay */
    uint64_t passed, failed;
};

/* A file of vectors that is being read. */
struct vectors {
    const char *path;
    gzFile gz;
    struct buffer line;
    unsigned number; /* of the line, from 1 */
    struct names names;
    struct arena arena; /* of names and the suite's name */
    struct replay_case at;
};

/* What an abort prints: the only thing a signal handler can know. */
static char running[512];

static void say_running(int signal_number)
{
    static const char before[] = "\naborted in ";
    ssize_t ignored = write(STDERR_FILENO, before, sizeof before - 1);
    ignored = write(STDERR_FILENO, running, strlen(running));
    ignored = write(STDERR_FILENO, "\n", 1);
    (void)ignored;
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

bool replay_differs(struct replay_case *c, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(c->why, sizeof c->why, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- comparing trees ---- */

/* A difference at a path that is known as a chain of parts, innermost first. */
struct step {
    const struct step *outer;
    const char *key; /* null: index */
    uint32_t index;
};

static void write_path(struct buffer *b, const struct step *s)
{
    if (s->outer != NULL) {
        write_path(b, s->outer);
    }
    if (s->key == NULL) {
        buffer_format(b, "[%" PRIu32 "]", s->index);
    } else {
        buffer_format(b, s->outer == NULL ? "%s" : ".%s", s->key);
    }
}

static bool differ(struct replay_case *c, const struct step *s, const struct value *want, const struct value *got)
{
    struct buffer path = {0}, wanted = {0}, gotten = {0};
    write_path(&path, s);
    json_write(&wanted, want);
    json_write(&gotten, got);
    replay_differs(c, "%s: want %.800s, got %.800s", path.at, want == NULL ? "nothing" : wanted.at,
                   got == NULL ? "nothing" : gotten.at);
    buffer_drop(&path);
    buffer_drop(&wanted);
    buffer_drop(&gotten);
    return false;
}

static bool same(struct replay_case *c, const struct step *s, const struct value *want, const struct value *got);

static bool same_lists(struct replay_case *c, const struct step *s, const struct value *want, const struct value *got)
{
    uint32_t count = want->count < got->count ? want->count : got->count;
    for (uint32_t i = 0; i < count; i++) {
        if (!same(c, &(struct step){.outer = s, .index = i}, want->items[i], got->items[i])) {
            return false;
        }
    }
    return want->count == got->count ? true : differ(c, s, want, got);
}

static bool same_maps(struct replay_case *c, const struct step *s, const struct value *want, const struct value *got)
{
    for (uint32_t i = 0; i < want->count; i++) {
        const char *key = want->members[i].key;
        if (!same(c, &(struct step){.outer = s, .key = key}, want->members[i].value, value_get(got, key))) {
            return false;
        }
    }
    for (uint32_t i = 0; i < got->count; i++) {
        const char *key = got->members[i].key;
        if (!value_is_null(got->members[i].value) && value_member(want, key) == NULL) {
            return differ(c, &(struct step){.outer = s, .key = key}, NULL, got->members[i].value);
        }
    }
    return true;
}

static bool same_numbers(const struct value *want, const struct value *got)
{
    double left, right;
    int64_t exact_left, exact_right;
    if (value_as_int64(want, &exact_left) && value_as_int64(got, &exact_right)) {
        return exact_left == exact_right;
    }
    return value_as_double(want, &left) && value_as_double(got, &right) && left == right;
}

static bool same(struct replay_case *c, const struct step *s, const struct value *want, const struct value *got)
{
    if (value_is_null(want) && value_is_null(got)) {
        return true;
    }
    if (want == NULL || got == NULL || want->kind != got->kind) {
        return differ(c, s, want, got);
    }
    switch (want->kind) {
    case VALUE_LIST:
        return same_lists(c, s, want, got);
    case VALUE_MAP:
        return same_maps(c, s, want, got);
    case VALUE_NUMBER:
        return same_numbers(want, got) ? true : differ(c, s, want, got);
    default:
        return value_equal(want, got) ? true : differ(c, s, want, got);
    }
}

bool replay_same(struct replay_case *c, const char *what, const struct value *want, const struct value *got)
{
    return same(c, &(struct step){.key = what}, want, got);
}

/* ---- reading a file ---- */

/* The next line without its end. False: there is none; *why is set when that is not the file's end. */
static bool next_line(struct vectors *v, const char **why)
{
    char part[65536];
    buffer_clear(&v->line);
    while (gzgets(v->gz, part, sizeof part) != NULL) {
        buffer_text(&v->line, part);
        if (v->line.count > 0 && v->line.at[v->line.count - 1] == '\n') {
            v->line.at[--v->line.count] = '\0';
            v->number++;
            return true;
        }
    }
    int error = Z_OK;
    const char *text = gzerror(v->gz, &error);
    *why = error != Z_OK && error != Z_STREAM_END ? text : v->line.count > 0 ? "the last line is cut off" : NULL;
    return false;
}

/* Texts here hold no NUL (names.h). Where a case asks for one, another control character stands in. */
static void replace_nul(char *line)
{
    for (char *at = line; (at = strstr(at, "\\u0000")) != NULL; at += 6) {
        at[5] = '1';
    }
}

static struct value *parse_line(struct vectors *v)
{
    struct fail fail = {0};
    arena_reset(&v->at.scratch);
    replace_nul(v->line.at);
    struct value *line = json_read(&v->at.scratch, &v->names, v->path, v->line.at, v->line.count, &fail);
    if (line == NULL) {
        replay_differs(&v->at, "no JSON: %s", fail.text);
    }
    return line;
}

static void count_case(struct runner *r, const struct vectors *v, bool good, uint64_t failed_before)
{
    if (good) {
        r->passed++;
        return;
    }
    r->failed++;
    if (r->failed - failed_before <= NAMED_MAX) {
        printf("    %s: %s\n", v->at.id, v->at.why);
    }
}

static bool play_case(struct vectors *v, const struct replay *replay)
{
    char name[32];
    snprintf(name, sizeof name, "line %u", v->number);
    v->at.id = arena_text(&v->arena, name, strlen(name));
    v->at.why[0] = '\0';
    struct value *line = parse_line(v);
    if (line == NULL) {
        return false;
    }
    const char *id = value_as_text(value_get(line, "id"));
    if (id != NULL) {
        v->at.id = names_text(&v->names, id);
    }
    snprintf(running, sizeof running, "%s %s", v->at.suite, v->at.id);
    return replay->run(value_get(line, "in"), value_get(line, "out"), &v->at);
}

static void play_cases(struct runner *r, struct vectors *v, const struct replay *replay)
{
    uint64_t passed = r->passed, failed = r->failed;
    const char *why = NULL;
    while (next_line(v, &why)) {
        count_case(r, v, play_case(v, replay), failed);
    }
    v->at.id = v->path;
    if (why != NULL) {
        replay_differs(&v->at, "cannot be read: %s", why);
        count_case(r, v, false, failed);
    } else if (r->passed + r->failed == passed + failed) {
        replay_differs(&v->at, "holds no cases");
        count_case(r, v, false, failed);
    }
    printf("%s %" PRIu64 "/%" PRIu64 "\n", v->at.suite, r->passed - passed, r->passed + r->failed - passed - failed);
    fflush(stdout);
}

static const struct replay *find_replay(const struct runner *r, const char *suite)
{
    for (const struct replay *const *group = r->groups; *group != NULL; group++) {
        for (const struct replay *row = *group; row->suite != NULL; row++) {
            if (strcmp(row->suite, suite) == 0) {
                return row;
            }
        }
    }
    return NULL;
}

static bool asked_for(const struct runner *r, const char *suite)
{
    for (uint32_t i = 0; i < r->globs.count; i++) {
        if (fnmatch(r->globs.at[i], suite, 0) == 0) {
            return true;
        }
    }
    return r->globs.count == 0;
}

/* Sets v->at.suite from the file's first line. */
static bool read_header(struct vectors *v)
{
    const char *why = NULL;
    if (v->gz == NULL) {
        return replay_differs(&v->at, "cannot be opened: %s", strerror(errno));
    }
    if (!next_line(v, &why)) {
        return replay_differs(&v->at, "cannot be read: %s", why == NULL ? "it is empty" : why);
    }
    struct value *header = parse_line(v);
    if (header == NULL) {
        return false;
    }
    const char *suite = value_as_text(value_get(header, "suite"));
    if (suite == NULL) {
        return replay_differs(&v->at, "the first line names no suite");
    }
    v->at.suite = names_text(&v->names, suite);
    return true;
}

static void play_suite(struct runner *r, struct vectors *v)
{
    const char *suite = arena_text(&r->arena, v->at.suite, strlen(v->at.suite));
    if (!asked_for(r, suite)) {
        return;
    }
    VEC_PUSH(&r->seen, suite);
    const struct replay *replay = find_replay(r, suite);
    if (replay == NULL) {
        VEC_PUSH(&r->unplayed, suite);
        return;
    }
    play_cases(r, v, replay);
}

static void play_file(struct runner *r, const char *path)
{
    struct vectors v = {.path = path, .gz = gzopen(path, "rb"), .arena = arena_make(1 << 16)};
    v.names = names_make(&v.arena);
    v.at = (struct replay_case){.scratch = arena_make(1 << 20), .names = &v.names, .id = path};
    if (read_header(&v)) {
        play_suite(r, &v);
    } else {
        count_case(r, &v, false, r->failed);
    }
    if (v.gz != NULL) {
        gzclose(v.gz);
    }
    buffer_drop(&v.line);
    arena_drop(&v.at.scratch);
    names_drop(&v.names);
    arena_drop(&v.arena);
}

/* ---- finding files ---- */

static bool ends_in(const char *text, const char *end)
{
    size_t length = strlen(text), wanted = strlen(end);
    return length > wanted && strcmp(text + length - wanted, end) == 0;
}

/* Every vector file below path. False: a folder cannot be read; errno says why. */
static bool collect(struct runner *r, const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return false;
    }
    if (!S_ISDIR(status.st_mode)) {
        if (ends_in(path, ".jsonl.gz")) {
            VEC_PUSH(&r->files, path);
        }
        return true;
    }
    DIR *dir = opendir(path);
    if (dir == NULL) {
        return false;
    }
    bool good = true;
    for (struct dirent *entry; good && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] != '.') {
            good = collect(r, arena_format(&r->arena, "%s/%s", path, entry->d_name));
        }
    }
    closedir(dir);
    return good;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void sort(const char **texts, uint32_t count)
{
    if (count > 0) {
        qsort(texts, count, sizeof *texts, by_text);
    }
}

/* ---- the whole ---- */

static void list_unplayed(struct runner *r)
{
    sort(r->unplayed.at, r->unplayed.count);
    for (uint32_t i = 0; i < r->unplayed.count; i++) {
        printf("%s: no replay\n", r->unplayed.at[i]);
        r->failed += r->globs.count > 0;
    }
}

static void check_globs(struct runner *r)
{
    for (uint32_t g = 0; g < r->globs.count; g++) {
        bool met = false;
        for (uint32_t i = 0; i < r->seen.count && !met; i++) {
            met = fnmatch(r->globs.at[g], r->seen.at[i], 0) == 0;
        }
        if (!met) {
            printf("%s: no vectors\n", r->globs.at[g]);
            r->failed++;
        }
    }
}

/* A replay whose vectors are missing would pass unseen. */
static void check_replays(struct runner *r)
{
    for (const struct replay *const *group = r->groups; *group != NULL; group++) {
        for (const struct replay *row = *group; row->suite != NULL; row++) {
            bool met = false;
            for (uint32_t i = 0; i < r->seen.count && !met; i++) {
                met = strcmp(row->suite, r->seen.at[i]) == 0;
            }
            if (!met) {
                printf("%s: a replay, but no vectors\n", row->suite);
                r->failed++;
            }
        }
    }
}

static int run_all(struct runner *r, char **dirs, int count)
{
    for (int i = 0; i < count; i++) {
        if (!collect(r, dirs[i])) {
            fprintf(stderr, "conformance: %s: %s\n", dirs[i], strerror(errno));
            return 3;
        }
    }
    sort(r->files.at, r->files.count);
    for (uint32_t i = 0; i < r->files.count; i++) {
        play_file(r, r->files.at[i]);
    }
    list_unplayed(r);
    check_globs(r);
    return 0;
}

int replay_main(int argc, char **argv, const struct replay *const *groups)
{
    struct runner r = {.groups = groups, .arena = arena_make(1 << 16)};
    int first = 1, status;
    for (; first + 1 < argc && strcmp(argv[first], "--suite") == 0; first += 2) {
        VEC_PUSH(&r.globs, argv[first + 1]);
    }
    if (first < argc && argv[first][0] == '-') {
        fprintf(stderr, "usage: conformance [--suite GLOB]... [DIR...]\n");
        return 2;
    }
    signal(SIGABRT, say_running);
    signal(SIGSEGV, say_running);
    if (first < argc) {
        status = run_all(&r, argv + first, argc - first);
    } else {
        char *dirs[] = {DEFAULT_DIR};
        status = run_all(&r, dirs, 1);
        if (status == 0 && r.globs.count == 0) {
            check_replays(&r);
        }
    }
    if (status == 0) {
        printf("%" PRIu64 " passed, %" PRIu64 " failed\n", r.passed, r.failed);
        status = r.failed > 0;
    }
    VEC_DROP(&r.globs);
    VEC_DROP(&r.files);
    VEC_DROP(&r.seen);
    VEC_DROP(&r.unplayed);
    arena_drop(&r.arena);
    return status;
}
