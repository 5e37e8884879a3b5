/* The file of a run: whole or not there, and nothing in it that is nobody's business. */
#include "tests/unit/sim_fixture.h"

#include <dirent.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "sim/run/store.h"

#define RUN                                                                                                            \
    SCENARIO("duration: 26h, seed: 7")                                                                                 \
    POOL("general", "instance: m6i.large, nodes: {min: 1, max: 6}")                                                    \
    "---\napiVersion: headroom/v1\nkind: PriceBook\nmetadata: {name: book}\nspec: {controlPlane: 0.1000001}\n"         \
    "---\napiVersion: v1\nkind: Secret\nmetadata: {name: keys, annotations: {"                                         \
    "kubectl.kubernetes.io/last-applied-configuration: '{\"data\":{\"k\":\"aHVzaC1hcHBsaWVk\"}}'}}\n"                  \
    "data: {k: aHVzaC1kYXRh}\nstringData: {password: hush-string}\n" WORKLOAD(                                         \
        "Deployment", "web", "replicas: 2, ",                                                                          \
        CONTAINER("700m", "200Mi",                                                                                     \
                  ", env: [{name: TOKEN, value: hush-env}, {name: PLAIN, valueFrom: "                                  \
                  "{secretKeyRef: {name: keys, key: k}}}]"))                                                           \
        RELEASE("v2",                                                                                                  \
                "at: 2026-05-04T10:00:00Z, workload: Deployment/web, patch: {spec: {template: {spec: {containers: "    \
                "[{name: app, env: [{name: TOKEN, value: hush-patch}]}]}}}}")

struct folder {
    char path[32];
    char file[48];
};

static struct folder make_folder(void)
{
    struct folder f = {.path = "/tmp/headroom-XXXXXX"};
    cr_assert_not_null(mkdtemp(f.path));
    snprintf(f.file, sizeof f.file, "%s/run.db", f.path);
    return f;
}

static uint32_t count_files(const struct folder *f)
{
    uint32_t count = 0;
    DIR *d = opendir(f->path);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        count += e->d_name[0] != '.';
    }
    closedir(d);
    return count;
}

static void remove_folder(const struct folder *f)
{
    unlink(f->file);
    cr_assert_eq(rmdir(f->path), 0);
}

/* Runs and records; false: it could not be written. */
static bool record(const struct cluster *c, const char *file, struct fail *fail)
{
    struct store *s = store_open(file, &c->plan, fail);
    if (s == NULL) {
        return false;
    }
    struct replication_result result;
    struct replication_options o = {.seed = 7, .sink = store_sink(s)};
    cr_assert(replication_run(&c->plan, &o, &result, fail));
    cr_assert_neq(access(file, F_OK), 0, "the file is there before it is whole");
    bool good = store_finish(s, &result, 1, fail);
    replication_drop(&result);
    return good;
}

static double ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s;
    cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    cr_assert_eq(sqlite3_step(s), SQLITE_ROW);
    double answer = sqlite3_column_double(s, 0);
    sqlite3_finalize(s);
    return answer;
}

/* 26 h are two days begun; 26 x 60 samples of one workload and one pool; money of the days is the whole, control plane and
 * all: a pool's and 0.1000001 x 26. */
Test(store, a_recorded_run_is_one_database_and_its_figures_agree)
{
    struct cluster *c = cluster_read(RUN);
    struct folder f = make_folder();
    struct fail fail = {0};
    cr_assert(record(c, f.file, &fail), "%s", fail.text);
    cr_expect_eq(count_files(&f), 1);
    sqlite3 *db;
    cr_assert_eq(sqlite3_open(f.file, &db), SQLITE_OK);
    cr_expect_eq(ask(db, "SELECT count(*) FROM workload_series"), 26 * 60);
    cr_expect_eq(ask(db, "SELECT count(*) FROM pool_series"), 26 * 60);
    cr_expect_eq(ask(db, "SELECT max(day) FROM cost_day"), 1);
    double total = ask(db, "SELECT value FROM metric WHERE name = 'cost.total'");
    cr_expect_float_eq(ask(db, "SELECT sum(cpu_nusd + memory_nusd) FROM cost_day") / 1e9, total, 1e-9);
    cr_expect_float_eq(ask(db, "SELECT sum(value) FROM metric WHERE name = 'cost.pool'") + 2.6000026, total, 1e-9);
    cr_expect_eq(ask(db, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%STRICT'"), 0);
    cr_expect_eq(ask(db, "SELECT count(*) FROM run WHERE key = 'replications' AND value = '1'"), 1);
    cr_expect_eq(ask(db, "SELECT count(*) FROM decision WHERE reason = 'Released'"), 1);
    cr_expect_eq(ask(db, "SELECT count(*) FROM object"), 5 + 1);
    cr_expect_eq(ask(db, "SELECT count(*) FROM run WHERE key = 'files' AND value LIKE '/tmp/headroom-______'"), 1);
    sqlite3_close(db);
    remove_folder(&f);
    cluster_close(c);
}

/* The model says what cpu is used, and no memory: of what the workload costs, the part that is for memory is unknown. */
Test(store, memory_that_no_model_says_is_null_and_counts_as_unknown)
{
    struct cluster *c = cluster_read(RUN "---\napiVersion: headroom/v1\nkind: ServiceModel\nmetadata: {name: web}\n"
                                         "spec: {workload: Deployment/web, use: {cpu: 350m}}\n");
    struct folder f = make_folder();
    struct fail fail = {0};
    cr_assert(record(c, f.file, &fail), "%s", fail.text);
    sqlite3 *db;
    cr_assert_eq(sqlite3_open(f.file, &db), SQLITE_OK);
    cr_expect_eq(ask(db, "SELECT count(*) FROM workload WHERE use_cpu = 'modelled' AND use_memory = 'unknown'"), 1);
    cr_expect_eq(ask(db, "SELECT count(used_mcpu) FROM workload_series"), 26 * 60);
    cr_expect_eq(ask(db, "SELECT count(used_bytes) FROM workload_series"), 0);
    cr_expect_eq(ask(db, "SELECT count(used_bytes) FROM pool_series"), 0);
    cr_expect_eq(
        ask(db, "SELECT count(*) FROM metric WHERE name IN ('memory.used', 'memory.used_max', 'use.memory.max')"), 0);
    cr_expect_float_eq(ask(db, "SELECT value FROM metric WHERE name = 'cpu.used' AND subject = ''"), 700, 2);
    cr_expect_eq(ask(db, "SELECT value FROM metric WHERE name = 'use.unknown.cpu'"), 0);
    cr_expect_eq(ask(db, "SELECT value FROM metric WHERE name = 'use.unknown.memory'"), 1);
    cr_expect_float_eq(ask(db, "SELECT value FROM metric WHERE name = 'use.unknown'"),
                       ask(db, "SELECT 1.0 * sum(memory_nusd) / sum(cpu_nusd + memory_nusd) FROM cost_day"
                               " WHERE workload_id = 0"),
                       1e-12);
    sqlite3_close(db);
    remove_folder(&f);
    cluster_close(c);
}

static bool holds(const char *file, const char *text)
{
    FILE *in = fopen(file, "rb");
    cr_assert_not_null(in);
    fseek(in, 0, SEEK_END);
    size_t size = (size_t)ftell(in), length = strlen(text);
    rewind(in);
    char *bytes = memory_take(size, 1);
    cr_assert_eq(fread(bytes, 1, size, in), size);
    fclose(in);
    bool found = false;
    for (size_t i = 0; i + length <= size && !found; i++) {
        found = memcmp(bytes + i, text, length) == 0;
    }
    free(bytes);
    return found;
}

Test(store, secrets_and_values_of_the_environment_are_nowhere_in_the_file)
{
    struct cluster *c = cluster_read(RUN);
    struct folder f = make_folder();
    struct fail fail = {0};
    cr_assert(record(c, f.file, &fail));
    const char *const secret[] = {"hush-", "aHVzaC1"};
    for (int i = 0; i < 2; i++) {
        cr_expect_not(holds(f.file, secret[i]), "%s is recorded", secret[i]);
    }
    cr_expect(holds(f.file, "secretKeyRef") && holds(f.file, "TOKEN"));
    remove_folder(&f);
    cluster_close(c);
}

Test(store, a_run_that_is_thrown_away_leaves_nothing_and_the_last_file_as_it_was)
{
    struct cluster *c = cluster_read(RUN);
    struct folder f = make_folder();
    FILE *before = fopen(f.file, "w");
    fputs("before", before);
    fclose(before);
    struct fail fail = {0};
    struct store *s = store_open(f.file, &c->plan, &fail);
    cr_assert_not_null(s);
    cr_assert_eq(count_files(&f), 2);
    store_discard(s);
    cr_assert_eq(count_files(&f), 1);
    cr_assert(holds(f.file, "before"));
    remove_folder(&f);
    cluster_close(c);
}

/* In a child, as its limits and its user are changed: what is said, and how many files are left. */
static void expect_refusal(void (*restrict_child)(const struct folder *), const char *name, const char *says)
{
    struct cluster *c = cluster_read(RUN);
    struct folder f = make_folder();
    char file[64];
    int ends[2];
    snprintf(file, sizeof file, "%s/%s", f.path, name);
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        struct fail fail = {0};
        restrict_child(&f);
        if (!record(c, file, &fail) && write(ends[1], fail.text, strlen(fail.text)) > 0) {
            _exit(fail.kind == FAIL_SYSTEM ? 3 : 2);
        }
        _exit(0);
    }
    close(ends[1]);
    char text[1000] = "";
    ssize_t length = read(ends[0], text, sizeof text - 1);
    cr_assert(length > 0);
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    cr_expect_not_null(strstr(text, says), "%s", text);
    cr_expect_eq(strncmp(text, file, strlen(file)), 0, "%s", text);
    close(ends[0]);
    chmod(f.path, 0700);
    cr_expect_eq(count_files(&f), 0);
    remove_folder(&f);
    cluster_close(c);
}

/* No file may pass 100,000 bytes: the file of a run of 26 h does. */
static void limit_size(const struct folder *f)
{
    (void)f;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){100000, 100000});
}

Test(store, a_file_that_may_not_grow_is_one_clear_line_and_leaves_nothing)
{
    expect_refusal(limit_size, "run.db", "cannot be written: File too large");
}

/* Whoever runs as root may write everywhere. */
static void forbid_folder(const struct folder *f)
{
    chmod(f->path, 0555);
    if (geteuid() == 0 && setuid(65534) != 0) {
        _exit(1);
    }
}

Test(store, an_unwritable_folder_is_one_clear_line)
{
    expect_refusal(forbid_folder, "run.db", "cannot be written: Permission denied");
}

static void restrict_nothing(const struct folder *f)
{
    (void)f;
}

Test(store, a_folder_that_is_not_there_is_one_clear_line)
{
    expect_refusal(restrict_nothing, "missing/run.db", "cannot be written: No such file or directory");
}

Test(store, a_folder_is_not_replaced)
{
    struct cluster *c = cluster_read(RUN);
    struct folder f = make_folder();
    struct fail fail = {0};
    cr_assert_null(store_open(f.path, &c->plan, &fail));
    cr_assert_eq(fail.kind, FAIL_SYSTEM);
    cr_expect_not_null(strstr(fail.text, "it is no file"), "%s", fail.text);
    cr_assert_eq(count_files(&f), 0);
    remove_folder(&f);
    cluster_close(c);
}
