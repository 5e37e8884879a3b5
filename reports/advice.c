#include "reports/advice.h"

#include <math.h>
#include <string.h>

#define MIB (INT64_C(1) << 20)
#define GIB (INT64_C(1) << 30)

static int64_t up(double amount, int64_t unit)
{
    return (int64_t)ceil(amount / (double)unit - 1e-9) * unit;
}

/* ---- amounts ---- */

static int64_t unit_mcpu(double mcpu)
{
    return mcpu < 100 ? 5 : mcpu < 1000 ? 10 : 50;
}

static int64_t unit_bytes(double bytes)
{
    return bytes < (double)GIB ? MIB : 32 * MIB;
}

int64_t advice_round_mcpu(double mcpu)
{
    int64_t rounded = up(mcpu, unit_mcpu(mcpu));
    return rounded > 10 ? rounded : 10;
}

int64_t advice_round_bytes(double bytes)
{
    int64_t rounded = up(bytes, unit_bytes(bytes));
    return rounded > 16 * MIB ? rounded : 16 * MIB;
}

int64_t advice_cpu(double used_mcpu)
{
    return advice_round_mcpu(used_mcpu * (1 + ADVICE_MARGIN));
}

int64_t advice_memory(double most_bytes)
{
    return advice_round_bytes(most_bytes * (1 + ADVICE_MEMORY_MARGIN));
}

/* Half of now rounded up to a unit, or one and a half of it rounded down. */
static int64_t step(int64_t now, int64_t wanted, int64_t unit_low, int64_t unit_high)
{
    int64_t low = up((double)now * (1 - ADVICE_STEP), unit_low);
    int64_t high = (int64_t)((double)now * (1 + ADVICE_STEP)) / unit_high * unit_high;
    low = low < now ? low : now;
    high = high > now ? high : now;
    return wanted < low ? low : wanted > high ? high : wanted;
}

int64_t advice_step_mcpu(int64_t now_mcpu, int64_t wanted_mcpu, bool full)
{
    double now = (double)now_mcpu;
    return full || now_mcpu <= 0 ? wanted_mcpu : step(now_mcpu, wanted_mcpu, unit_mcpu(now / 2), unit_mcpu(now * 1.5));
}

int64_t advice_step_bytes(int64_t now_bytes, int64_t wanted_bytes, bool full)
{
    return full || now_bytes <= 0 ? wanted_bytes : step(now_bytes, wanted_bytes, MIB, MIB);
}

int64_t advice_target(int64_t target, int64_t request, int64_t new_request)
{
    if (request <= 0 || new_request <= 0) {
        return target;
    }
    int64_t scaled = (int64_t)floor((double)target * (double)request / (double)new_request + 0.5);
    return scaled > 1 ? scaled : 1;
}

double advice_budget_used(double achieved, double wanted)
{
    double allowed = 1 - wanted, missed = 1 - achieved;
    if (missed <= 0) {
        return 0;
    }
    return allowed > 0 ? missed / allowed : INFINITY;
}

/* ---- heaps ---- */

static bool says_heap(const struct value *v)
{
    if (v == NULL) {
        return false;
    }
    if (v->kind == VALUE_TEXT) {
        return strstr(v->text, "-Xmx") != NULL || strstr(v->text, "MaxRAM") != NULL;
    }
    for (uint32_t i = 0; v->kind == VALUE_LIST && i < v->count; i++) {
        if (says_heap(v->items[i])) {
            return true;
        }
    }
    return false;
}

bool advice_fixes_heap(const struct value *container)
{
    const struct value *env = value_get(container, "env");
    for (uint32_t i = 0; value_is_list(env) && i < env->count; i++) {
        if (says_heap(value_get(env->items[i], "value"))) {
            return true;
        }
    }
    return says_heap(value_get(container, "command")) || says_heap(value_get(container, "args"));
}

/* ---- the bound ---- */

/* What machines of one offer cost that hold both. */
static double usd_of_one(const struct advice_offer *o, double mcpu, double bytes)
{
    double by_mcpu = mcpu / o->mcpu, by_bytes = bytes / o->bytes;
    return o->usd_per_hour * (by_mcpu > by_bytes ? by_mcpu : by_bytes);
}

/* The same for so many of each that both amounts are met exactly; infinity where that takes a negative number. */
static double usd_of_two(const struct advice_offer *a, const struct advice_offer *b, double mcpu, double bytes)
{
    double determinant = a->mcpu * b->bytes - b->mcpu * a->bytes;
    if (determinant == 0) {
        return INFINITY;
    }
    double of_a = (mcpu * b->bytes - b->mcpu * bytes) / determinant;
    double of_b = (a->mcpu * bytes - mcpu * a->bytes) / determinant;
    return of_a < 0 || of_b < 0 ? INFINITY : of_a * a->usd_per_hour + of_b * b->usd_per_hour;
}

double advice_least_usd(const struct advice_offer *offers, size_t count, double mcpu, double bytes)
{
    double least = count > 0 ? INFINITY : 0;
    for (size_t i = 0; i < count; i++) {
        least = fmin(least, usd_of_one(&offers[i], mcpu, bytes));
        for (size_t k = i + 1; k < count; k++) {
            least = fmin(least, usd_of_two(&offers[i], &offers[k], mcpu, bytes));
        }
    }
    return least;
}
