#include "sim/scenario/intorpercent.h"

#include <string.h>

#include "sim/base/elementary.h"
#include "sim/base/number.h"

/* Reads "<whole number>%". */
static bool read_percent(const struct value *v, int64_t *percent)
{
    char digits[32];
    if (v->count < 2 || v->count > sizeof digits || v->text[v->count - 1] != '%') {
        return false;
    }
    memcpy(digits, v->text, v->count - 1);
    digits[v->count - 1] = '\0';
    return number_parse_int64(digits, percent);
}

enum intorpercent_error intorpercent_scaled(const struct value *v, int64_t total, bool round_up, int64_t *result)
{
    int64_t number = 0;
    if (value_as_text(v) != NULL) {
        if (!read_percent(v, &number)) {
            return INTORPERCENT_VALUE;
        }
        double share = (double)number * (double)total / 100;
        *result = number_go_int64(round_up ? elementary_ceil(share) : elementary_floor(share));
        return INTORPERCENT_OK;
    }
    if (value_is_null(v)) {
        *result = 0;
        return INTORPERCENT_OK;
    }
    if (!value_as_int64(v, &number) || number < INT32_MIN || number > INT32_MAX) {
        return INTORPERCENT_DECODE;
    }
    *result = number;
    return INTORPERCENT_OK;
}
