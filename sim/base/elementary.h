/* elementary.h -- elementary functions that give the same bits on every processor.
 *
 * The C library's differ between processors (glibc picks variants with fused multiply-add), so nothing between a
 * scenario and its facts may call it. These use + - * / and bit operations in a fixed order.
 *
 * exp, exp2, log, log2, pow, floor, ceil, trunc and round return the bits that Go 1.26's math package returns on amd64
 * with FMA (where Kubernetes runs): a NaN is a NaN, whichever. Kubernetes uses them in spread weights, VPA histograms
 * and the HPA. The others have no model to match; their error is given.
 *
 * Source: log, exp2 and pow by the methods and coefficients of FreeBSD's msun (Sun Microsystems, 1993), exp by those of
 * N. Shibata's SLEEF (2010, public domain), as Go arranges them; sin and cos by the coefficients of msun; the normal
 * quantile is M. J. Wichura's AS 241 (1988). The suites elementary/ of the conformance vectors were recorded from Go.
 */
#ifndef SIM_BASE_ELEMENTARY_H
#define SIM_BASE_ELEMENTARY_H

#include <stdint.h>

double elementary_exp(double x);
double elementary_exp2(double x);

/* Natural, and base 2. -infinity for 0, NaN below. As in Go, log of a subnormal number is wrong (log2 is right). */
double elementary_log(double x);
double elementary_log2(double x);

/* x to the power y; special cases as IEEE 754-2008 section 9.2.1. */
double elementary_pow(double x, double y);

double elementary_floor(double x);
double elementary_ceil(double x);
double elementary_trunc(double x);
double elementary_round(double x); /* halves away from zero */

/* exp(x) - 1 and log(1 + x) without the loss of digits near 0: relative error below 1e-15. */
double elementary_expm1(double x);
double elementary_log1p(double x);

/* x in radians, at most 1e6 either way (asserted): absolute error below 2e-16. */
double elementary_sin(double x);
double elementary_cos(double x);

/* The x below which a standard normal variable lies with probability p, 0 < p < 1: relative error below 1e-15. */
double elementary_normal_quantile(double p);

/* log(n!) for n >= 0, whole or not (it is the log of the gamma function at n + 1): error below 3e-14 of the
 * larger of it and 1. */
double elementary_log_factorial(double n);

/* a * b + c rounded once, as the processor's fused multiply-add: from + - * and bits alone, for finite numbers whose
 * exact product is above 2^-900 or 0. elementary_exp uses the instruction where there is one; this is what it equals. */
double elementary_fma(double a, double b, double c);

/* The bits of a double, and back. */
uint64_t elementary_bits(double x);
double elementary_from_bits(uint64_t bits);

#endif
