#include "reports/print.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/units.h"

enum { DAY_S = 86400 };

/* Adds a decimal text (sign, digits, fraction), commas between the thousands of its whole part. */
static void add_grouped(struct buffer *out, const char *text)
{
    if (*text == '-') {
        buffer_byte(out, *text++);
    }
    size_t whole = strcspn(text, ".");
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0) {
            buffer_byte(out, ',');
        }
        buffer_byte(out, text[i]);
    }
    buffer_text(out, text + whole);
}

/* Takes the zeros at the end of a fraction away. */
static void trim_fraction(char *text)
{
    if (strchr(text, '.') == NULL) {
        return;
    }
    size_t length = strlen(text);
    while (text[length - 1] == '0') {
        length--;
    }
    text[text[length - 1] == '.' ? length - 1 : length] = '\0';
}

void print_number(struct buffer *out, double x, int digits)
{
    if (isnan(x)) {
        buffer_text(out, "-");
        return;
    }
    char text[400];
    snprintf(text, sizeof text, "%.*e", digits - 1, x);
    int exponent = isfinite(x) ? atoi(strchr(text, 'e') + 1) : 0;
    int decimals = digits - 1 - exponent;
    snprintf(text, sizeof text, "%.*f", decimals > 0 && x != 0.0 ? decimals : 0, x);
    trim_fraction(text);
    add_grouped(out, text);
}

void print_usd(struct buffer *out, double usd)
{
    double size = fabs(usd);
    char text[400];
    if (isnan(usd)) {
        buffer_text(out, "-");
        return;
    }
    buffer_text(out, usd < 0 ? "-$" : "$");
    if (size >= 100 || size == 0.0) {
        snprintf(text, sizeof text, "%.0f", size);
        add_grouped(out, text);
    } else if (size >= 1) {
        buffer_format(out, "%.2f", size);
    } else {
        print_number(out, size, 3);
    }
}

void print_span(struct buffer *out, double low, double high, void (*print)(struct buffer *out, double x))
{
    struct buffer end = {0};
    size_t start = out->count;
    print(out, low);
    print(&end, high);
    if (strcmp(buffer_string(out) + start, buffer_string(&end)) != 0) {
        buffer_format(out, " to %s", buffer_string(&end));
    }
    buffer_drop(&end);
}

double print_many(double usd_each)
{
    return usd_each >= 0.1 || usd_each <= 0 ? 1 : usd_each >= 1e-4 ? 1e3 : 1e6;
}

void print_many_units(struct buffer *out, double many, const char *unit)
{
    buffer_text(out, many == 1 ? "for each " : many == 1e3 ? "for a thousand " : "for a million ");
    buffer_format(out, "%s%s", unit, many == 1 ? "" : "s");
}

void print_share(struct buffer *out, double share)
{
    if (share >= 0.99 && share < 1.0) {
        buffer_format(out, "%.3f %%", floor(share * 1e5 + 1e-7) / 1e3);
        return;
    }
    print_number(out, share * 100, 3);
    buffer_text(out, isnan(share) ? "" : " %");
}

void print_cores(struct buffer *out, double mcpu)
{
    print_number(out, mcpu / 1000, 3);
}

void print_gib(struct buffer *out, double bytes)
{
    print_number(out, bytes / 1073741824, 3);
}

void print_seconds(struct buffer *out, double seconds)
{
    static const struct {
        double from;
        double unit;
        const char *name;
    } units[] = {{2 * DAY_S, DAY_S, "d"}, {7200, 3600, "h"}, {120, 60, "min"}, {1, 1, "s"}, {1e-3, 1e-3, "ms"}};
    if (isnan(seconds) || seconds == 0.0) {
        buffer_text(out, isnan(seconds) ? "-" : "0 s");
        return;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (seconds >= units[i].from) {
            print_number(out, seconds / units[i].unit, 3);
            buffer_format(out, " %s", units[i].name);
            return;
        }
    }
    print_number(out, seconds * 1e6, 3);
    buffer_text(out, " us");
}

/* 1 January 1970 was a Thursday. */
static const char *weekday(int64_t since_1970_s)
{
    static const char *const names[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    return names[since_1970_s / DAY_S % 7];
}

void print_hour(struct buffer *out, int64_t start_s, int64_t t_s)
{
    int64_t second = (start_s + t_s) % DAY_S;
    buffer_format(out, "%02d:%02d", (int)(second / 3600), (int)(second / 60 % 60));
}

void print_clock(struct buffer *out, int64_t start_s, int64_t t_s)
{
    buffer_format(out, "%s ", weekday(start_s + t_s));
    print_hour(out, start_s, t_s);
    buffer_text(out, " UTC");
}

void print_instant(struct buffer *out, int64_t start_s, int64_t t_s)
{
    char text[32];
    units_time_print(text, (start_s + t_s) * UNITS_SECOND_NS);
    buffer_text(out, text);
}

/* The month from 0 and the day of the month from 1. */
static void calendar(int64_t since_1970_s, int *month, int *day)
{
    char text[32];
    units_time_print(text, since_1970_s * UNITS_SECOND_NS);
    *month = (atoi(text + 5) + 11) % 12;
    *day = atoi(text + 8);
}

void print_when(struct buffer *out, int64_t start_s, int64_t t_s)
{
    print_day(out, start_s, t_s);
    buffer_text(out, " ");
    print_hour(out, start_s, t_s);
}

void print_day(struct buffer *out, int64_t start_s, int64_t t_s)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int month, day;
    calendar(start_s + t_s, &month, &day);
    buffer_format(out, "%s %d %s", weekday(start_s + t_s), day, months[month]);
}

void print_short_day(struct buffer *out, int64_t start_s, int64_t t_s)
{
    int month, day;
    calendar(start_s + t_s, &month, &day);
    buffer_format(out, "%s %d", weekday(start_s + t_s), day);
}

double print_nine_digits(double x)
{
    char text[32];
    snprintf(text, sizeof text, "%.9g", x);
    return strtod(text, NULL);
}
