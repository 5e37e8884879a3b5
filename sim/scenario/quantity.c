/* Quantities, in Kubernetes' two forms.
 *
 * Invariants
 * 1. is_big false: the number is mantissa x 10^scale and big means nothing. is_big true: it is big.
 * 2. text is null or what Kubernetes prints; whatever changes the number drops it.
 *
 * Scales are int32 and wrap, as Go's do: a user reaches that with 1e2147483647.
 */
#include "sim/scenario/quantity.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/number.h"

enum { NANO = -9, MILLI = -3, FAST_DIGITS = 18, WHOLE_DIGITS = 500 };

/* More digits than these behind the point cannot change a number that is rounded up to 10^-9 after a multiplication by
 * at most 2^60: 10^60 is a multiple of 2^60. */
enum { FRACTION_DIGITS = 69 };

struct suffix {
    const char *text;
    int32_t exponent;
    enum quantity_format format;
};

static const struct suffix suffixes[] = {
    {"n", -9, QUANTITY_DECIMAL_SI}, {"u", -6, QUANTITY_DECIMAL_SI}, {"m", -3, QUANTITY_DECIMAL_SI},
    {"", 0, QUANTITY_DECIMAL_SI},   {"k", 3, QUANTITY_DECIMAL_SI},  {"M", 6, QUANTITY_DECIMAL_SI},
    {"G", 9, QUANTITY_DECIMAL_SI},  {"T", 12, QUANTITY_DECIMAL_SI}, {"P", 15, QUANTITY_DECIMAL_SI},
    {"E", 18, QUANTITY_DECIMAL_SI}, {"Ki", 10, QUANTITY_BINARY_SI}, {"Mi", 20, QUANTITY_BINARY_SI},
    {"Gi", 30, QUANTITY_BINARY_SI}, {"Ti", 40, QUANTITY_BINARY_SI}, {"Pi", 50, QUANTITY_BINARY_SI},
    {"Ei", 60, QUANTITY_BINARY_SI},
};

enum { SUFFIXES = sizeof suffixes / sizeof suffixes[0] };

/* A run of bytes of the text that is read. */
struct span {
    const char *at;
    size_t length;
};

/* A text taken apart. */
struct parts {
    bool negative;
    bool has_digits;   /* one at least, leading zeros included */
    struct span whole; /* without leading zeros; "0" when nothing is left */
    struct span fraction;
    struct span suffix;
};

/* 10^places as Go converts it to int64: beyond 10^18 INT64_MIN. */
static int64_t pow10_int64(int64_t places)
{
    if (places > FAST_DIGITS) {
        return INT64_MIN;
    }
    int64_t power = 1;
    for (; places > 0; places--) {
        power *= 10;
    }
    return power;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct span take_digits(const char **at, const char *end)
{
    struct span span = {*at, 0};
    while (*at < end && is_digit(**at)) {
        (*at)++;
        span.length++;
    }
    return span;
}

static enum quantity_error split(const char *at, const char *end, struct parts *parts)
{
    *parts = (struct parts){.whole = {"0", 1}, .fraction = {end, 0}, .suffix = {end, 0}};
    if (at < end && (*at == '-' || *at == '+')) {
        parts->negative = *at++ == '-';
    }
    while (at < end && *at == '0') {
        at++;
        parts->has_digits = true;
    }
    if (at == end) {
        parts->has_digits = true;
        return QUANTITY_OK;
    }
    struct span whole = take_digits(&at, end);
    if (whole.length > 0) {
        parts->whole = whole;
    }
    if (at < end && *at == '.') {
        at++;
        parts->fraction = take_digits(&at, end);
    }
    parts->has_digits |= whole.length + parts->fraction.length > 0;
    parts->suffix.at = at;
    while (at < end && memchr("eEinumkKMGTP", *at, 12) != NULL) {
        at++;
    }
    if (at < end && (*at == '-' || *at == '+')) {
        at++;
    }
    take_digits(&at, end);
    parts->suffix.length = (size_t)(at - parts->suffix.at);
    return at == end ? QUANTITY_OK : QUANTITY_FORMAT;
}

/* Reads the number behind the e: an int64, cut to 32 bits. */
static bool read_exponent(struct span span, int32_t *exponent)
{
    const char *at = span.at, *end = span.at + span.length;
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) {
        at++;
    }
    if (at == end) {
        return false;
    }
    int64_t number = 0;
    for (; at < end; at++) {
        int64_t digit = *at - '0';
        if (!is_digit(*at) || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_sub_overflow(number, digit, &number)) {
            return false;
        }
    }
    if (!negative && number == INT64_MIN) {
        return false;
    }
    *exponent = number_wrap_int32(negative ? number : number_wrap_sub64(0, number));
    return true;
}

static bool read_suffix(struct span span, int32_t *exponent, enum quantity_format *format)
{
    for (int i = 0; i < SUFFIXES; i++) {
        if (strlen(suffixes[i].text) == span.length && memcmp(suffixes[i].text, span.at, span.length) == 0) {
            *exponent = suffixes[i].exponent;
            *format = suffixes[i].format;
            return true;
        }
    }
    *format = QUANTITY_DECIMAL_EXPONENT;
    bool marked = span.length > 1 && (*span.at == 'e' || *span.at == 'E');
    return marked && read_exponent((struct span){span.at + 1, span.length - 1}, exponent);
}

static const char *suffix_text(int32_t exponent, enum quantity_format format)
{
    for (int i = 0; i < SUFFIXES; i++) {
        if (suffixes[i].exponent == exponent && suffixes[i].format == format) {
            return suffixes[i].text;
        }
    }
    return "";
}

static size_t count_digits(const struct parts *parts)
{
    return parts->whole.length + parts->fraction.length;
}

static char digit(const struct parts *parts, size_t i)
{
    return i < parts->whole.length ? parts->whole.at[i] : parts->fraction.at[i - parts->whole.length];
}

/* Kubernetes prints such a text as it was read, though it need not be the canonical one. */
static bool keeps_text(const struct parts *parts, int64_t digits, int32_t scale, enum quantity_format format)
{
    if (format == QUANTITY_BINARY_SI) {
        return (digits & 7) != 0;
    }
    size_t n = count_digits(parts);
    bool round = n >= 3 && digit(parts, n - 1) == '0' && digit(parts, n - 2) == '0' && digit(parts, n - 3) == '0';
    return scale % 3 == 0 && digit(parts, 0) != '0' && !round;
}

/* False: the number needs the big form. */
static bool parse_fast(const struct parts *parts, int32_t exponent, struct quantity *q, bool *keep)
{
    size_t count = count_digits(parts);
    int64_t unit = 1;
    if (q->format == QUANTITY_BINARY_SI) {
        if (parts->fraction.length > 0 || (int64_t)count > 14 - exponent * 3 / 10) {
            return false;
        }
        unit = (int64_t)1 << exponent;
    } else {
        q->scale = number_wrap_int32((int64_t)exponent - (int64_t)parts->fraction.length);
        if (count > FAST_DIGITS || q->scale < NANO) {
            return false;
        }
    }
    int64_t digits = 0;
    for (size_t i = 0; i < count; i++) {
        digits = digits * 10 + (digit(parts, i) - '0');
    }
    if (__builtin_mul_overflow(digits, unit, &q->mantissa)) {
        return false;
    }
    *keep = keeps_text(parts, digits, q->scale, q->format);
    q->mantissa = parts->negative ? -q->mantissa : q->mantissa;
    return true;
}

/* The digits of parts x 10^-scale, as far as they can matter: a 1 stands for those that are cut and not all 0. */
static enum quantity_error read_digits(const struct parts *parts, int32_t scale, struct decimal *d)
{
    size_t count = count_digits(parts), kept = count, first = 0;
    if (scale > FRACTION_DIGITS) {
        size_t cut = (size_t)(scale - FRACTION_DIGITS);
        kept = cut < count ? count - cut : 0;
    }
    while (first < count && digit(parts, first) == '0') {
        first++;
    }
    if (first == count) {
        *d = decimal_of(0, scale > FRACTION_DIGITS ? -NANO : scale);
        return QUANTITY_OK;
    }
    if ((int64_t)(count - first) - scale > WHOLE_DIGITS) {
        return QUANTITY_TOO_LARGE;
    }
    char digits[WHOLE_DIGITS + FRACTION_DIGITS + 1];
    size_t n = 0, i = first;
    for (; i < kept; i++) {
        digits[n++] = digit(parts, i);
    }
    while (i < count && digit(parts, i) == '0') {
        i++;
    }
    bool cut = i < count;
    if (cut) {
        digits[n++] = '1';
    }
    bool fits = decimal_read(d, digits, n);
    assert(fits);
    d->scale = scale - (int32_t)(count - kept) + cut;
    return QUANTITY_OK;
}

/* Takes the number to the big form: rounded up to 10^-9, and capped at int64's largest if it is binary. */
static enum quantity_error parse_big(const struct parts *parts, int32_t exponent, struct quantity *q)
{
    bool binary = q->format == QUANTITY_BINARY_SI;
    if (!parts->has_digits) {
        return QUANTITY_NUMERIC;
    }
    int32_t scale = number_wrap_int32((int64_t)parts->fraction.length - (binary ? 0 : exponent));
    enum quantity_error error = read_digits(parts, scale, &q->big);
    if (error != QUANTITY_OK) {
        return error;
    }
    if (binary) {
        decimal_multiply(&q->big, (int64_t)1 << exponent);
    }
    if (decimal_sign(&q->big) != 0) {
        decimal_round_away(&q->big, -NANO);
    }
    const struct decimal largest = decimal_of(INT64_MAX, 0), one = decimal_of(1, 0);
    if (binary && decimal_compare(&q->big, &largest) > 0) {
        q->big = largest;
    }
    if (binary && decimal_sign(&q->big) > 0 && decimal_compare(&q->big, &one) < 0) {
        q->format = QUANTITY_DECIMAL_SI;
    }
    if (parts->negative) {
        decimal_negate(&q->big);
    }
    q->is_big = true;
    return QUANTITY_OK;
}

/* The number as a decimal, whichever form it has. */
static struct decimal as_decimal(const struct quantity *q)
{
    return q->is_big ? q->big : decimal_of(q->mantissa, number_wrap_int32(-(int64_t)q->scale));
}

static void make_big(struct quantity *q)
{
    q->big = as_decimal(q);
    q->is_big = true;
}

/* number x 10^places, places as wrapped. False: it does not fit; *result is then what Kubernetes leaves there. */
static bool scale_up(int64_t number, int32_t places, int64_t *result)
{
    if (places <= 0 || number == 0) {
        *result = number;
        return true;
    }
    if (places == 1 || places == 2 || places == 3 || places == 6 || places == 9) {
        int64_t unit = pow10_int64(places);
        *result = number == INT64_MIN ? 0 : number_wrap_mul64(number, unit);
        return !__builtin_mul_overflow(number, unit, &(int64_t){0});
    }
    bool fits = places <= FAST_DIGITS && !__builtin_mul_overflow(number, pow10_int64(places), result);
    *result = fits ? *result : 0;
    return fits;
}

/* number / 10^places, places as wrapped, rounded away from zero. */
static int64_t scale_down(int64_t number, int32_t places, bool *exact)
{
    int64_t result = number;
    *exact = true;
    for (; places > 0 && result != 0; places--) {
        *exact = *exact && result % 10 == 0;
        result /= 10;
    }
    return *exact ? result : number > 0 ? result + 1 : result - 1;
}

/* What Kubernetes reads off the big form: within int64 it cuts and adds one when that was inexact, beyond it floors
 * and adds one. */
static int64_t big_value_at(const struct decimal *d, int32_t scale)
{
    int64_t places = (int64_t)d->scale + scale;
    if (places <= 0) {
        return number_wrap_mul64(decimal_low64(d), pow10_int64(-places));
    }
    struct decimal digits = *d, largest = decimal_of(INT64_MAX, 0);
    digits.scale = 0;
    if (places <= FAST_DIGITS && decimal_compare(&digits, &largest) < 0) {
        int64_t whole = decimal_low64(d), unit = pow10_int64(places);
        return whole / unit + (whole % unit != 0);
    }
    digits.scale = number_wrap_int32(places);
    bool exact = decimal_round_away(&digits, 0);
    int64_t away = decimal_low64(&digits);
    return exact || !d->negative ? away : away + 1;
}

static char *print_decimal(char *out, struct decimal d, enum quantity_format format)
{
    char *end = decimal_print(out, &d);
    int32_t exponent = number_wrap_int32(-(int64_t)d.scale);
    for (; end[-1] == '0'; end--) {
        exponent = number_wrap_int32((int64_t)exponent + 1);
    }
    for (; exponent % 3 != 0; exponent = number_wrap_int32((int64_t)exponent - 1)) {
        *end++ = '0';
    }
    *end = '\0';
    if (format == QUANTITY_DECIMAL_SI) {
        strcpy(end, suffix_text(exponent, format));
    } else if (exponent != 0) {
        sprintf(end, "e%d", (int)exponent);
    }
    return out;
}

static char *print_binary(char *out, struct decimal d)
{
    int32_t exponent = 0;
    for (struct decimal next = d; decimal_divide(&next, 1024) == 0; d = next) {
        exponent += 10;
    }
    strcpy(decimal_print(out, &d), suffix_text(exponent, QUANTITY_BINARY_SI));
    return out;
}

/* Go's math.Pow10: a product or quotient of two tabled powers, so not the nearest double beyond 10^22. */
static double go_pow10(int64_t exponent)
{
    static const double ones[32] = {1e00, 1e01, 1e02, 1e03, 1e04, 1e05, 1e06, 1e07, 1e08, 1e09, 1e10,
                                    1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
                                    1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28, 1e29, 1e30, 1e31};
    static const double up[10] = {1e0, 1e32, 1e64, 1e96, 1e128, 1e160, 1e192, 1e224, 1e256, 1e288};
    static const double down[11] = {1e0, 1e-32, 1e-64, 1e-96, 1e-128, 1e-160, 1e-192, 1e-224, 1e-256, 1e-288, 1e-320};
    if (exponent >= 0) {
        return exponent <= 308 ? up[exponent / 32] * ones[exponent % 32] : (double)INFINITY;
    }
    return exponent >= -323 ? down[-exponent / 32] / ones[-exponent % 32] : 0;
}

/* The fast form of the sum. False: it does not fit, and nothing was changed. */
static bool add_fast(struct quantity *q, int64_t mantissa, int32_t scale)
{
    if (mantissa == 0) {
        return true;
    }
    if (q->mantissa == 0) {
        q->mantissa = mantissa;
        q->scale = scale;
        return true;
    }
    int64_t left = q->mantissa, right = mantissa;
    bool fits = q->scale >= scale ? scale_up(left, number_wrap_int32((int64_t)q->scale - scale), &left)
                                  : scale_up(right, number_wrap_int32((int64_t)scale - q->scale), &right);
    if (!fits || __builtin_add_overflow(left, right, &left)) {
        return false;
    }
    q->mantissa = left;
    q->scale = q->scale < scale ? q->scale : scale;
    return true;
}

static void add(struct quantity *q, const struct quantity *other, bool negative)
{
    int64_t mantissa = negative ? number_wrap_sub64(0, other->mantissa) : other->mantissa;
    q->text = NULL;
    if (quantity_is_zero(q)) {
        q->format = other->format;
    }
    if (!q->is_big && !other->is_big && add_fast(q, mantissa, other->scale)) {
        return;
    }
    struct decimal right = as_decimal(other);
    if (negative) {
        decimal_negate(&right);
    }
    make_big(q);
    decimal_add(&q->big, &right);
}

enum quantity_error quantity_parse(const char *text, size_t length, struct quantity *q)
{
    struct parts parts;
    if (length == 0) {
        return QUANTITY_FORMAT;
    }
    enum quantity_error error = split(text, text + length, &parts);
    if (error != QUANTITY_OK) {
        return error;
    }
    struct quantity read = {0};
    int32_t exponent = 0;
    if (!read_suffix(parts.suffix, &exponent, &read.format)) {
        return QUANTITY_SUFFIX;
    }
    bool keep = false;
    if (!parse_fast(&parts, exponent, &read, &keep)) {
        error = parse_big(&parts, exponent, &read);
    } else if (keep) {
        read.text = text;
        read.length = (uint32_t)length;
    }
    if (error == QUANTITY_OK) {
        *q = read;
    }
    return error;
}

static enum quantity_error parse_trimmed(const char *text, size_t length, struct quantity *q)
{
    while (length > 0 && *text == ' ') {
        text++;
        length--;
    }
    while (length > 0 && text[length - 1] == ' ') {
        length--;
    }
    return quantity_parse(text, length, q);
}

enum quantity_error quantity_parse_json(const char *token, size_t length, struct quantity *q)
{
    if (length == 4 && memcmp(token, "null", 4) == 0) {
        *q = (struct quantity){0};
        return QUANTITY_OK;
    }
    if (length >= 2 && token[0] == '"' && token[length - 1] == '"') {
        token++;
        length -= 2;
    }
    return parse_trimmed(token, length, q);
}

enum quantity_error quantity_read(const struct value *v, struct quantity *q)
{
    if (v != NULL && v->kind == VALUE_NULL) {
        *q = (struct quantity){0};
        return QUANTITY_OK;
    }
    if (v == NULL || (v->kind != VALUE_TEXT && v->kind != VALUE_NUMBER)) {
        return QUANTITY_FORMAT;
    }
    return parse_trimmed(v->text, v->count, q);
}

struct quantity quantity_of(const struct value *v)
{
    struct quantity q = {0};
    enum quantity_error error = quantity_read(v, &q);
    assert(error == QUANTITY_OK);
    return q;
}

struct quantity quantity_scaled(int64_t mantissa, int32_t scale, enum quantity_format format)
{
    return (struct quantity){.mantissa = mantissa, .scale = scale, .format = format};
}

const char *quantity_text(struct arena *a, const struct quantity *q)
{
    if (q->text != NULL) {
        return arena_text(a, q->text, q->length);
    }
    char out[QUANTITY_ROOM];
    quantity_canonical(out, q);
    return arena_text(a, out, strlen(out));
}

char *quantity_canonical(char out[QUANTITY_ROOM], const struct quantity *q)
{
    if (quantity_is_zero(q)) {
        return strcpy(out, "0");
    }
    struct decimal d = as_decimal(q);
    if (q->format != QUANTITY_BINARY_SI) {
        return print_decimal(out, d, q->format);
    }
    struct decimal whole = d;
    bool small = quantity_compare_int64(q, -1024) > 0 && quantity_compare_int64(q, 1024) < 0;
    if (small || !decimal_round_away(&whole, 0)) {
        return print_decimal(out, d, QUANTITY_DECIMAL_SI);
    }
    return print_binary(out, whole);
}

int64_t quantity_value_at(const struct quantity *q, int32_t scale)
{
    if (q->is_big) {
        return big_value_at(&q->big, scale);
    }
    bool exact = true;
    int64_t result = 0;
    if (q->scale < scale) {
        return scale_down(q->mantissa, number_wrap_int32((int64_t)scale - q->scale), &exact);
    }
    (void)scale_up(q->mantissa, number_wrap_int32((int64_t)q->scale - scale), &result);
    return result;
}

int64_t quantity_value(const struct quantity *q)
{
    return quantity_value_at(q, 0);
}

int64_t quantity_milli(const struct quantity *q)
{
    return quantity_value_at(q, MILLI);
}

bool quantity_as_int64(const struct quantity *q, int64_t *whole)
{
    return !q->is_big && q->scale >= 0 && scale_up(q->mantissa, q->scale, whole);
}

double quantity_double(const struct quantity *q)
{
    double base = q->is_big ? decimal_digits_double(&q->big) : (double)q->mantissa;
    int64_t exponent = q->is_big ? -(int64_t)q->big.scale : q->scale;
    return exponent == 0 ? base : base * go_pow10(exponent);
}

int quantity_sign(const struct quantity *q)
{
    return q->is_big ? decimal_sign(&q->big) : (q->mantissa > 0) - (q->mantissa < 0);
}

bool quantity_is_zero(const struct quantity *q)
{
    return quantity_sign(q) == 0;
}

int quantity_compare(const struct quantity *left, const struct quantity *right)
{
    if (!left->is_big && !right->is_big && left->scale == right->scale) {
        return (left->mantissa > right->mantissa) - (left->mantissa < right->mantissa);
    }
    struct decimal l = as_decimal(left), r = as_decimal(right);
    return decimal_compare(&l, &r);
}

int quantity_compare_int64(const struct quantity *left, int64_t right)
{
    const struct quantity whole = quantity_scaled(right, 0, QUANTITY_NO_FORMAT);
    return quantity_compare(left, &whole);
}

void quantity_add(struct quantity *q, const struct quantity *other)
{
    add(q, other, false);
}

void quantity_subtract(struct quantity *q, const struct quantity *other)
{
    add(q, other, true);
}

bool quantity_multiply(struct quantity *q, int64_t factor)
{
    q->text = NULL;
    if (!q->is_big && (q->mantissa == 0 || factor == 0)) {
        q->scale = q->mantissa == 0 ? q->scale : 0;
        q->mantissa = 0;
        return true;
    }
    int64_t product = 0, unused = 0;
    bool exact = !q->is_big && !__builtin_mul_overflow(q->mantissa, factor, &product);
    if (exact && q->scale > 0) {
        exact = scale_up(product, q->scale, &unused);
    } else if (exact && q->scale < 0) {
        (void)scale_down(product, -q->scale, &exact);
    }
    if (exact) {
        q->mantissa = product;
        return true;
    }
    make_big(q);
    decimal_multiply(&q->big, factor);
    struct decimal digits = q->big;
    digits.scale = 0;
    const struct decimal least = decimal_of(INT64_MIN, 0), most = decimal_of(INT64_MAX, 0);
    return decimal_compare(&digits, &least) >= 0 && decimal_compare(&digits, &most) <= 0;
}

bool quantity_round_up(struct quantity *q, int32_t scale)
{
    if (q->is_big) {
        q->text = NULL;
        return decimal_round_away(&q->big, number_wrap_int32(-(int64_t)scale));
    }
    if (q->scale >= scale) {
        return true;
    }
    bool exact = true;
    q->text = NULL;
    q->mantissa = scale_down(q->mantissa, number_wrap_int32((int64_t)scale - q->scale), &exact);
    q->scale = scale;
    return exact;
}

void quantity_set(struct quantity *q, int64_t whole)
{
    *q = quantity_scaled(whole, 0, q->format);
}
