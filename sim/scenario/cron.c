#include "sim/scenario/cron.h"

#include <string.h>

#include "sim/base/number.h"

#define SECOND_NS INT64_C(1000000000)
#define DAY_S 86400
#define FIELD_BYTES 128 /* longer fields are refused; none that makes sense is */

struct bounds {
    int64_t least;
    int64_t most;
    const char *names; /* three letters each, from the least; null: none */
};

static const struct bounds minute_bounds = {0, 59, NULL};
static const struct bounds hour_bounds = {0, 23, NULL};
static const struct bounds day_bounds = {1, 31, NULL};
static const struct bounds month_bounds = {1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"};
static const struct bounds weekday_bounds = {0, 6, "sunmontuewedthufrisat"};

/* ---- reading ---- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool read_natural(const char *text, int64_t *number)
{
    return number_parse_int64(text, number) && *number >= 0;
}

static bool read_value(const char *text, const struct bounds *b, int64_t *value)
{
    if (b->names != NULL && strlen(text) == 3) {
        for (int64_t i = 0; i <= b->most - b->least; i++) {
            const char *name = b->names + 3 * i;
            if (lower(text[0]) == name[0] && lower(text[1]) == name[1] && lower(text[2]) == name[2]) {
                *value = b->least + i;
                return true;
            }
        }
    }
    return read_natural(text, value);
}

/* Cuts text at the first c; returns what is behind it, or null. */
static char *cut_at(char *text, char c)
{
    char *at = strchr(text, c);
    if (at != NULL) {
        *at++ = '\0';
    }
    return at;
}

/* Adds the values of one member of a field: "*", "5", "1-5", each with "/step". */
static bool read_member(char *text, const struct bounds *b, uint64_t *bits, bool *any)
{
    int64_t low, high, step = 1;
    char *step_text = cut_at(text, '/'), *high_text = cut_at(text, '-');
    bool star = strcmp(text, "*") == 0 || strcmp(text, "?") == 0;
    if (star) {
        low = b->least;
        high = b->most;
    } else if (!read_value(text, b, &low)) {
        return false;
    } else if (high_text == NULL) {
        high = step_text != NULL ? b->most : low;
    } else if (!read_value(high_text, b, &high)) { /* also a second hyphen */
        return false;
    }
    if (step_text != NULL && !read_natural(step_text, &step)) { /* also a second slash */
        return false;
    }
    if (low < b->least || high > b->most || low > high || step == 0) {
        return false;
    }
    for (int64_t i = low; i <= high; i += step < 64 ? step : 64) {
        *bits |= UINT64_C(1) << i;
    }
    *any |= star && step == 1;
    return true;
}

static bool read_field(char *text, const struct bounds *b, uint64_t *bits, bool *any)
{
    for (char *next; text != NULL; text = next) {
        next = cut_at(text, ',');
        if (*text != '\0' && !read_member(text, b, bits, any)) {
            return false;
        }
    }
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Copies the next field; false: there is none, or it is too long. */
static bool take_field(const char **text, char field[FIELD_BYTES])
{
    const char *at = *text;
    size_t length = 0;
    while (is_blank(*at)) {
        at++;
    }
    while (at[length] != '\0' && !is_blank(at[length])) {
        length++;
    }
    if (length == 0 || length >= FIELD_BYTES) {
        return false;
    }
    memcpy(field, at, length);
    field[length] = '\0';
    *text = at + length;
    return true;
}

static bool read_fields(const char *text, struct cron_schedule *s)
{
    bool any = false;
    struct {
        const struct bounds *bounds;
        uint64_t *bits;
        bool *any;
    } fields[] = {
        {&minute_bounds, &s->minutes, &any},
        {&hour_bounds, &s->hours, &any},
        {&day_bounds, &s->days, &s->any_day},
        {&month_bounds, &s->months, &any},
        {&weekday_bounds, &s->weekdays, &s->any_weekday},
    };
    char field[FIELD_BYTES];
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (!take_field(&text, field) || !read_field(field, fields[i].bounds, fields[i].bits, fields[i].any)) {
            return false;
        }
    }
    while (is_blank(*text)) {
        text++;
    }
    return *text == '\0';
}

/* The unit at the start of text, in ns; 0: none. *length: its bytes. */
static int64_t read_unit(const char *text, size_t *length)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {{"ns", 1},       {"us", 1000},     {"\xc2\xb5s", 1000},   {"\xce\xbcs", 1000},
                 {"ms", 1000000}, {"s", SECOND_NS}, {"m", 60 * SECOND_NS}, {"h", 3600 * SECOND_NS}};
    size_t end = strcspn(text, ".0123456789");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strlen(units[i].name) == end && memcmp(units[i].name, text, end) == 0) {
            *length = end;
            return units[i].ns;
        }
    }
    return 0;
}

/* Reads digits; false when they pass int64. */
static bool read_digits(const char **text, int64_t *number, uint32_t *count)
{
    int64_t sum = 0;
    *count = 0;
    for (; **text >= '0' && **text <= '9'; (*text)++, (*count)++) {
        if (sum > (INT64_MAX - 9) / 10) {
            return false;
        }
        sum = sum * 10 + (**text - '0');
    }
    *number = sum;
    return true;
}

/* The digits behind a point, as so many units: what the ninth one and later say is less than a nanosecond of a second,
 * and dropped. */
static int64_t read_fraction(const char **text, uint32_t *count, int64_t *scale)
{
    int64_t sum = 0;
    *scale = 1;
    for (*count = 0; **text >= '0' && **text <= '9'; (*text)++, (*count)++) {
        if (*count < 9) {
            sum = sum * 10 + (**text - '0');
            *scale *= 10;
        }
    }
    return sum;
}

/* A duration as Go reads it, "1h30m", "1.5s", "-1m", to the second. */
static bool read_duration(const char *text, int64_t *duration_s)
{
    bool negative = *text == '-';
    int64_t sum_ns = 0;
    text += *text == '-' || *text == '+';
    if (strcmp(text, "0") == 0) {
        *duration_s = 0;
        return true;
    }
    if (*text == '\0') {
        return false;
    }
    while (*text != '\0') {
        int64_t whole, fraction = 0, scale = 1;
        uint32_t digits, behind = 0;
        size_t length = 0;
        if (!read_digits(&text, &whole, &digits)) {
            return false;
        }
        if (*text == '.') {
            text++;
            fraction = read_fraction(&text, &behind, &scale);
        }
        int64_t unit_ns = digits + behind > 0 ? read_unit(text, &length) : 0;
        if (unit_ns == 0 || whole > INT64_MAX / unit_ns || whole * unit_ns > INT64_MAX - sum_ns - unit_ns) {
            return false;
        }
        sum_ns += whole * unit_ns + (int64_t)((double)fraction * ((double)unit_ns / (double)scale));
        text += length;
    }
    *duration_s = (negative ? -sum_ns : sum_ns) / SECOND_NS;
    return true;
}

static bool read_descriptor(const char *text, struct cron_schedule *s)
{
    static const struct {
        const char *name;
        const char *fields;
    } descriptors[] = {
        {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}, {"@monthly", "0 0 1 * *"}, {"@weekly", "0 0 * * 0"},
        {"@daily", "0 0 * * *"},  {"@midnight", "0 0 * * *"}, {"@hourly", "0 * * * *"},
    };
    for (size_t i = 0; i < sizeof descriptors / sizeof *descriptors; i++) {
        if (strcmp(descriptors[i].name, text) == 0) {
            return read_fields(descriptors[i].fields, s);
        }
    }
    if (strncmp(text, "@every ", 7) != 0 || !read_duration(text + 7, &s->every_s)) {
        return false;
    }
    s->every_s = s->every_s < 1 ? 1 : s->every_s;
    return true;
}

bool cron_parse(const char *text, struct cron_schedule *schedule, const char **zone, size_t *zone_length)
{
    *schedule = (struct cron_schedule){0};
    *zone = NULL;
    *zone_length = 0;
    if (strncmp(text, "TZ=", 3) == 0 || strncmp(text, "CRON_TZ=", 8) == 0) {
        *zone = strchr(text, '=') + 1;
        *zone_length = strcspn(*zone, " ");
        text = *zone + *zone_length;
        while (is_blank(*text)) {
            text++;
        }
    }
    return *text == '@' ? read_descriptor(text, schedule) : read_fields(text, schedule);
}

/* ---- the wall clock ---- */

struct clock {
    int64_t year;
    int64_t month, day, hour, minute, second; /* month and day from 1 */
    int64_t weekday;                          /* Sunday is 0 */
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days from 1970-01-01; month may lie beyond December. Years begin in March, so that a leap day is the last one. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year += floor_div(month - 1, 12);
    month = (month - 1) - 12 * floor_div(month - 1, 12) + 1;
    int64_t march_year = month > 2 ? year : year - 1;
    int64_t since_march = month > 2 ? month - 3 : month + 9;
    int64_t era = floor_div(march_year, 400), of_era = march_year - era * 400;
    int64_t of_year = (153 * since_march + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static struct clock clock_of(int64_t local_s)
{
    int64_t days = floor_div(local_s, DAY_S), seconds = local_s - days * DAY_S;
    int64_t shifted = days + 719468;
    int64_t era = floor_div(shifted, 146097), of_era = shifted - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t since_march = (5 * of_year + 2) / 153;
    int64_t month = since_march < 10 ? since_march + 3 : since_march - 9;
    return (struct clock){.year = year + era * 400 + (month <= 2),
                          .month = month,
                          .day = of_year - (153 * since_march + 2) / 5 + 1,
                          .hour = seconds / 3600,
                          .minute = seconds / 60 % 60,
                          .second = seconds % 60,
                          .weekday = days + 4 - 7 * floor_div(days + 4, 7)};
}

/* The index of the offset in force. */
static uint32_t period_of(const struct cron_zone *zone, int64_t at_s)
{
    uint32_t i = 0;
    while (i + 1 < zone->count && zone->offsets[i + 1].from_s <= at_s) {
        i++;
    }
    return i;
}

static int64_t offset_of(const struct cron_zone *zone, int64_t at_s)
{
    return zone->count == 0 ? 0 : zone->offsets[period_of(zone, at_s)].east_s;
}

static struct clock local(const struct cron_zone *zone, int64_t at_s)
{
    return clock_of(at_s + offset_of(zone, at_s));
}

/* The instant of a reading of the clock, as Go's time.Date finds it. */
static int64_t instant(const struct cron_zone *zone, int64_t year, int64_t month, int64_t day, const struct clock *c)
{
    int64_t wall_s = days_of(year, month, day) * DAY_S + c->hour * 3600 + c->minute * 60 + c->second;
    int64_t offset = offset_of(zone, wall_s);
    if (offset != 0 && period_of(zone, wall_s - offset) != period_of(zone, wall_s)) {
        offset = offset_of(zone, wall_s - offset);
    }
    return wall_s - offset;
}

/* ---- the search ---- */

struct search {
    const struct cron_schedule *schedule;
    const struct cron_zone *zone;
    int64_t at_s;
    bool added; /* the smaller fields were cut */
};

static const struct clock midnight;

static bool day_matches(const struct cron_schedule *s, const struct clock *c)
{
    bool day = s->days >> c->day & 1, weekday = s->weekdays >> c->weekday & 1;
    return s->any_day || s->any_weekday ? day && weekday : day || weekday;
}

/* Each step moves on to where its field matches. False: it passed into the next larger field, the search begins anew. */

static bool find_month(struct search *s)
{
    struct clock c = local(s->zone, s->at_s);
    while (!(s->schedule->months >> c.month & 1)) {
        if (!s->added) {
            s->added = true;
            s->at_s = instant(s->zone, c.year, c.month, 1, &midnight);
            c = local(s->zone, s->at_s);
        }
        s->at_s = instant(s->zone, c.year, c.month + 1, c.day, &c);
        c = local(s->zone, s->at_s);
        if (c.month == 1) {
            return false;
        }
    }
    return true;
}

static bool find_day(struct search *s)
{
    struct clock c = local(s->zone, s->at_s);
    while (!day_matches(s->schedule, &c)) {
        if (!s->added) {
            s->added = true;
            s->at_s = instant(s->zone, c.year, c.month, c.day, &midnight);
            c = local(s->zone, s->at_s);
        }
        s->at_s = instant(s->zone, c.year, c.month, c.day + 1, &c);
        c = local(s->zone, s->at_s);
        if (c.hour != 0) { /* there is no midnight that day, or two */
            s->at_s += c.hour > 12 ? (24 - c.hour) * 3600 : -c.hour * 3600;
            c = local(s->zone, s->at_s);
        }
        if (c.day == 1) {
            return false;
        }
    }
    return true;
}

static bool find_hour(struct search *s)
{
    struct clock c = local(s->zone, s->at_s);
    while (!(s->schedule->hours >> c.hour & 1)) {
        if (!s->added) {
            s->added = true;
            struct clock whole = {.hour = c.hour};
            s->at_s = instant(s->zone, c.year, c.month, c.day, &whole);
        }
        s->at_s += 3600;
        c = local(s->zone, s->at_s);
        if (c.hour == 0) {
            return false;
        }
    }
    return true;
}

static bool find_minute(struct search *s)
{
    struct clock c = local(s->zone, s->at_s);
    while (!(s->schedule->minutes >> c.minute & 1)) {
        if (!s->added) {
            s->added = true;
            s->at_s = floor_div(s->at_s, 60) * 60;
        }
        s->at_s += 60;
        c = local(s->zone, s->at_s);
        if (c.minute == 0) {
            return false;
        }
    }
    return true;
}

/* To the next whole minute at once, unless the clock is set meanwhile. */
static bool find_second(struct search *s)
{
    int64_t left = (60 - local(s->zone, s->at_s).second) % 60;
    if (left == 0) {
        return true;
    }
    s->added = true;
    bool steady = offset_of(s->zone, s->at_s) == offset_of(s->zone, s->at_s + left);
    do {
        s->at_s += steady ? left : 1;
    } while (local(s->zone, s->at_s).second != 0);
    return false;
}

int64_t cron_next(const struct cron_schedule *schedule, const struct cron_zone *zone, int64_t from_s)
{
    if (schedule->every_s > 0) {
        return from_s + schedule->every_s;
    }
    struct search s = {schedule, zone, from_s + 1, false};
    int64_t last_year = local(zone, s.at_s).year + 5;
    while (local(zone, s.at_s).year <= last_year) {
        if (find_month(&s) && find_day(&s) && find_hour(&s) && find_minute(&s) && find_second(&s)) {
            return s.at_s;
        }
    }
    return CRON_NONE;
}

struct cron_recent cron_most_recent(const struct cron_wait *wait, bool with_deadline)
{
    struct cron_recent r = {.earliest_s = wait->last_s != CRON_NONE ? wait->last_s : wait->created_s,
                            .start_s = CRON_NONE};
    int64_t now_s = wait->now_s;
    if (with_deadline && wait->deadline_s >= 0) {
        int64_t cut_s = now_s - wait->deadline_s;
        if (cut_s > r.earliest_s || (cut_s == r.earliest_s && wait->now_ns > 0)) {
            r.earliest_s = cut_s;
            r.earliest_ns = wait->now_ns;
        }
    }
    int64_t first_s = cron_next(wait->schedule, wait->zone, r.earliest_s);
    int64_t second_s = cron_next(wait->schedule, wait->zone, first_s);
    if (now_s < first_s) {
        return r;
    }
    if (now_s < second_s) {
        r.start_s = first_s;
        return r;
    }
    int64_t interval_s = second_s - first_s;
    if (interval_s < 1) {
        r.error = true;
        return r;
    }
    int64_t missed = (now_s - first_s) / interval_s + 1;
    int64_t at_s = cron_next(wait->schedule, wait->zone, first_s + (missed - 2) * interval_s);
    for (; at_s != CRON_NONE && at_s <= now_s; at_s = cron_next(wait->schedule, wait->zone, at_s)) {
        r.start_s = at_s;
    }
    r.missed = missed > 100 ? CRON_MISSED_MANY : CRON_MISSED_FEW;
    return r;
}

int64_t cron_requeue_ns(const struct cron_wait *wait)
{
    struct cron_recent r = cron_most_recent(wait, false);
    int64_t from_s = r.start_s;
    if (r.error || (r.start_s == CRON_NONE && r.missed != CRON_MISSED_NONE)) {
        from_s = wait->now_s;
    } else if (r.start_s == CRON_NONE) {
        from_s = r.earliest_s;
    }
    int64_t next_s = cron_next(wait->schedule, wait->zone, from_s);
    if (next_s == CRON_NONE) {
        return INT64_MIN;
    }
    return (next_s - wait->now_s) * SECOND_NS + SECOND_NS / 10 - wait->now_ns;
}
