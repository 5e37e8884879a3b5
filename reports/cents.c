#include "reports/cents.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/print.h"

struct remainder {
    double left;
    uint32_t index;
};

static int compare_remainders(const void *left, const void *right)
{
    const struct remainder *x = left, *y = right;
    if (x->left != y->left) {
        return x->left > y->left ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Cuts values to wholes and gives to (or takes from) them until they sum to whole. */
void cents_fit(struct arena scratch, int64_t whole, const double *values, int64_t *parts, uint32_t count)
{
    struct remainder *order = TAKE(&scratch, struct remainder, count + 1);
    int64_t rest = whole;
    for (uint32_t i = 0; i < count; i++) {
        double down = floor(values[i]);
        parts[i] = (int64_t)down;
        rest -= parts[i];
        order[i] = (struct remainder){values[i] - down, i};
    }
    qsort(order, count, sizeof *order, compare_remainders);
    for (uint32_t i = 0; rest > 0 && count > 0; i = (i + 1) % count) {
        parts[order[i].index]++;
        rest--;
    }
    for (uint32_t i = 0; rest < 0 && count > 0; i = (i + 1) % count) {
        parts[order[count - 1 - i].index]--;
        rest++;
    }
}

int64_t cents_round(struct arena scratch, const double *values, int64_t *parts, uint32_t count)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += values[i];
    }
    int64_t whole = llround(sum);
    cents_fit(scratch, whole, values, parts, count);
    return whole;
}

void cents_spread(struct arena scratch, int64_t whole, const int64_t *weights, int64_t *parts, uint32_t count)
{
    double *values = TAKE(&scratch, double, count + 1);
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += (double)weights[i];
    }
    for (uint32_t i = 0; i < count; i++) {
        values[i] = (double)whole * (sum > 0 ? (double)weights[i] / sum : 1.0 / count);
    }
    cents_fit(scratch, whole, values, parts, count);
}

void cents_print(struct buffer *out, int64_t cents)
{
    uint64_t size = cents < 0 ? -(uint64_t)cents : (uint64_t)cents;
    buffer_format(out, "%s%" PRIu64 ".%02" PRIu64, cents < 0 ? "-" : "", size / 100, size % 100);
}

void cents_print_usd(struct buffer *out, int64_t cents)
{
    uint64_t size = cents < 0 ? -(uint64_t)cents : (uint64_t)cents;
    buffer_text(out, cents < 0 ? "-$" : "$");
    print_number(out, (double)(size / 100), 15);
    buffer_format(out, ".%02d", (int)(size % 100));
}

void cents_print_rounded(struct buffer *out, double cents)
{
    cents_print_usd(out, llround(cents));
}

void cents_print_change(struct buffer *out, int64_t cents)
{
    buffer_text(out, cents > 0 ? "+" : "");
    cents_print_usd(out, cents);
}

void cents_print_nusd(struct buffer *out, int64_t nusd)
{
    uint64_t size = nusd < 0 ? -(uint64_t)nusd : (uint64_t)nusd;
    char fraction[16];
    snprintf(fraction, sizeof fraction, ".%09" PRIu64, size % 1000000000);
    size_t length = strlen(fraction);
    while (fraction[length - 1] == '0') {
        length--;
    }
    buffer_format(out, "%s%" PRIu64, nusd < 0 ? "-" : "", size / 1000000000);
    buffer_add(out, fraction, length == 1 ? 0 : length);
}
