#include "sim/base/decimal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMB 1000000000u

static const uint32_t powers[10] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

static void trim(struct decimal *d)
{
    while (d->count > 0 && d->limb[d->count - 1] == 0) {
        d->count--;
    }
    if (d->count == 0) {
        d->negative = false;
    }
}

static void saturate(struct decimal *d)
{
    for (int i = 0; i < DECIMAL_LIMBS; i++) {
        d->limb[i] = LIMB - 1;
    }
    d->count = DECIMAL_LIMBS;
}

/* The digits become digits x factor + carry. */
static void multiply_add(struct decimal *d, uint32_t factor, uint32_t carry)
{
    for (unsigned i = 0; i < d->count; i++) {
        uint64_t product = (uint64_t)d->limb[i] * factor + carry;
        d->limb[i] = (uint32_t)(product % LIMB);
        carry = (uint32_t)(product / LIMB);
    }
    if (carry == 0) {
        return;
    }
    if (d->count == DECIMAL_LIMBS) {
        saturate(d);
        return;
    }
    d->limb[d->count++] = carry;
}

/* The digits become digits x 10^places. */
static void shift_up(struct decimal *d, int64_t places)
{
    if (d->count == 0 || places == 0) {
        return;
    }
    if (places > DECIMAL_DIGITS - (int64_t)decimal_digits(d)) {
        saturate(d);
        return;
    }
    multiply_add(d, powers[places % 9], 0);
    unsigned limbs = (unsigned)(places / 9);
    memmove(d->limb + limbs, d->limb, d->count * sizeof d->limb[0]);
    memset(d->limb, 0, limbs * sizeof d->limb[0]);
    d->count = (uint16_t)(d->count + limbs);
}

/* The digits become digits / 10^places; true when what was cut is not zero. */
static bool shift_down(struct decimal *d, int64_t places)
{
    unsigned limbs = places / 9 < d->count ? (unsigned)(places / 9) : d->count;
    bool lost = false;
    for (unsigned i = 0; i < limbs; i++) {
        lost |= d->limb[i] != 0;
    }
    d->count = (uint16_t)(d->count - limbs);
    memmove(d->limb, d->limb + limbs, d->count * sizeof d->limb[0]);
    if (d->count > 0) {
        lost |= decimal_divide(d, powers[places % 9]) != 0;
    }
    return lost;
}

static int compare_digits(const struct decimal *left, const struct decimal *right)
{
    if (left->count != right->count) {
        return left->count < right->count ? -1 : 1;
    }
    for (unsigned i = left->count; i-- > 0;) {
        if (left->limb[i] != right->limb[i]) {
            return left->limb[i] < right->limb[i] ? -1 : 1;
        }
    }
    return 0;
}

static void add_digits(struct decimal *d, const struct decimal *e)
{
    uint32_t carry = 0;
    for (unsigned i = 0; i < e->count || carry != 0; i++) {
        if (i == DECIMAL_LIMBS) {
            saturate(d);
            return;
        }
        if (i == d->count) {
            d->limb[d->count++] = 0;
        }
        uint32_t sum = d->limb[i] + (i < e->count ? e->limb[i] : 0) + carry;
        carry = sum >= LIMB;
        d->limb[i] = carry ? sum - LIMB : sum;
    }
}

/* large - small, where large is not the smaller. */
static void subtract_digits(struct decimal *large, const struct decimal *small)
{
    uint32_t borrow = 0;
    for (unsigned i = 0; i < large->count; i++) {
        uint32_t take = (i < small->count ? small->limb[i] : 0) + borrow;
        borrow = large->limb[i] < take;
        large->limb[i] = large->limb[i] + (borrow ? LIMB : 0) - take;
    }
    trim(large);
}

static int compare_magnitudes(const struct decimal *left, const struct decimal *right)
{
    int64_t left_top = (int64_t)decimal_digits(left) - left->scale;
    int64_t right_top = (int64_t)decimal_digits(right) - right->scale;
    if (left_top != right_top) {
        return left_top < right_top ? -1 : 1;
    }
    struct decimal l = *left, r = *right;
    if (l.scale < r.scale) {
        shift_up(&l, (int64_t)r.scale - l.scale);
    } else {
        shift_up(&r, (int64_t)l.scale - r.scale);
    }
    return compare_digits(&l, &r);
}

static struct decimal of_magnitude(uint64_t magnitude)
{
    struct decimal d = {0};
    for (; magnitude > 0; magnitude /= LIMB) {
        d.limb[d.count++] = (uint32_t)(magnitude % LIMB);
    }
    return d;
}

struct decimal decimal_of(int64_t whole, int32_t scale)
{
    struct decimal d = of_magnitude(whole < 0 ? 0 - (uint64_t)whole : (uint64_t)whole);
    d.negative = whole < 0;
    d.scale = scale;
    return d;
}

bool decimal_read(struct decimal *d, const char *digits, size_t count)
{
    while (count > 0 && *digits == '0') {
        digits++;
        count--;
    }
    if (count > DECIMAL_DIGITS) {
        return false;
    }
    *d = (struct decimal){.count = (uint16_t)((count + 8) / 9)};
    for (size_t i = 0; i < count; i++) {
        uint32_t *limb = &d->limb[(count - 1 - i) / 9];
        *limb = *limb * 10 + (uint32_t)(digits[i] - '0');
    }
    return true;
}

int decimal_sign(const struct decimal *d)
{
    return d->count == 0 ? 0 : d->negative ? -1 : 1;
}

int decimal_compare(const struct decimal *left, const struct decimal *right)
{
    int left_sign = decimal_sign(left), right_sign = decimal_sign(right);
    if (left_sign != right_sign) {
        return left_sign < right_sign ? -1 : 1;
    }
    return left_sign == 0 ? 0 : left_sign * compare_magnitudes(left, right);
}

void decimal_negate(struct decimal *d)
{
    d->negative = d->count > 0 && !d->negative;
}

void decimal_add(struct decimal *d, const struct decimal *e)
{
    struct decimal other = *e;
    if (d->scale < other.scale) {
        shift_up(d, (int64_t)other.scale - d->scale);
        d->scale = other.scale;
    } else {
        shift_up(&other, (int64_t)d->scale - other.scale);
    }
    if (d->count == 0 || d->negative == other.negative) {
        d->negative = other.count > 0 ? other.negative : d->negative;
        add_digits(d, &other);
    } else if (compare_digits(d, &other) >= 0) {
        subtract_digits(d, &other);
    } else {
        subtract_digits(&other, d);
        other.scale = d->scale;
        *d = other;
    }
}

void decimal_multiply(struct decimal *d, int64_t factor)
{
    struct decimal digits = of_magnitude(factor < 0 ? 0 - (uint64_t)factor : (uint64_t)factor);
    struct decimal sum = {.scale = d->scale, .negative = d->negative != (factor < 0)};
    for (unsigned i = digits.count; i-- > 0;) {
        struct decimal part = *d;
        multiply_add(&part, digits.limb[i], 0);
        trim(&part);
        shift_up(&sum, 9);
        add_digits(&sum, &part);
    }
    trim(&sum);
    *d = sum;
}

bool decimal_round_away(struct decimal *d, int32_t scale)
{
    int64_t drop = (int64_t)d->scale - scale;
    d->scale = scale;
    if (drop <= 0) {
        shift_up(d, -drop);
        return true;
    }
    bool negative = d->negative;
    bool lost = shift_down(d, drop);
    if (lost) {
        const struct decimal one = decimal_of(1, 0);
        add_digits(d, &one);
        d->negative = negative;
    }
    return !lost;
}

uint32_t decimal_divide(struct decimal *d, uint32_t divisor)
{
    uint64_t rest = 0;
    for (unsigned i = d->count; i-- > 0;) {
        uint64_t part = rest * LIMB + d->limb[i];
        d->limb[i] = (uint32_t)(part / divisor);
        rest = part % divisor;
    }
    trim(d);
    return (uint32_t)rest;
}

int64_t decimal_low64(const struct decimal *d)
{
    uint64_t low = 0;
    for (unsigned i = d->count; i-- > 0;) {
        low = low * LIMB + d->limb[i];
    }
    return (int64_t)(d->negative ? 0 - low : low);
}

double decimal_digits_double(const struct decimal *d)
{
    char text[DECIMAL_DIGITS + 2];
    decimal_print(text, d);
    return strtod(text, NULL);
}

size_t decimal_digits(const struct decimal *d)
{
    if (d->count == 0) {
        return 0;
    }
    size_t top = 1;
    while (top < 9 && d->limb[d->count - 1] >= powers[top]) {
        top++;
    }
    return top + 9 * (size_t)(d->count - 1);
}

char *decimal_print(char out[DECIMAL_DIGITS + 2], const struct decimal *d)
{
    char *at = out;
    if (d->negative) {
        *at++ = '-';
    }
    at += sprintf(at, "%u", d->count == 0 ? 0 : d->limb[d->count - 1]);
    for (unsigned i = d->count; i-- > 1;) {
        at += sprintf(at, "%09u", d->limb[i - 1]);
    }
    return at;
}
