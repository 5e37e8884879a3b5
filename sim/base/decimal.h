/* decimal.h -- exact decimal numbers of many digits: digits x 10^-scale.
 *
 * Bounded, so that a number is a plain value that is copied and never freed: up to DECIMAL_DIGITS digits. An operation
 * whose result needs more gives the largest number of that sign instead (every digit a 9); it never fails.
 *
 * The scale of a result is part of the result, as in Go's gopkg.in/inf.v0, which Kubernetes computes with.
 */
#ifndef SIM_BASE_DECIMAL_H
#define SIM_BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DECIMAL_LIMBS = 64, DECIMAL_DIGITS = 9 * DECIMAL_LIMBS };

struct decimal {
    uint16_t count;               /* limbs in use, the last of them not 0; 0: the number is zero */
    bool negative;                /* never for zero */
    int32_t scale;                /* how many of the digits stand behind the point; may be negative */
    uint32_t limb[DECIMAL_LIMBS]; /* nine digits each, the lowest first; what lies past count means nothing */
};

/* whole x 10^-scale. */
struct decimal decimal_of(int64_t whole, int32_t scale);

/* Reads count digits '0'..'9' as a whole number into *d, with scale 0. False: there are more than DECIMAL_DIGITS of
 * them behind the leading zeros. */
bool decimal_read(struct decimal *d, const char *digits, size_t count);

/* -1, 0, 1. */
int decimal_sign(const struct decimal *d);
int decimal_compare(const struct decimal *left, const struct decimal *right);

void decimal_negate(struct decimal *d);

/* Adds e to d; the scale becomes the larger of the two. */
void decimal_add(struct decimal *d, const struct decimal *e);

/* Multiplies by a whole number; the scale stays. */
void decimal_multiply(struct decimal *d, int64_t factor);

/* Gives d this very scale, rounding away from zero. True: nothing was lost. */
bool decimal_round_away(struct decimal *d, int32_t scale);

/* Divides the digits by divisor (1..10^9), cutting what is left over, and returns it; the scale stays. */
uint32_t decimal_divide(struct decimal *d, uint32_t divisor);

/* The digits as a whole number, without regard to the scale: */
int64_t decimal_low64(const struct decimal *d);                             /* modulo 2^64 */
double decimal_digits_double(const struct decimal *d);                      /* the nearest double, or an infinity */
size_t decimal_digits(const struct decimal *d);                             /* how many digits; 0 for zero */
char *decimal_print(char out[DECIMAL_DIGITS + 2], const struct decimal *d); /* as text; returns its end */

#endif
