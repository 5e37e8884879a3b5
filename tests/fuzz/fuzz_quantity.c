/* Any two texts: no crash, and what is printed reads back as the same number. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/quantity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

/* Not past 10^18 and 2^60, where Kubernetes drops the suffix. */
static void check_printed(const struct quantity *q)
{
    char text[QUANTITY_ROOM];
    struct quantity again, most = quantity_scaled(1, 18, QUANTITY_NO_FORMAT);
    struct quantity least = quantity_scaled(-1, 18, QUANTITY_NO_FORMAT);
    quantity_canonical(text, q);
    if (quantity_compare(q, &most) < 0 && quantity_compare(q, &least) > 0) {
        check(quantity_parse(text, strlen(text), &again) == QUANTITY_OK);
        check(quantity_compare(q, &again) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t half = size / 2;
    struct quantity q, other;
    if (quantity_parse_json((const char *)data, half, &q) != QUANTITY_OK ||
        quantity_parse_json((const char *)data + half, size - half, &other) != QUANTITY_OK) {
        return 0;
    }
    check(quantity_compare(&q, &other) == -quantity_compare(&other, &q));
    check_printed(&q);
    struct quantity sum = q;
    quantity_add(&sum, &other);
    check_printed(&sum);
    quantity_subtract(&sum, &other);
    quantity_multiply(&sum, quantity_milli(&other));
    quantity_round_up(&sum, (int32_t)(size % 40) - 20);
    (void)quantity_double(&sum);
    (void)quantity_value(&sum);
    return 0;
}
