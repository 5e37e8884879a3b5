/* finance_week.h -- the recorded week, opened, with who pays for it: for tests of the finance formats. */
#ifndef TESTS_UNIT_FINANCE_WEEK_H
#define TESTS_UNIT_FINANCE_WEEK_H

#include <criterion/criterion.h>

#include "reports/finance.h"
#include "tests/unit/recorded_week.h"

struct finance_week {
    struct arena a;
    struct query q;
    struct recording r;
    struct finance f;
};

/* The week in steps of an hour, changed by sql. */
static inline struct finance_week *open_week(const char *sql)
{
    static struct finance_week o;
    char path[256];
    const char *build = getenv("BUILD");
    snprintf(path, sizeof path, "%s/test_finance_%d.db", build == NULL ? "build" : build, (int)getpid());
    recorded_week(path, 3600);
    sqlite3 *db;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
    struct fail fail;
    o.a = arena_make(1 << 16);
    cr_assert(query_open(&o.q, path, &fail), "%s", fail.text);
    cr_assert(recording_read(&o.r, &o.q, &o.a, &fail), "%s", fail.text);
    cr_assert(finance_read(&o.f, &o.r, &o.q, &fail), "%s", fail.text);
    unlink(path);
    return &o;
}

static inline void close_week(struct finance_week *o)
{
    query_close(&o->q);
    arena_drop(&o->a);
}

/* What replication 0 spent. */
static inline int64_t spent_nusd(const struct recording *r)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < r->cost_days_count; i++) {
        sum += r->cost_days[i].cpu_nusd + r->cost_days[i].memory_nusd;
    }
    return sum;
}

/* A decimal text as nano-dollars, exactly. */
static inline int64_t nusd_of(const char *text)
{
    int64_t nusd = 0;
    int decimals = -1;
    for (; *text != '\0'; text++) {
        if (*text == '.') {
            decimals = 0;
        } else {
            nusd = 10 * nusd + (*text - '0');
            decimals += decimals >= 0;
        }
    }
    for (decimals = decimals < 0 ? 0 : decimals; decimals < 9; decimals++) {
        nusd *= 10;
    }
    return nusd;
}

#endif
