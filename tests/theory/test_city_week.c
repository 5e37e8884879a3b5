/* Where data/demand/city-week.csv comes from: the fit itself, done again from the measured series and compared.
 *
 * 1. Trend: the mean over the week around each hour (168 hours, the outermost two by half), so that the weekly shape
 *    cancels and growth does not.
 * 2. Each of the week's 168 hours: the median over the weeks of count / trend, all scaled to mean 1. The median leaves
 *    holidays and a blizzard without a say.
 * 3. Points in the middle of the hours, such that the straight lines between them have these means in each hour: the
 *    mean over hour h is f[h-1]/8 + 3 f[h]/4 + f[h+1]/8.
 * 4. What remains, log(count / (trend x median)), without holidays and the blizzard: its standard deviation, and the time
 *    constant of exp(-lag / time) through its autocorrelation at 1 to 4 hours.
 *
 * With CITY_WEEK_OUT=FILE the file is written anew. */
#include <criterion/criterion.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/csv.h"
#include "sim/base/file.h"
#include "sim/scenario/profile.h"

#define SERIES "../shared/data/demand/uber_nyc_hourly_total_2015h1.csv"
#define SHIPPED "data/demand/city-week.csv"
#define WEEK 168
#define HOURS_MAX 5000

struct fit {
    int hours;
    int first; /* hour of the week of the first count, from Monday 00:00 */
    double count[HOURS_MAX];
    double trend[HOURS_MAX]; /* 0 in the first and last half week */
    double mean[WEEK];       /* of each hour */
    double point[WEEK];
    double deviation;
    double correlation_h;
};

/* The series begins at 01:00 on Thursday, 1 January 2015: hour 3 x 24 + 1. */
static bool read_series(struct fit *f)
{
    if (access(SERIES, R_OK) != 0) {
        fprintf(stderr, "skipped: city-week: the measured series is not here (%s)\n", SERIES);
        return false;
    }
    struct arena a = arena_make(1 << 20);
    struct csv csv;
    struct fail fail = {0};
    const char *text = NULL;
    size_t length = 0;
    cr_assert(file_read(&a, SERIES, &text, &length, &fail), "%s", fail.text);
    cr_assert(csv_read(&a, SERIES, text, length, &csv, &fail), "%s", fail.text);
    cr_assert(csv.rows <= HOURS_MAX && strcmp(csv_text(&csv, 0, 0), "2015-01-01 01:00") == 0);
    f->hours = (int)csv.rows;
    f->first = 3 * 24 + 1;
    for (uint32_t row = 0; row < csv.rows; row++) {
        cr_assert(csv_double(&csv, row, 1, &f->count[row], &fail), "%s", fail.text);
    }
    arena_drop(&a);
    return true;
}

static int hour_of_week(const struct fit *f, int i)
{
    return (f->first + i) % WEEK;
}

static void fit_trend(struct fit *f)
{
    for (int i = WEEK / 2; i < f->hours - WEEK / 2; i++) {
        double sum = (f->count[i - WEEK / 2] + f->count[i + WEEK / 2]) / 2;
        for (int j = i - WEEK / 2 + 1; j < i + WEEK / 2; j++) {
            sum += f->count[j];
        }
        f->trend[i] = sum / WEEK;
    }
}

static void fit_means(struct fit *f)
{
    double sum = 0;
    for (int hour = 0; hour < WEEK; hour++) {
        double ratio[HOURS_MAX / WEEK + 1];
        size_t count = 0;
        for (int i = 0; i < f->hours; i++) {
            if (hour_of_week(f, i) == hour && f->trend[i] > 0) {
                ratio[count++] = f->count[i] / f->trend[i];
            }
        }
        gsl_sort(ratio, 1, count);
        f->mean[hour] = gsl_stats_median_from_sorted_data(ratio, 1, count);
        sum += f->mean[hour];
    }
    for (int hour = 0; hour < WEEK; hour++) {
        f->mean[hour] *= WEEK / sum;
    }
}

static double mean_of_lines(const double point[WEEK], int hour)
{
    return point[(hour + WEEK - 1) % WEEK] / 8 + 3 * point[hour] / 4 + point[(hour + 1) % WEEK] / 8;
}

/* Each step halves the error at least: it multiplies a wave of frequency w by (1 - cos w) / 4. */
static void fit_points(struct fit *f)
{
    memcpy(f->point, f->mean, sizeof f->point);
    for (int step = 0; step < 100; step++) {
        double next[WEEK];
        for (int hour = 0; hour < WEEK; hour++) {
            next[hour] = f->point[hour] + f->mean[hour] - mean_of_lines(f->point, hour);
        }
        memcpy(f->point, next, sizeof next);
    }
}

/* Days of the series, 1 January being 0: 1 and 19 January, 16 February, 25 May are holidays; 26 and 27 January a
 * blizzard, on which driving was forbidden. */
static bool ordinary(const struct fit *f, int i)
{
    static const int days[] = {0, 18, 46, 144, 25, 26};
    bool found = f->trend[i] == 0 || f->count[i] == 0;
    for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
        found = found || (i + 1) / 24 == days[d];
    }
    return !found;
}

static double residual(const struct fit *f, int i)
{
    return log(f->count[i] / (f->trend[i] * f->mean[hour_of_week(f, i)]));
}

static double covariance(const struct fit *f, int lag)
{
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i + lag < f->hours; i++) {
        if (ordinary(f, i) && ordinary(f, i + lag)) {
            sum += residual(f, i) * residual(f, i + lag);
            pairs++;
        }
    }
    return sum / pairs;
}

static void fit_noise(struct fit *f)
{
    double variance = covariance(f, 0), above = 0, below = 0;
    for (int lag = 1; lag <= 4; lag++) {
        above += lag * lag;
        below += lag * -log(covariance(f, lag) / variance);
    }
    f->deviation = sqrt(variance);
    f->correlation_h = above / below;
}

static void write_profile(const struct fit *f, const char *path)
{
    FILE *out = fopen(path, "w");
    cr_assert_not_null(out);
    fprintf(
        out,
        "# How ride-hailing trips of a big city are spread over a week: factors of the week's mean, in local time.\n"
        "# Source: trips of Uber in New York City by hour, 2015-01-01 to 2015-06-30 (4,343 hours, 14.3 million trips), NYC Taxi and\n"
        "# Limousine Commission by way of FiveThirtyEight (uber-tlc-foil-response) and edunlimit/Uber-Pickup-In-NYC-EDA e03f0f9.\n"
        "# Fit: median over the weeks of count / mean of the week around it, for each of 168 hours, scaled to mean 1; points in\n"
        "# the middle of the hours, such that the straight lines between them have these means (tests/theory/test_city_week.c).\n"
        "# Noise: what remains on ordinary days (without 4 holidays and a blizzard) has a standard deviation of %.1f %% of the level\n"
        "# and a correlation time of %.1f h (autocorrelation at 1 to 4 h; hourly counts cannot show what is faster).\n"
        "# seconds: from Monday 00:00.\n"
        "seconds,factor\n",
        100 * f->deviation, f->correlation_h);
    for (int hour = 0; hour < WEEK; hour++) {
        fprintf(out, "%d,%.4f\n", hour * 3600 + 1800, f->point[hour]);
    }
    fclose(out);
}

Test(city_week, is_what_the_measured_series_gives)
{
    static struct fit f;
    if (!read_series(&f)) {
        return;
    }
    fit_trend(&f);
    fit_means(&f);
    fit_points(&f);
    fit_noise(&f);
    if (getenv("CITY_WEEK_OUT") != NULL) {
        write_profile(&f, getenv("CITY_WEEK_OUT"));
    }
    struct arena a = arena_make(1 << 16);
    struct week_profile p;
    struct fail fail = {0};
    cr_assert(profile_load(&a, "city-week", &p, &fail), "%s", fail.text);
    cr_assert_eq(p.count, WEEK);
    for (int hour = 0; hour < WEEK; hour++) {
        cr_expect_float_eq(p.knots[hour].factor, f.point[hour], 1e-4);
    }
    /* 12.2 % and 3.4 h, as the file says. */
    cr_expect_float_eq(f.deviation, 0.122, 0.0005);
    cr_expect_float_eq(f.correlation_h, 3.4, 0.05);
    arena_drop(&a);
}
