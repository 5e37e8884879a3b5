/* quantity.h -- amounts as Kubernetes writes them: 250m, 1.5Gi, 2e3.
 *
 * Every answer has the bits that Kubernetes' own code gives, its overflows included. A quantity is held in one of two
 * forms, and which of them decides how it rounds and overflows: the fast form (mantissa x 10^scale), which all usual
 * texts take, and the big form, a decimal, which a sum stays in once it had to leave the fast one.
 *
 * Bounded where Kubernetes is not: a text for the big form of 10^500 and more is refused, sums and products past
 * DECIMAL_DIGITS digits stay at the largest number, and a zero with more than 69 places behind the point is read as one
 * with nine. Nothing that a cluster could have comes near.
 *
 * Source: Kubernetes v1.36, apimachinery/pkg/api/resource (quantity.go, amount.go, math.go, scale_int.go, suffix.go).
 */
#ifndef SIM_SCENARIO_QUANTITY_H
#define SIM_SCENARIO_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/decimal.h"
#include "sim/base/fail.h"
#include "sim/base/value.h"

enum quantity_format {
    QUANTITY_NO_FORMAT, /* of the zero value and of null; prints as QUANTITY_DECIMAL_EXPONENT */
    QUANTITY_DECIMAL_SI,
    QUANTITY_BINARY_SI,
    QUANTITY_DECIMAL_EXPONENT,
};

/* A quantity that is all zeros is 0, without a format. */
struct quantity {
    int64_t mantissa; /* of the fast form */
    int32_t scale;
    bool is_big;
    enum quantity_format format;
    uint32_t length;  /* bytes in text */
    const char *text; /* what was read, where Kubernetes prints it as it was; null: none. Borrowed from the input */
    struct decimal big;
};

/* What became of a text. Kubernetes tells the first four; the last is ours (above). */
enum quantity_error {
    QUANTITY_OK,
    QUANTITY_FORMAT,
    QUANTITY_SUFFIX,
    QUANTITY_NUMERIC,
    QUANTITY_TOO_LARGE,
};

enum { QUANTITY_ROOM = DECIMAL_DIGITS + 24 };

/* Reads length bytes; *q changes only when it is good, and may keep a pointer into text. */
enum quantity_error quantity_parse(const char *text, size_t length, struct quantity *q) MUST_CHECK;

/* The same for one JSON token as it stands in the file: null is 0 without a format, a number means its text, of a text
 * the blanks around are dropped and the escapes not decoded. */
enum quantity_error quantity_parse_json(const char *token, size_t length, struct quantity *q) MUST_CHECK;

/* The same for a value of a manifest: text, number or null; everything else, no value too, is QUANTITY_FORMAT. */
enum quantity_error quantity_read(const struct value *v, struct quantity *q) MUST_CHECK;

/* The same for a value that was checked before. */
struct quantity quantity_of(const struct value *v);

/* mantissa x 10^scale. */
struct quantity quantity_scaled(int64_t mantissa, int32_t scale, enum quantity_format format);

/* The text as Kubernetes prints it: what was read, where it is kept, else the canonical one. */
const char *quantity_text(struct arena *a, const struct quantity *q);

/* The canonical text, made afresh, ending in NUL. Returns out. */
char *quantity_canonical(char out[QUANTITY_ROOM], const struct quantity *q);

/* Rounded up to a whole number of 10^scale. In the fast form negative numbers round away from zero, in the big form
 * most go towards plus infinity; what does not fit int64 wraps or is 0, as in Kubernetes. */
int64_t quantity_value_at(const struct quantity *q, int32_t scale);
int64_t quantity_value(const struct quantity *q); /* at scale 0: bytes, pods */
int64_t quantity_milli(const struct quantity *q); /* at scale -3: milli-CPU */

/* AsInt64: true and *whole, when the fast form holds a whole number without having to round. */
bool quantity_as_int64(const struct quantity *q, int64_t *whole);

/* AsApproximateFloat64. */
double quantity_double(const struct quantity *q);

int quantity_sign(const struct quantity *q);
bool quantity_is_zero(const struct quantity *q);

/* -1, 0, 1; exact. */
int quantity_compare(const struct quantity *left, const struct quantity *right);
int quantity_compare_int64(const struct quantity *left, int64_t right);

/* In place. A q that is zero takes the format of other. */
void quantity_add(struct quantity *q, const struct quantity *other);
void quantity_subtract(struct quantity *q, const struct quantity *other);

/* In place. Returns what Kubernetes' Mul returns: false when the digits no longer fit int64. */
bool quantity_multiply(struct quantity *q, int64_t factor);

/* In place: to a whole number of 10^scale, away from zero. True: nothing was lost. */
bool quantity_round_up(struct quantity *q, int32_t scale);

/* In place: makes the number whole, keeping the format (Set). */
void quantity_set(struct quantity *q, int64_t whole);

#endif
