#include "sim/scenario/profile.h"

#include <assert.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/buffer.h"
#include "sim/base/csv.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"
#include "sim/scenario/datadir.h"

#define SECOND_NS INT64_C(1000000000)

/* From knot i to the one that follows it, around the end of the period. */
static int64_t span_ns(const struct week_profile *p, uint32_t i)
{
    return i + 1 < p->count ? p->knots[i + 1].at_ns - p->knots[i].at_ns
                            : p->period_ns - p->knots[i].at_ns + p->knots[0].at_ns;
}

static double following(const struct week_profile *p, uint32_t i)
{
    return p->knots[i + 1 < p->count ? i + 1 : 0].factor;
}

/* Of the straight lines: each span counts with the mean of its ends. */
static double mean(const struct week_profile *p)
{
    double sum = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        sum += (p->knots[i].factor + following(p, i)) / 2 * (double)span_ns(p, i);
    }
    return sum / (double)p->period_ns;
}

static bool check_knots(const struct profile_knot *knots, uint32_t count, int64_t period_ns, struct fail *fail)
{
    if (count == 0) {
        return fail_set(fail, FAIL_INPUT, "a profile without points (give at least one)");
    }
    for (uint32_t i = 0; i < count; i++) {
        if (knots[i].at_ns < 0 || knots[i].at_ns >= period_ns) {
            return fail_set(fail, FAIL_INPUT, "point %" PRIu32 " of the profile lies outside its period", i + 1);
        }
        if (i > 0 && knots[i].at_ns <= knots[i - 1].at_ns) {
            return fail_set(fail, FAIL_INPUT,
                            "point %" PRIu32 " of the profile is not later than the one before (sort them)", i + 1);
        }
        if (!(knots[i].factor >= 0 && knots[i].factor <= 1e12)) {
            return fail_set(fail, FAIL_INPUT, "point %" PRIu32 " of the profile: its factor is negative or too large",
                            i + 1);
        }
    }
    return true;
}

bool profile_make(struct arena *a, int64_t period_ns, const struct profile_knot *knots, uint32_t count,
                  struct week_profile *profile, struct fail *fail)
{
    assert(count == 0 || period_ns > 0);
    if (!check_knots(knots, count, period_ns, fail)) {
        return false;
    }
    struct week_profile given = {.period_ns = period_ns, .count = count, .knots = knots};
    double level = mean(&given);
    if (!(level > 0)) {
        return fail_set(fail, FAIL_INPUT, "a profile of nothing but 0 (one factor at least must be above)");
    }
    struct profile_knot *scaled = TAKE(a, struct profile_knot, count);
    for (uint32_t i = 0; i < count; i++) {
        scaled[i] = (struct profile_knot){.at_ns = knots[i].at_ns, .factor = knots[i].factor / level};
    }
    *profile = (struct week_profile){.period_ns = period_ns, .count = count, .knots = scaled};
    return true;
}

static bool read_knots(const struct csv *csv, struct profile_knot *knots, struct fail *fail)
{
    uint32_t seconds, factor;
    if (!csv_need(csv, "seconds", &seconds, fail) || !csv_need(csv, "factor", &factor, fail)) {
        return false;
    }
    for (uint32_t row = 0; row < csv->rows; row++) {
        int64_t at;
        if (!csv_int64(csv, row, seconds, &at, fail) || !csv_double(csv, row, factor, &knots[row].factor, fail)) {
            return false;
        }
        if (at < 0 || at >= PROFILE_WEEK_NS / SECOND_NS) {
            return fail_at(fail, csv_mark(csv, row, seconds), "seconds: %" PRId64 " is outside a week (0 to 604799)",
                           at);
        }
        knots[row].at_ns = at * SECOND_NS;
    }
    return true;
}

bool profile_read(struct arena *a, const char *file, const char *text, size_t length, struct week_profile *profile,
                  struct fail *fail)
{
    struct csv csv;
    if (!csv_read(a, file, text, length, &csv, fail)) {
        return false;
    }
    struct profile_knot *knots = TAKE(a, struct profile_knot, csv.rows);
    struct fail why;
    if (!read_knots(&csv, knots, fail)) {
        return false;
    }
    return profile_make(a, PROFILE_WEEK_NS, knots, csv.rows, profile, &why)
               ? true
               : fail_at(fail, (struct mark){.file = file}, "%s", why.text);
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Says which profiles there are. */
static bool refuse_name(struct arena *a, const char *name, struct fail *fail)
{
    const char *folder = datadir_find(a, "demand", fail);
    DIR *dir = folder == NULL ? NULL : opendir(folder);
    if (dir == NULL) {
        return fail_set(fail, FAIL_INPUT, "no profile \"%s\": there is no folder data/demand (set HEADROOM_DATA)",
                        name);
    }
    VEC(const char *) found = {0};
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (length > 4 && strcmp(entry->d_name + length - 4, ".csv") == 0) {
            VEC_PUSH(&found, arena_text(a, entry->d_name, length - 4));
        }
    }
    closedir(dir);
    struct buffer all = {0};
    if (found.count > 0) {
        qsort(found.at, found.count, sizeof *found.at, by_text);
    }
    for (uint32_t i = 0; i < found.count; i++) {
        buffer_format(&all, i == 0 ? "%s" : ", %s", found.at[i]);
    }
    fail_set(fail, FAIL_INPUT, "no profile \"%s\" (there are: %s)", name, buffer_string(&all));
    buffer_drop(&all);
    VEC_DROP(&found);
    return false;
}

bool profile_load(struct arena *a, const char *name, struct week_profile *profile, struct fail *fail)
{
    const char *path = NULL, *text;
    size_t length;
    if (strchr(name, '/') == NULL) {
        path = datadir_find(a, arena_format(a, "demand/%s.csv", name), fail);
    }
    if (path == NULL) {
        return refuse_name(a, name, fail);
    }
    return file_read(a, path, &text, &length, fail) && profile_read(a, path, text, length, profile, fail);
}

/* The last knot at or before an instant of the period; the last of all when that is before the first. */
static uint32_t knot_before(const struct week_profile *p, int64_t at_ns)
{
    uint32_t low = 0, high = p->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (p->knots[middle].at_ns <= at_ns) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low == 0 ? p->count - 1 : low - 1;
}

double profile_at(const struct week_profile *profile, int64_t into_ns)
{
    int64_t at_ns = into_ns % profile->period_ns;
    at_ns += at_ns < 0 ? profile->period_ns : 0;
    uint32_t i = knot_before(profile, at_ns);
    int64_t since_ns = at_ns - profile->knots[i].at_ns;
    since_ns += since_ns < 0 ? profile->period_ns : 0;
    double from = profile->knots[i].factor, to = following(profile, i);
    return from + (to - from) * ((double)since_ns / (double)span_ns(profile, i));
}
