/* number.h -- numbers as text, and the arithmetic of Go's integers.
 *
 * Kubernetes is written in Go: there integers wrap, and a float64 out of an integer's range (or NaN) becomes the lowest
 * one on amd64, as the CVTTSD2S instructions give it. C leaves both undefined; where a decision of Kubernetes depends on
 * them, these functions say so by name.
 */
#ifndef SIM_BASE_NUMBER_H
#define SIM_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/fail.h"

/* Writes number in the fewest significant digits that read back to the same double ("0.1", "1e+22", "-0"), NUL behind
 * it. What is not finite is "nan", "inf" or "-inf". Returns out. */
char *number_print(char out[32], double number);

/* Reads a whole text as a decimal number: [-+] digits [. digits] [e [-+] digits], digits on at least one side of the
 * point. False, *number as it was: it is none (also "inf", "0x1p3", " 1") or is too large for a double. */
bool number_parse(const char *text, double *number) MUST_CHECK;

/* Reads a whole text as a decimal integer: [-+] digits. False: it is none, or out of range. */
bool number_parse_int64(const char *text, int64_t *number) MUST_CHECK;

/* Go's int32(number) and int64(number) on amd64: cut towards zero; INT32_MIN, INT64_MIN for NaN and what is out of
 * range. */
int32_t number_go_int32(double number);
int64_t number_go_int64(double number);

/* Go's + - * of int32 and int64: modulo 2^32, 2^64. */
static inline int32_t number_wrap_add32(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline int32_t number_wrap_sub32(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a - (uint32_t)b);
}

static inline int32_t number_wrap_mul32(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a * (uint32_t)b);
}

static inline int64_t number_wrap_add64(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static inline int64_t number_wrap_sub64(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

static inline int64_t number_wrap_mul64(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a * (uint64_t)b);
}

/* Go's int32(number) of an int64: the low 32 bits. */
static inline int32_t number_wrap_int32(int64_t number)
{
    return (int32_t)(uint32_t)(uint64_t)number;
}

#endif
