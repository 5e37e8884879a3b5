/* Elementary functions in a fixed order of operations.
 *
 * 1. No operation is left to the compiler's choice: the build forbids contraction, and nothing here is reordered.
 * 2. exp in Go uses fused multiply-add where the processor has it, and every server has. The instruction is only a
 *    faster way to the same bits: without it they come from error-free transformations (Boldo and Melquiond 2008).
 * 3. Go's log does not normalize subnormal arguments on amd64. So neither do we.
 */
#include "sim/base/elementary.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#define SIGN ((uint64_t)1 << 63)
#define FRACTION (((uint64_t)1 << 52) - 1)
#define INFINITE ((uint64_t)0x7ff << 52)

enum { BIAS = 1023 };

#define LN2_HIGH 0x1.62e42feep-1 /* log(2) in two parts: k times the high one is exact */
#define LN2_LOW 0x1.a39ef35793c76p-33
#define ONE_BY_LN2 0x1.71547652b82fep+0

uint64_t elementary_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

double elementary_from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static double magnitude(double x)
{
    return elementary_from_bits(elementary_bits(x) & ~SIGN);
}

static bool is_finite(double x)
{
    return (elementary_bits(x) & INFINITE) != INFINITE;
}

static double with_sign_of(double x, double sign)
{
    return elementary_from_bits((elementary_bits(x) & ~SIGN) | (elementary_bits(sign) & SIGN));
}

static double infinity(void)
{
    return elementary_from_bits(INFINITE);
}

static double not_a_number(void)
{
    return elementary_from_bits(INFINITE | 1 | (uint64_t)1 << 51);
}

/* 2^n, n within the normal range. */
static double power_of_two(int n)
{
    return elementary_from_bits((uint64_t)(n + BIAS) << 52);
}

/* x = the result times 2^*exponent, the result in [1/2, 1); zeros and what is not finite come back as they are. */
static double split(double x, int *exponent)
{
    *exponent = 0;
    if (x == 0 || !is_finite(x)) {
        return x;
    }
    if (magnitude(x) < 0x1p-1022) {
        x *= 0x1p52;
        *exponent = -52;
    }
    uint64_t bits = elementary_bits(x);
    *exponent += (int)(bits >> 52 & 0x7ff) - (BIAS - 1);
    return elementary_from_bits((bits & (SIGN | FRACTION)) | (uint64_t)(BIAS - 1) << 52);
}

/* x times 2^n, rounded once. */
static double scale(double x, int64_t n)
{
    int exponent;
    x = split(x, &exponent);
    if (x == 0 || !is_finite(x)) {
        return x;
    }
    n += exponent;
    if (n > 1024) {
        return with_sign_of(infinity(), x);
    }
    if (n < -1074) {
        return with_sign_of(0, x);
    }
    if (n < -1021) {
        return 0x1p-53 * (x * 2 * power_of_two((int)n - 1 + 53));
    }
    return x * 2 * power_of_two((int)n - 1);
}

/* ---- fused multiply-add without the instruction ---- */

/* a + b = *sum + the result, exactly. */
static double sum_error(double a, double b, double *sum)
{
    *sum = a + b;
    double b_part = *sum - a;
    double a_part = *sum - b_part;
    return (a - a_part) + (b - b_part);
}

/* The upper 26 bits of a. */
static double upper_half(double a)
{
    double far = a * 0x1.0000002p+27;
    return far - (far - a);
}

/* a * b = *product + the result, exactly. */
static double product_error(double a, double b, double *product)
{
    double a_high = upper_half(a), a_low = a - a_high;
    double b_high = upper_half(b), b_low = b - b_high;
    *product = a * b;
    return a_low * b_low - (((*product - a_high * b_high) - a_low * b_high) - a_high * b_low);
}

/* a + b, rounded to the neighbour with an odd last bit when it is not exact. */
static double sum_to_odd(double a, double b)
{
    double sum;
    double error = sum_error(a, b, &sum);
    uint64_t bits = elementary_bits(sum);
    if (error != 0 && (bits & 1) == 0) {
        bits += (error > 0) == (sum > 0) ? (uint64_t)1 : UINT64_MAX;
    }
    return elementary_from_bits(bits);
}

double elementary_fma(double a, double b, double c)
{
    double product, low_sum, sum;
    double product_low = product_error(a, b, &product);
    double low_sum_low = sum_error(c, product_low, &low_sum);
    double sum_low = sum_error(product, low_sum, &sum);
    return sum + sum_to_odd(low_sum_low, sum_low);
}

/* ---- exp ---- */

/* e^x / 2^k for k = x / log(2) to the nearest integer: a Taylor series at a sixteenth of the rest r, then four times
 * (1 + y)^2 = 1 + y (y + 2). FMA is how to multiply and add. */
#define EXP_FRACTION(FMA, x, k)                                                                                        \
    double r = FMA(-(k), 0x1.62e42fefa3p-1, x);                                                                        \
    r = FMA(-(k), 0x1.3de6af278ece6p-42, r) * 0.0625;                                                                  \
    double series = FMA(1 / 40320.0, r, 1 / 5040.0);                                                                   \
    series = FMA(series, r, 1 / 720.0);                                                                                \
    series = FMA(series, r, 1 / 120.0);                                                                                \
    series = FMA(series, r, 1 / 24.0);                                                                                 \
    series = FMA(series, r, 1 / 6.0);                                                                                  \
    series = FMA(series, r, 0.5);                                                                                      \
    series = FMA(series, r, 1.0);                                                                                      \
    double y = r * series;                                                                                             \
    y *= y + 2;                                                                                                        \
    y *= y + 2;                                                                                                        \
    y *= y + 2;                                                                                                        \
    return FMA(y, y + 2, 1.0)

static double exp_fraction_by_sums(double x, double k)
{
    EXP_FRACTION(elementary_fma, x, k);
}

#if defined(__x86_64__)
__attribute__((target("fma"))) static double exp_fraction_fused(double x, double k)
{
    EXP_FRACTION(__builtin_fma, x, k);
}

static double exp_fraction(double x, double k)
{
    return __builtin_cpu_supports("fma") ? exp_fraction_fused(x, k) : exp_fraction_by_sums(x, k);
}
#elif defined(__FP_FAST_FMA)
static double exp_fraction(double x, double k)
{
    EXP_FRACTION(__builtin_fma, x, k);
}
#else
static double exp_fraction(double x, double k)
{
    return exp_fraction_by_sums(x, k);
}
#endif

double elementary_exp(double x)
{
    if (!is_finite(x)) {
        return x < 0 ? 0 : x;
    }
    if (x > 0x1.62e42fefa39efp+9) {
        return infinity();
    }
    if (x < -1000) {
        return 0;
    }
    double k = (x * ONE_BY_LN2 + 0x1.8p52) - 0x1.8p52; /* to the nearest integer, halves to even */
    double fraction = exp_fraction(x, k);
    int n = (int)k;
    if (n + BIAS >= 0x7ff) {
        return infinity();
    }
    if (n + BIAS > 0) {
        return fraction * power_of_two(n);
    }
    return n + BIAS < -52 ? 0 : fraction * power_of_two(n + 1022) * 0x1p-1022;
}

/* 2^k e^r for r = high - low, |r| <= log(2) / 2: e^r = 1 + r + r c / (2 - c), c = r - r^2 P(r^2), P by Remez. */
static double exp_of_parts(double high, double low, int k)
{
    double r = high - low;
    double t = r * r;
    double p = 6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08);
    double c = r - t * (1.66666666666666657415e-01 + t * (-2.77777777770155933842e-03 + t * p));
    double y = 1 - ((low - (r * c) / (2 - c)) - high);
    return scale(y, k);
}

double elementary_exp2(double x)
{
    if (x != x) {
        return x;
    }
    if (x > 1.0239999999999999e+03) {
        return infinity();
    }
    if (x < -1.0740e+03) {
        return 0;
    }
    int k = (int)(x > 0 ? x + 0.5 : x - 0.5);
    double t = x - k;
    return exp_of_parts(t * LN2_HIGH, -t * LN2_LOW, k);
}

/* ---- log ---- */

/* log(1 + f) = f - f^2 / 2 + s (f^2 / 2 + R), s = f / (2 + f), R(s^2) by Remez; plus k log(2). */
double elementary_log(double x)
{
    uint64_t bits = elementary_bits(x);
    if ((bits & ~SIGN) == 0) {
        return -infinity();
    }
    if ((bits & SIGN) != 0) {
        return not_a_number();
    }
    if (bits >= INFINITE) {
        return x;
    }
    /* The fraction is brought into (sqrt(1/2), sqrt(2)] without a branch, for either side is as likely. */
    uint64_t low = (bits & FRACTION) <= (elementary_bits(0x1.6a09e667f3bcdp-1) & FRACTION);
    double k = (int)(bits >> 52) - (BIAS - 1) - (int)low;
    double f = elementary_from_bits((bits & FRACTION) | (BIAS - 1 + low) << 52) - 1;
    double s = f / (2 + f), s2 = s * s, s4 = s2 * s2;
    double odd =
        s2 * (6.666666666666735130e-01 +
              s4 * (2.857142874366239149e-01 + s4 * (1.818357216161805012e-01 + s4 * 1.479819860511658591e-01)));
    double even = s4 * (3.999999999940941908e-01 + s4 * (2.222219843214978396e-01 + s4 * 1.531383769920937332e-01));
    double half_square = 0.5 * f * f;
    return k * LN2_HIGH - ((half_square - (s * (half_square + (odd + even)) + k * LN2_LOW)) - f);
}

double elementary_log2(double x)
{
    int exponent;
    double fraction = split(x, &exponent);
    if (fraction == 0.5) {
        return exponent - 1; /* powers of two are exact */
    }
    return elementary_log(fraction) * ONE_BY_LN2 + exponent;
}

/* ---- pow ---- */

/* Beyond 2^53 every number is even. */
static bool is_odd(double x)
{
    return magnitude(x) < 0x1p53 && elementary_trunc(x) == x && ((int64_t)x & 1) != 0;
}

/* 0 to the power y, y not 0. */
static double power_of_zero(double zero, double y)
{
    double magnitude_of_it = y < 0 ? infinity() : 0;
    return is_odd(y) ? with_sign_of(magnitude_of_it, zero) : magnitude_of_it;
}

/* What |x| > 1 or < 1 tends to as y tends to an infinity; x is not 1. */
static double power_in_the_limit(double x, double y)
{
    if (x == -1) {
        return 1;
    }
    return (magnitude(x) < 1) == (y > 0) ? 0 : infinity();
}

/* An infinity to the power y, y finite and neither 0 nor 1. */
static double power_of_infinity(double x, double y)
{
    if (x < 0) {
        return power_of_zero(elementary_from_bits(SIGN), -y);
    }
    return y < 0 ? 0 : infinity();
}

/* x^y for finite x, y: x^(whole part) by squaring mantissas, exponents apart; x^(the rest) by exp and log. */
static double power_of_finite(double x, double y)
{
    double whole = elementary_trunc(magnitude(y)), rest = magnitude(y) - whole;
    if (rest != 0 && x < 0) {
        return not_a_number();
    }
    if (whole >= 0x1p63) {
        return power_in_the_limit(x, y);
    }
    double result = 1;
    if (rest != 0) {
        if (rest > 0.5) {
            rest -= 1;
            whole += 1;
        }
        result = elementary_exp(rest * elementary_log(x));
    }
    int square_exponent;
    int64_t exponent = 0, squares = 0;
    double square = split(x, &square_exponent);
    squares = square_exponent;
    for (int64_t n = (int64_t)whole; n != 0; n >>= 1) {
        if (squares < -4096 || squares > 4096) {
            exponent += squares; /* too large or small for a double already */
            break;
        }
        if ((n & 1) != 0) {
            result *= square;
            exponent += squares;
        }
        square *= square;
        squares *= 2;
        if (square < 0.5) {
            square += square;
            squares--;
        }
    }
    return y < 0 ? scale(1 / result, -exponent) : scale(result, exponent);
}

double elementary_pow(double x, double y)
{
    if (y == 0 || x == 1) {
        return 1;
    }
    if (y == 1 || x != x) {
        return x;
    }
    if (y != y) {
        return y;
    }
    if (x == 0) {
        return power_of_zero(x, y);
    }
    if (!is_finite(y)) {
        return power_in_the_limit(x, y);
    }
    if (!is_finite(x)) {
        return power_of_infinity(x, y);
    }
    if (y == 0.5) {
        return __builtin_sqrt(x);
    }
    return y == -0.5 ? 1 / __builtin_sqrt(x) : power_of_finite(x, y);
}

/* ---- whole numbers ---- */

double elementary_trunc(double x)
{
    if (!(magnitude(x) < 0x1p52)) {
        return x; /* whole already, or infinite, or NaN */
    }
    return with_sign_of((double)(int64_t)x, x);
}

double elementary_floor(double x)
{
    double whole = elementary_trunc(x);
    return x < whole ? whole - 1 : whole;
}

double elementary_ceil(double x)
{
    double whole = elementary_trunc(x);
    return x > whole ? whole + 1 : whole;
}

double elementary_round(double x)
{
    double whole = elementary_trunc(x);
    return magnitude(x - whole) >= 0.5 ? whole + with_sign_of(1, x) : whole;
}

/* ---- near 0 ---- */

/* The rounding error of exp(x) is undone by the log of the rounded value (W. Kahan). */
double elementary_expm1(double x)
{
    double u = elementary_exp(x);
    if (u == 1 || x != x) {
        return x;
    }
    if (u - 1 == -1 || !is_finite(u)) {
        return u - 1;
    }
    return (u - 1) * x / elementary_log(u);
}

double elementary_log1p(double x)
{
    double u = 1 + x;
    if (u == 1 || !is_finite(u)) {
        return x;
    }
    return elementary_log(u) * x / (u - 1);
}

/* ---- circular functions ---- */

/* sin(r + tail) for |r| up to pi / 4. */
static double sine_near_zero(double r, double tail)
{
    double z = r * r, cube = z * r;
    double p = -1.98412698298579493134e-04 +
               z * (2.75573137070700676789e-06 + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10));
    p = 8.33333333332248946124e-03 + z * p;
    return r - ((z * (0.5 * tail - cube * p) - tail) - cube * -1.66666666666666324348e-01);
}

static double cosine_near_zero(double r, double tail)
{
    double z = r * r;
    double p = 2.48015872894767294178e-05 +
               z * (-2.75573143513906633035e-07 + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11));
    p = z * (4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03 + z * p));
    double half = 0.5 * z, whole = 1 - half;
    return whole + (((1 - whole) - half) + (z * p - r * tail));
}

/* sin(x + quarters of a turn). pi / 2 is taken in three parts; times the first two the count of quarters is exact. */
static double sine_of_quarters(double x, int quarters)
{
    assert(magnitude(x) <= 1e6);
    double n = (x * 0x1.45f306dc9c883p-1 + 0x1.8p52) - 0x1.8p52;
    double far = (x - n * 0x1.921fb544p+0), near = n * 0x1.0b4611a6p-34;
    double r = far - near;
    double tail = ((far - r) - near) - n * 0x1.3198a2e037073p-69;
    double sum = r + tail;
    tail = (r - sum) + tail;
    switch (((int)n + quarters) & 3) {
    case 0:
        return sine_near_zero(sum, tail);
    case 1:
        return cosine_near_zero(sum, tail);
    case 2:
        return -sine_near_zero(sum, tail);
    default:
        return -cosine_near_zero(sum, tail);
    }
}

double elementary_sin(double x)
{
    return sine_of_quarters(x, 0);
}

double elementary_cos(double x)
{
    return sine_of_quarters(x, 1);
}

/* ---- statistics ---- */

/* c[0] + c[1] x + ... + c[7] x^7 */
static double polynomial(const double c[8], double x)
{
    double sum = c[7];
    for (int i = 6; i >= 0; i--) {
        sum = sum * x + c[i];
    }
    return sum;
}

static double ratio(const double above[8], const double below[8], double x)
{
    return polynomial(above, x) / polynomial(below, x);
}

static const double centre_above[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                       1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                       3.3430575583588128105e+4, 2.5090809287301226727e+3};
static const double centre_below[8] = {1.0,
                                       4.2313330701600911252e+1,
                                       6.8718700749205790830e+2,
                                       5.3941960214247511077e+3,
                                       2.1213794301586595867e+4,
                                       3.9307895800092710610e+4,
                                       2.8729085735721942674e+4,
                                       5.2264952788528545610e+3};
static const double tail_above[8] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                     3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                     2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double tail_below[8] = {1.0,
                                     2.05319162663775882187e0,
                                     1.67638483018380384940e0,
                                     6.89767334985100004550e-1,
                                     1.48103976427480074590e-1,
                                     1.51986665636164571966e-2,
                                     5.47593808499534494600e-4,
                                     1.05075007164441684324e-9};
static const double far_above[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                                    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                    2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double far_below[8] = {1.0,
                                    5.99832206555887937690e-1,
                                    1.36929880922735805310e-1,
                                    1.48753612908506148525e-2,
                                    7.86869131145613259100e-4,
                                    1.84631831751005468180e-5,
                                    1.42151175831644588870e-7,
                                    2.04426310338993978564e-15};

double elementary_normal_quantile(double p)
{
    assert(p > 0 && p < 1);
    double q = p - 0.5;
    if (magnitude(q) <= 0.425) {
        return q * ratio(centre_above, centre_below, 0.180625 - q * q);
    }
    double r = __builtin_sqrt(-elementary_log(q < 0 ? p : 1 - p));
    double x = r <= 5 ? ratio(tail_above, tail_below, r - 1.6) : ratio(far_above, far_below, r - 5);
    return with_sign_of(x, q);
}

/* Stirling's series, good to the last digit from 16 on; below, n! = (n + m)! / ((n + 1) ... (n + m)). */
double elementary_log_factorial(double n)
{
    assert(n >= 0);
    double x = n + 1, product = 1;
    while (x < 16) {
        product *= x;
        x += 1;
    }
    double y = 1 / (x * x);
    double rest = (1 / 12.0 - y * (1 / 360.0 - y * (1 / 1260.0 - y * (1 / 1680.0 - y / 1188.0)))) / x;
    double half_log_of_two_pi = 0x1.d67f1c864beb5p-1;
    return (x - 0.5) * elementary_log(x) - x + half_log_of_two_pi + rest - elementary_log(product);
}
