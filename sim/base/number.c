#include "sim/base/number.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What 15 digits can say, they say shortest: a decimal of at most 15 digits survives the way through a double and back,
 * so "%.15g" finds it. Only below DBL_MIN, where a double holds fewer digits, can a shorter one do. */
static int first_precision(double number)
{
    return fabs(number) < DBL_MIN ? 1 : DBL_DIG;
}

char *number_print(char out[32], double number)
{
    if (isnan(number)) {
        return strcpy(out, "nan");
    }
    for (int precision = first_precision(number); precision <= DBL_DECIMAL_DIG; precision++) {
        snprintf(out, 32, "%.*g", precision, number);
        if (strtod(out, NULL) == number) {
            break;
        }
    }
    return out;
}

static const char *skip_sign(const char *s)
{
    return *s == '-' || *s == '+' ? s + 1 : s;
}

static const char *skip_digits(const char *s)
{
    return s + strspn(s, "0123456789");
}

static bool is_decimal(const char *s)
{
    const char *whole = skip_sign(s);
    s = skip_digits(whole);
    bool digits = s > whole;
    if (*s == '.') {
        const char *fraction = s + 1;
        s = skip_digits(fraction);
        digits = digits || s > fraction;
    }
    if (digits && (*s == 'e' || *s == 'E')) {
        const char *exponent = skip_sign(s + 1);
        s = skip_digits(exponent);
        digits = s > exponent;
    }
    return digits && *s == '\0';
}

bool number_parse(const char *text, double *number)
{
    if (!is_decimal(text)) {
        return false;
    }
    double read = strtod(text, NULL);
    if (!isfinite(read)) {
        return false;
    }
    *number = read;
    return true;
}

bool number_parse_int64(const char *text, int64_t *number)
{
    const char *digits = skip_sign(text);
    const char *end = skip_digits(digits);
    if (end == digits || *end != '\0') {
        return false;
    }
    errno = 0;
    long long read = strtoll(text, NULL, 10);
    if (errno != 0) {
        return false;
    }
    *number = read;
    return true;
}

int32_t number_go_int32(double number)
{
    return number > -2147483649.0 && number < 2147483648.0 ? (int32_t)number : INT32_MIN;
}

int64_t number_go_int64(double number)
{
    return number >= -0x1p63 && number < 0x1p63 ? (int64_t)number : INT64_MIN;
}
