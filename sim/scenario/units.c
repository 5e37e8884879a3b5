#include "sim/scenario/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
    const char *name;
    int64_t ns;
};

#define DURATION_MAX_NS (18300 * 24 * UNITS_HOUR_NS)

static const struct unit duration_units[] = {
    {"ns", 1},
    {"us", 1000},
    {"\xc2\xb5s", 1000},
    {"ms", 1000000},
    {"s", UNITS_SECOND_NS},
    {"m", 60 * UNITS_SECOND_NS},
    {"h", UNITS_HOUR_NS},
    {"d", 24 * UNITS_HOUR_NS},
    {"w", 168 * UNITS_HOUR_NS},
    {0},
};

static const struct unit rate_units[] = {
    {"s", UNITS_SECOND_NS},
    {"m", 60 * UNITS_SECOND_NS},
    {"min", 60 * UNITS_SECOND_NS},
    {"h", UNITS_HOUR_NS},
    {"d", 24 * UNITS_HOUR_NS},
    {"w", 168 * UNITS_HOUR_NS},
    {0},
};

static const struct unit growth_units[] = {
    {"day", 24 * UNITS_HOUR_NS},
    {"week", 168 * UNITS_HOUR_NS},
    {"month", UNITS_MONTH_NS},
    {"year", 12 * UNITS_MONTH_NS},
    {0},
};

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The unit that the length bytes at s name; null: none. */
static const struct unit *find_unit(const struct unit *units, const char *s, size_t length)
{
    for (; units->name != NULL; units++) {
        if (strlen(units->name) == length && memcmp(units->name, s, length) == 0) {
            return units;
        }
    }
    return NULL;
}

/* Reads digits with an optional fraction at *s and moves *s behind them. */
static bool take_number(const char **s, double *number)
{
    const char *p = *s;
    size_t digits = strspn(p, "0123456789");
    p += digits;
    if (*p == '.') {
        size_t behind = strspn(p + 1, "0123456789");
        digits += behind;
        p += 1 + behind;
    }
    if (digits == 0 || digits > 30) {
        return false;
    }
    char copy[40];
    memcpy(copy, *s, (size_t)(p - *s));
    copy[p - *s] = '\0';
    *number = strtod(copy, NULL);
    *s = p;
    return true;
}

/* What is longer than MAX is MAX and a bit. */
static bool sum_parts(const char *text, int64_t *sum)
{
    *sum = 0;
    if (strcmp(text, "0") == 0) {
        return true;
    }
    if (*text == '\0') {
        return false;
    }
    while (*text != '\0') {
        double number = 0;
        if (!take_number(&text, &number)) {
            return false;
        }
        size_t length = strcspn(text, ".0123456789");
        const struct unit *unit = find_unit(duration_units, text, length);
        if (unit == NULL) {
            return false;
        }
        double part = number * (double)unit->ns + 0.5;
        *sum += part > (double)DURATION_MAX_NS ? DURATION_MAX_NS + 1 : (int64_t)part;
        *sum = *sum > DURATION_MAX_NS ? DURATION_MAX_NS + 1 : *sum;
        text += length;
    }
    return true;
}

bool units_duration(const char *text, int64_t *duration_ns)
{
    int64_t sum;
    bool good = sum_parts(text, &sum) && sum <= DURATION_MAX_NS;
    if (good) {
        *duration_ns = sum;
    }
    return good;
}

bool units_is_long(const char *text)
{
    int64_t sum;
    return sum_parts(text, &sum) && sum > DURATION_MAX_NS;
}

/* count digits at s as a number from least to most. */
static bool digits_between(const char *s, int count, int least, int most, int *number)
{
    *number = 0;
    for (int i = 0; i < count; i++) {
        if (!digit(s[i])) {
            return false;
        }
        *number = *number * 10 + (s[i] - '0');
    }
    return *number >= least && *number <= most;
}

/* Days from 1970-01-01 to a date of the Gregorian calendar; years counted from March, so that a leap day comes last. */
static int64_t days_since_1970(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t from_march = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return 365 * y + y / 4 - y / 100 + y / 400 + from_march - 719468;
}

static int days_of_month(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* Reads ".5" to ns; without a point nothing is there and 0 is read. Moves *s. */
static bool take_fraction(const char **s, int64_t *ns)
{
    *ns = 0;
    if (**s != '.') {
        return true;
    }
    int64_t scale = UNITS_SECOND_NS;
    const char *p = *s + 1;
    for (; digit(*p); p++) {
        scale /= 10;
        *ns += (*p - '0') * scale;
    }
    bool any = p > *s + 1;
    *s = p;
    return any;
}

bool units_time(const char *text, int64_t *since_1970_ns)
{
    int year, month, day, hour, minute, second;
    if (strlen(text) < 20 || !digits_between(text, 4, 1970, 2261, &year) || text[4] != '-' ||
        !digits_between(text + 5, 2, 1, 12, &month) || text[7] != '-' ||
        !digits_between(text + 8, 2, 1, days_of_month(year, month), &day) || (text[10] != 'T' && text[10] != 't') ||
        !digits_between(text + 11, 2, 0, 23, &hour) || text[13] != ':' ||
        !digits_between(text + 14, 2, 0, 59, &minute) || text[16] != ':' ||
        !digits_between(text + 17, 2, 0, 59, &second)) {
        return false;
    }
    text += 19;
    int64_t fraction_ns = 0;
    int32_t offset_s = 0;
    if (!take_fraction(&text, &fraction_ns) || strcmp(text, "UTC") == 0 || !units_offset(text, &offset_s)) {
        return false;
    }
    int64_t seconds = days_since_1970(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset_s;
    *since_1970_ns = seconds * UNITS_SECOND_NS + fraction_ns;
    return true;
}

bool units_rate(const char *text, double *per_second)
{
    double number = 0;
    if (!take_number(&text, &number)) {
        return false;
    }
    static const char prefixes[] = "kMG";
    const char *prefix = *text == '\0' ? NULL : strchr(prefixes, *text);
    if (prefix != NULL) {
        for (const char *p = prefixes; p <= prefix; p++) {
            number *= 1000;
        }
        text++;
    }
    const struct unit *unit = *text != '/' ? NULL : find_unit(rate_units, text + 1, strlen(text + 1));
    if (unit == NULL) {
        return false;
    }
    *per_second = number * (double)UNITS_SECOND_NS / (double)unit->ns;
    return true;
}

bool units_percent(const char *text, double *share)
{
    double number = 0;
    if (!take_number(&text, &number) || (*text != '\0' && strcmp(text, "%") != 0)) {
        return false;
    }
    *share = *text == '%' ? number / 100 : number;
    return true;
}

bool units_growth(const char *text, struct growth *growth)
{
    double number = 0;
    bool negative = *text == '-';
    text += negative;
    if (!take_number(&text, &number) || strncmp(text, "%/", 2) != 0 || (negative && number >= 100)) {
        return false;
    }
    const struct unit *unit = find_unit(growth_units, text + 2, strlen(text + 2));
    if (unit == NULL) {
        return false;
    }
    *growth = (struct growth){.share = (negative ? -number : number) / 100, .period_ns = unit->ns};
    return true;
}

bool units_offset(const char *text, int32_t *offset_s)
{
    int hours = 0, minutes = 0;
    if (strcmp(text, "UTC") == 0 || strcmp(text, "Z") == 0 || strcmp(text, "z") == 0) {
        *offset_s = 0;
        return true;
    }
    if ((text[0] != '+' && text[0] != '-') || strlen(text) != 6 || !digits_between(text + 1, 2, 0, 23, &hours) ||
        text[3] != ':' || !digits_between(text + 4, 2, 0, 59, &minutes)) {
        return false;
    }
    int32_t seconds = hours * 3600 + minutes * 60;
    *offset_s = text[0] == '-' ? -seconds : seconds;
    return true;
}

void units_time_print(char out[32], int64_t since_1970_ns)
{
    int64_t seconds = since_1970_ns / UNITS_SECOND_NS - (since_1970_ns % UNITS_SECOND_NS < 0);
    int64_t days = seconds / 86400 - (seconds % 86400 < 0);
    uint32_t rest = (uint32_t)(seconds - days * 86400);
    int year = 1970 + (int)(days / 366);
    while (days_since_1970(year + 1, 1, 1) <= days) {
        year++;
    }
    int month = 1;
    while (month < 12 && days_since_1970(year, month + 1, 1) <= days) {
        month++;
    }
    uint32_t day = (uint32_t)(days - days_since_1970(year, month, 1)) + 1;
    /* The remainders change nothing; they tell the compiler how much is printed. */
    snprintf(out, 32, "%04u-%02d-%02uT%02u:%02u:%02uZ", (uint32_t)year % 10000, month, day % 100, rest / 3600 % 100,
             rest / 60 % 60, rest % 60);
}

void units_duration_print(char out[32], int64_t duration_ns)
{
    static const struct unit parts[] = {{"d", 24 * UNITS_HOUR_NS},
                                        {"h", UNITS_HOUR_NS},
                                        {"m", 60 * UNITS_SECOND_NS},
                                        {"s", UNITS_SECOND_NS},
                                        {"ms", 1000000},
                                        {"us", 1000},
                                        {"ns", 1},
                                        {0}};
    size_t used = 0;
    out[0] = '\0';
    for (const struct unit *part = parts; part->name != NULL && used < 24; part++) {
        if (duration_ns >= part->ns) {
            used += (size_t)snprintf(out + used, 32 - used, "%" PRId64 "%s", duration_ns / part->ns, part->name);
            duration_ns %= part->ns;
        }
    }
    if (used == 0) {
        snprintf(out, 32, "0s");
    }
}
