#include "reports/amount.h"

#include <math.h>
#include <string.h>

#include "reports/print.h"

#define EACH "USD each"

static void print_each(struct buffer *out, double usd)
{
    double many = print_many(usd);
    print_usd(out, usd * many);
    buffer_text(out, many == 1 ? "" : many == 1e3 ? "/k" : "/M");
}

static void print_size(struct buffer *out, const char *unit, double x)
{
    if (strcmp(unit, "USD") == 0) {
        print_usd(out, x);
    } else if (strcmp(unit, EACH) == 0) {
        print_each(out, x);
    } else if (strcmp(unit, "s") == 0) {
        print_seconds(out, x);
    } else if (strcmp(unit, "share") == 0) {
        print_share(out, x);
    } else if (strcmp(unit, "mcpu") == 0) {
        print_cores(out, x);
        buffer_text(out, isnan(x) ? "" : " cores");
    } else if (strcmp(unit, "bytes") == 0) {
        print_gib(out, x);
        buffer_text(out, isnan(x) ? "" : " GiB");
    } else {
        print_number(out, x, 3);
        buffer_text(out, strcmp(unit, "h") == 0 && !isnan(x) ? " h" : "");
    }
}

const char *amount_unit(const char *figure, const char *unit)
{
    return strcmp(figure, "cost.per_unit") == 0 ? EACH : unit;
}

void amount_print(struct buffer *out, const char *unit, double x)
{
    if (x < 0) {
        buffer_byte(out, '-');
    }
    print_size(out, unit, fabs(x));
}

/* Without a bound that is known. */
static bool print_unbounded(struct buffer *out, double x)
{
    if (isnan(x)) {
        buffer_text(out, "-");
    } else if (isinf(x)) {
        buffer_text(out, x < 0 ? "-inf" : "+inf");
    }
    return isnan(x) || isinf(x);
}

void amount_change(struct buffer *out, const char *unit, double x)
{
    if (print_unbounded(out, x)) {
        return;
    }
    buffer_text(out, x < 0 ? "-" : x > 0 ? "+" : "");
    if (strcmp(unit, "share") == 0) {
        print_number(out, fabs(x) * 100, 3);
        buffer_text(out, " pp");
    } else {
        print_size(out, unit, fabs(x));
    }
}

void amount_relative(struct buffer *out, double share)
{
    if (print_unbounded(out, share)) {
        return;
    }
    buffer_text(out, share < 0 ? "-" : share > 0 ? "+" : "");
    print_number(out, fabs(share) * 100, 3);
    buffer_text(out, " %");
}
