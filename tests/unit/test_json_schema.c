#include <criterion/criterion.h>

#include <string.h>

#include "sim/base/arena.h"
#include "sim/base/json.h"
#include "sim/base/names.h"
#include "sim/scenario/fields.h"
#include "sim/scenario/json_schema.h"
#include "sim/scenario/specs.h"

struct bench {
    struct arena arena;
    struct names names;
    const struct value *schema;
};

static void bench_open(struct bench *b)
{
    struct buffer text = {0};
    struct fail fail = {0};
    json_schema_write(&text);
    b->arena = arena_make(1 << 16);
    b->names = names_make(&b->arena);
    b->schema = json_read(&b->arena, &b->names, "schema", text.at, text.count, &fail);
    cr_assert_not_null(b->schema, "%s", fail.text);
    buffer_drop(&text);
}

static void bench_drop(struct bench *b)
{
    names_drop(&b->names);
    arena_drop(&b->arena);
}

/* What is at a path of keys below the definition of a table. */
static const struct value *at(const struct bench *b, const char *table, const char *path)
{
    return value_at(value_get(value_get(b->schema, "$defs"), table), path);
}

/* Each field of the table, and of those below it, is a property. */
static void assert_whole(const struct bench *b, const struct fields *table)
{
    const struct value *properties = at(b, table->name, "properties");
    if (table->scalar_is != NULL || table->list_is != NULL) {
        properties = value_get(at(b, table->name, "anyOf")->items[0], "properties");
    }
    for (const struct field *f = table->fields; f->name != NULL; f++) {
        const struct fields *below = f->table != NULL ? f->table : f->item != NULL ? f->item->table : NULL;
        cr_assert_not_null(value_get(properties, f->name), "%s.%s", table->name, f->name);
        if (below != NULL) {
            assert_whole(b, below);
        }
    }
}

Test(json_schema, has_every_field_of_every_kind_once)
{
    struct bench b;
    bench_open(&b); /* the reader refuses a key that stands there twice */
    for (const struct spec_kind *k = spec_kinds; k->name != NULL; k++) {
        assert_whole(&b, k->table);
    }
    bench_drop(&b);
}

Test(json_schema, a_default_has_its_type_and_a_bound_its_kind)
{
    struct bench b;
    bench_open(&b);
    cr_assert_str_eq(at(&b, "Scenario", "properties.replications.default")->text, "5");
    cr_assert_eq(at(&b, "Scenario", "properties.replications.default")->kind, VALUE_NUMBER);
    cr_assert_str_eq(at(&b, "Scenario", "properties.replications.maximum")->text, "100000");
    cr_assert_str_eq(at(&b, "Scenario", "properties.duration.default")->text, "7d");
    cr_assert_eq(at(&b, "Release", "properties.rollback.default")->kind, VALUE_BOOL);
    const struct value *budget = at(&b, "Scenario.budget", "anyOf")->items[0];
    cr_assert_str_eq(value_at(budget, "properties.monthly.exclusiveMinimum")->text, "0");
    bench_drop(&b);
}

Test(json_schema, one_of_several_fields_is_wanted)
{
    struct bench b;
    bench_open(&b);
    const struct value *ways = at(&b, "ServiceModel", "oneOf");
    cr_assert_eq(ways->count, 6);
    cr_assert_str_eq(value_get(ways->items[2], "required")->items[0]->text, "batch");
    bench_drop(&b);
}
