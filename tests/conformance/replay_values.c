/* Quantities, what pods ask for, what nodes offer, back-off: vectors/values/README.md says what each suite holds. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/number.h"
#include "sim/scenario/quantity.h"
#include "tests/conformance/replay.h"

extern const struct replay replay_values[];

static const char *const errors[] = {
    [QUANTITY_FORMAT] = "format",
    [QUANTITY_SUFFIX] = "suffix",
    [QUANTITY_NUMERIC] = "numeric",
    [QUANTITY_TOO_LARGE] = "too large",
};

static const char *const formats[] = {
    [QUANTITY_NO_FORMAT] = "",
    [QUANTITY_DECIMAL_SI] = "DecimalSI",
    [QUANTITY_BINARY_SI] = "BinarySI",
    [QUANTITY_DECIMAL_EXPONENT] = "DecimalExponent",
};

static void put(struct replay_case *c, struct value *map, const char *key, const char *text)
{
    value_put(&c->scratch, map, key, value_text(&c->scratch, text));
}

static void put_number(struct replay_case *c, struct value *map, const char *key, int64_t number)
{
    value_put(&c->scratch, map, key, value_integer(&c->scratch, number));
}

/* int64 as text: exact in every reader. */
static void put_int64(struct replay_case *c, struct value *map, const char *key, int64_t number)
{
    put(c, map, key, arena_format(&c->scratch, "%" PRId64, number));
}

static int64_t int64_at(const struct value *map, const char *key)
{
    const struct value *v = value_get(map, key);
    int64_t number = 0;
    bool good = value_as_text(v) != NULL ? number_parse_int64(v->text, &number) : value_as_int64(v, &number);
    return good ? number : 0;
}


static bool same_double(const struct value *want, double got)
{
    const char *text = value_as_text(want);
    double number = 0;
    if (text == NULL) {
        return false;
    }
    if (strcmp(text, "+Inf") == 0 || strcmp(text, "-Inf") == 0) {
        number = *text == '-' ? -INFINITY : INFINITY;
    } else if (strcmp(text, "NaN") == 0) {
        return isnan(got);
    } else if (!number_parse(text, &number)) {
        return false;
    }
    return memcmp(&number, &got, sizeof number) == 0;
}

/* Everything that the vectors read off a quantity; f64 is compared here, the rest by the caller. */
static bool same_quantity(struct replay_case *c, const struct value *want, const struct quantity *q, struct value *got)
{
    char canonical[QUANTITY_ROOM];
    const char *text = quantity_text(&c->scratch, q);
    int64_t whole = 0;
    put(c, got, "string", text);
    if (strcmp(quantity_canonical(canonical, q), text) != 0) {
        put(c, got, "canon", canonical);
    }
    put(c, got, "format", formats[q->format]);
    put_number(c, got, "sign", quantity_sign(q));
    put_int64(c, got, "value", quantity_value(q));
    put_int64(c, got, "milli", quantity_milli(q));
    put_int64(c, got, "nano", quantity_value_at(q, -9));
    if (quantity_as_int64(q, &whole)) {
        put_int64(c, got, "int64", whole);
    }
    const struct value *f64 = value_get(want, "f64");
    if (!same_double(f64, quantity_double(q))) {
        return replay_differs(c, "f64: want %s, got %.17g", f64 == NULL ? "none" : f64->text, quantity_double(q));
    }
    value_put(&c->scratch, got, "f64", value_copy(&c->scratch, f64));
    return replay_same(c, "quantity", want, got);
}

static bool parse(const struct value *in, const struct value *out, struct replay_case *c)
{
    const struct value *text = value_get(in, "text");
    struct value *got = value_map(&c->scratch);
    struct quantity q;
    enum quantity_error error = quantity_parse(text->text, text->count, &q);
    if (error != QUANTITY_OK) {
        put(c, got, "error", errors[error]);
        return replay_same(c, "quantity", out, got);
    }
    return same_quantity(c, out, &q, got);
}

static bool parse_json(const struct value *in, const struct value *out, struct replay_case *c)
{
    const struct value *token = value_get(in, "json");
    struct value *got = value_map(&c->scratch);
    struct quantity q;
    if (quantity_parse_json(token->text, token->count, &q) != QUANTITY_OK) {
        value_put(&c->scratch, got, "error", value_bool(&c->scratch, true));
        return replay_same(c, "quantity", out, got);
    }
    return same_quantity(c, out, &q, got);
}

static struct quantity chain(const struct value *steps)
{
    struct quantity q = {0};
    for (uint32_t i = 0; i < steps->count; i++) {
        const struct value *sub = value_get(steps->items[i], "sub");
        const struct quantity other = quantity_of(sub != NULL ? sub : value_get(steps->items[i], "add"));
        (sub != NULL ? quantity_subtract : quantity_add)(&q, &other);
    }
    return q;
}

static bool arith(const struct value *in, const struct value *out, struct replay_case *c)
{
    const char *op = value_as_text(value_get(in, "op"));
    struct value *got = value_map(&c->scratch);
    if (strcmp(op, "chain") == 0) {
        const struct quantity q = chain(value_get(in, "steps"));
        return same_quantity(c, out, &q, got);
    }
    struct quantity q = quantity_of(value_get(in, "a")), b = {0};
    if (value_get(in, "b") != NULL) {
        b = quantity_of(value_get(in, "b"));
    }
    if (strcmp(op, "cmp") == 0 || strcmp(op, "cmpint") == 0) {
        put_number(c, got, "cmp",
                   op[3] == '\0' ? quantity_compare(&q, &b) : quantity_compare_int64(&q, int64_at(in, "n")));
        return replay_same(c, op, out, got);
    }
    int32_t scale = (int32_t)int64_at(in, "scale");
    if (strcmp(op, "scaled") == 0) {
        put_int64(c, got, "value", quantity_value_at(&q, scale));
        return replay_same(c, op, out, got);
    }
    if (strcmp(op, "add") == 0) {
        quantity_add(&q, &b);
    } else if (strcmp(op, "sub") == 0) {
        quantity_subtract(&q, &b);
    } else {
        bool exact = strcmp(op, "mul") == 0 ? quantity_multiply(&q, int64_at(in, "n")) : quantity_round_up(&q, scale);
        value_put(&c->scratch, got, "exact", value_bool(&c->scratch, exact));
    }
    return same_quantity(c, out, &q, got);
}

const struct replay replay_values[] = {
    {"values/quantity-parse", parse},
    {"values/quantity-json", parse_json},
    {"values/quantity-arith", arith},
    {NULL, NULL},
};
