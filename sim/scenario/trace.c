#include "sim/scenario/trace.h"

#include "sim/base/csv.h"
#include "sim/base/number.h"
#include "sim/scenario/units.h"

/* 292 years in seconds: what int64 ns can hold. */
#define SECONDS_MAX 9.2e9

static bool read_time(const struct csv *csv, uint32_t row, uint32_t column, int64_t start_ns, int64_t *at_ns,
                      struct fail *fail)
{
    double seconds = 0;
    const char *text = csv_text(csv, row, column);
    if (units_time(text, at_ns)) {
        *at_ns -= start_ns;
        return true;
    }
    if (!number_parse(text, &seconds) || seconds < -SECONDS_MAX || seconds > SECONDS_MAX) {
        return fail_at(fail, csv_mark(csv, row, column),
                       "time: wrong value: \"%s\" is no time (write 2026-05-04T00:00:00Z, or seconds from the start)",
                       text);
    }
    *at_ns = (int64_t)(seconds * 1e9);
    return true;
}

static bool read_point(const struct csv *csv, uint32_t row, const uint32_t columns[2], int64_t start_ns,
                       struct trace_point *points, struct fail *fail)
{
    struct trace_point *p = &points[row];
    if (!read_time(csv, row, columns[0], start_ns, &p->at_ns, fail) ||
        !csv_double(csv, row, columns[1], &p->rate_per_s, fail)) {
        return false;
    }
    if (p->rate_per_s < 0) {
        return fail_at(fail, csv_mark(csv, row, columns[1]), "rate: too small: %s is negative (write 0 or more)",
                       csv_text(csv, row, columns[1]));
    }
    return row == 0 || p->at_ns > points[row - 1].at_ns ||
           fail_at(fail, csv_mark(csv, row, columns[0]),
                   "time: out of order: %s is not after the row before (sort the rows by time)",
                   csv_text(csv, row, columns[0]));
}

/* The area under the lines, over the time. */
static double mean_of(const struct trace_point *points, uint32_t count)
{
    double area = 0;
    for (uint32_t i = 1; i < count; i++) {
        double seconds = (double)(points[i].at_ns - points[i - 1].at_ns) / 1e9;
        area += (points[i].rate_per_s + points[i - 1].rate_per_s) / 2 * seconds;
    }
    return count == 1 ? points[0].rate_per_s : area / ((double)(points[count - 1].at_ns - points[0].at_ns) / 1e9);
}

bool trace_read(struct arena *a, const char *file, const char *text, size_t length, int64_t start_ns,
                struct trace *trace, struct fail *fail)
{
    struct csv csv;
    uint32_t columns[2];
    if (!csv_read(a, file, text, length, &csv, fail) || !csv_need(&csv, "time", &columns[0], fail) ||
        !csv_need(&csv, "rate", &columns[1], fail)) {
        return false;
    }
    if (csv.rows == 0) {
        return fail_at(fail, (struct mark){.file = file}, "trace: no rows: a trace needs at least one (add them)");
    }
    struct trace_point *points = TAKE(a, struct trace_point, csv.rows);
    for (uint32_t row = 0; row < csv.rows; row++) {
        if (!read_point(&csv, row, columns, start_ns, points, fail)) {
            return false;
        }
    }
    *trace = (struct trace){.count = csv.rows, .points = points, .mean_per_s = mean_of(points, csv.rows)};
    return true;
}

double trace_at(const struct trace *trace, int64_t at_ns)
{
    uint32_t low = 0, high = trace->count; /* points before low are at or before at_ns, those from high on after it */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (trace->points[middle].at_ns <= at_ns) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0 || low == trace->count) {
        return trace->points[low == 0 ? 0 : low - 1].rate_per_s;
    }
    const struct trace_point *before = &trace->points[low - 1], *after = &trace->points[low];
    double share = (double)(at_ns - before->at_ns) / (double)(after->at_ns - before->at_ns);
    return before->rate_per_s + (after->rate_per_s - before->rate_per_s) * share;
}
