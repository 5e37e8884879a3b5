#include <criterion/criterion.h>
#include <stddef.h>
#include <string.h>

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/scenario/fields.h"
#include "sim/scenario/suggest.h"
#include "sim/scenario/yaml.h"

enum mood { MOOD_CALM, MOOD_WILD };

struct stop {
    const char *name;
    int64_t wait_ns;
};

struct ride {
    int64_t time_ns;
    int64_t used_mcpu;
    int64_t base_bytes;
    double share;
    double factor;
    double factor_error;
    int mood;
    bool shared;
    struct stop first;
    struct stop *last;
    LIST_OF(struct stop) stops;
    struct reference to;
    struct value *labels;
};

static const char *const moods[] = {"calm", "wild", NULL};
static const char *const kinds[] = {"Deployment", "Service", NULL};
static const struct field text_item = {.type = FIELD_TEXT};
static const struct field stop_fields[] = {
    {.name = "name", .type = FIELD_TEXT, .offset = offsetof(struct stop, name), .required = true, .help = "its name"},
    {.name = "wait", .type = FIELD_DURATION, .offset = offsetof(struct stop, wait_ns), .standard = "2m"},
    {0}};
static const struct fields stop_table = {
    .name = "Ride.stop", .fields = stop_fields, .size = sizeof(struct stop), .scalar_is = "name"};
static const struct field stop_item = {.type = FIELD_OBJECT, .table = &stop_table};
static const struct field ride_fields[] = {
    {.name = "time",
     .type = FIELD_DURATION,
     .offset = offsetof(struct ride, time_ns),
     .standard = "90s",
     .above = "0s",
     .most = "1d"},
    {.name = "cpu", .type = FIELD_CPU, .offset = offsetof(struct ride, used_mcpu)},
    {.name = "memory", .type = FIELD_BYTES, .offset = offsetof(struct ride, base_bytes)},
    {.name = "share", .type = FIELD_PERCENT, .offset = offsetof(struct ride, share)},
    {.name = "factor",
     .type = FIELD_NUMBER,
     .offset = offsetof(struct ride, factor),
     .error = offsetof(struct ride, factor_error),
     .standard = "1"},
    {.name = "mood", .type = FIELD_ENUM, .offset = offsetof(struct ride, mood), .words = moods, .standard = "wild"},
    {.name = "shared", .type = FIELD_BOOL, .offset = offsetof(struct ride, shared)},
    {.name = "first", .type = FIELD_OBJECT, .offset = offsetof(struct ride, first), .table = &stop_table},
    {.name = "last", .type = FIELD_OPTION, .offset = offsetof(struct ride, last), .table = &stop_table},
    {.name = "stops", .type = FIELD_LIST, .offset = offsetof(struct ride, stops), .item = &stop_item},
    {.name = "to", .type = FIELD_REFERENCE, .offset = offsetof(struct ride, to), .kinds = kinds},
    {.name = "labels", .type = FIELD_MAP, .offset = offsetof(struct ride, labels), .item = &text_item},
    {0}};
static const struct fields ride_table = {.name = "Ride", .fields = ride_fields, .size = sizeof(struct ride)};

struct fixture {
    struct arena arena;
    struct names names;
    struct problems problems;
    struct field_reader reader;
    struct ride ride;
};

static void read_ride(struct fixture *f, const char *text)
{
    memset(f, 0, sizeof *f);
    f->arena = arena_make(4096);
    f->names = names_make(&f->arena);
    f->problems = problems_make(&f->arena, &f->names);
    f->reader = (struct field_reader){.arena = &f->arena, .names = &f->names, .problems = &f->problems};
    struct value *documents = value_list(&f->arena);
    cr_assert(yaml_read(&f->arena, &f->names, &f->problems, "in", text, strlen(text), documents));
    fields_read(&f->reader, &ride_table, documents->count == 0 ? NULL : documents->items[0], "Ride/x:spec", &f->ride);
    problems_sort(&f->problems);
}

static void drop(struct fixture *f)
{
    fields_reader_drop(&f->reader);
    problems_drop(&f->problems);
    names_drop(&f->names);
    arena_drop(&f->arena);
}

static void expect_problem(const char *text, const char *problem)
{
    struct fixture f;
    read_ride(&f, text);
    cr_assert_eq(f.problems.errors, 1, "%s", text);
    cr_assert_str_eq(f.problems.list.at[0].text, problem);
    drop(&f);
}

/* 1.5Gi = 1.5 x 2^30 = 1610612736 bytes. */
Test(fields, reads_each_type_into_its_member)
{
    struct fixture f;
    read_ride(&f,
              "{time: 1h30m, cpu: 0.25, memory: 1.5Gi, share: 12.5%, factor: 2.8, mood: calm, shared: true, "
              "first: {name: a}, last: z, stops: [{name: b, wait: 5s}, c], to: Service/shop/cart, labels: {team: x}}");
    cr_assert_eq(f.problems.errors, 0, "%s", f.problems.errors == 0 ? "" : f.problems.list.at[0].text);
    cr_assert_eq(f.ride.time_ns, INT64_C(5400000000000));
    cr_assert_eq(f.ride.used_mcpu, 250);
    cr_assert_eq(f.ride.base_bytes, 1610612736);
    cr_assert_eq(f.ride.share, 0.125);
    cr_assert_eq(f.ride.factor, 2.8);
    cr_assert_eq(f.ride.mood, MOOD_CALM);
    cr_assert(f.ride.shared);
    cr_assert_str_eq(f.ride.first.name, "a");
    cr_assert_str_eq(f.ride.last->name, "z");
    cr_assert_eq(f.ride.stops.count, 2);
    cr_assert_eq(f.ride.stops.at[0].wait_ns, 5000000000);
    cr_assert_str_eq(f.ride.stops.at[1].name, "c");
    cr_assert_eq(f.ride.stops.at[1].wait_ns, 120000000000);
    cr_assert_str_eq(f.ride.to.kind, "Service");
    cr_assert_str_eq(f.ride.to.namespace, "shop");
    cr_assert_str_eq(f.ride.to.name, "cart");
    cr_assert_eq(f.reader.references.count, 1);
    cr_assert_str_eq(value_as_text(value_get(f.ride.labels, "team")), "x");
    drop(&f);
}

Test(fields, gives_what_is_absent_its_default)
{
    struct fixture f;
    read_ride(&f, "first: {name: a}");
    cr_assert_eq(f.problems.errors, 0);
    cr_assert_eq(f.ride.time_ns, INT64_C(90000000000));
    cr_assert_eq(f.ride.mood, MOOD_WILD);
    cr_assert_eq(f.ride.factor, 1.0);
    cr_assert_eq(f.ride.first.wait_ns, 120000000000);
    cr_assert_null(f.ride.last);
    cr_assert_eq(f.ride.labels->count, 0);
    drop(&f);
}

Test(fields, reads_how_uncertain_a_value_is)
{
    struct fixture f;
    read_ride(&f, "factor: {value: 2.385, error: 15%}");
    cr_assert_eq(f.problems.errors, 0);
    cr_assert_eq(f.ride.factor, 2.385);
    cr_assert_eq(f.ride.factor_error, 0.15);
    drop(&f);
    expect_problem("time: {value: 1s}",
                   "Ride/x:spec.time: wrong type: a map is not a duration (write a duration: 15ms, 22s, 1h30m, 7d)");
}

Test(fields, says_of_each_mistake_where_what_why_and_what_to_do)
{
    expect_problem("tiem: 5s", "Ride/x:spec.tiem: unknown field: Ride has no tiem (did you mean time?)");
    expect_problem("colour: red",
                   "Ride/x:spec.colour: unknown field: Ride has no colour (`headroom help Ride` lists its fields)");
    expect_problem("time: 75",
                   "Ride/x:spec.time: wrong value: 75 has no unit (write 75s; a duration: 15ms, 22s, 1h30m, 7d)");
    expect_problem("time: 0s", "Ride/x:spec.time: too small: 0s is out of range (it must be above 0s)");
    expect_problem("time: 2d", "Ride/x:spec.time: too large: 2d is out of range (it must be at most 1d)");
    expect_problem("time: 99999999999d",
                   "Ride/x:spec.time: too large: 99999999999d is out of range (it must be at most 1d)");
    expect_problem("stops: [{name: b, wait: 20000d}]",
                   "Ride/x:spec.stops[name=b].wait: too large: 20000d is out of range (it must be at most 18300d)");
    expect_problem("mood: clam",
                   "Ride/x:spec.mood: unknown value: \"clam\" is not one of calm, wild (did you mean calm?)");
    expect_problem("stops: [{wait: 1s}]", "Ride/x:spec.stops[0]: missing field: name is required (write a text)");
    expect_problem("stops: [{name: 5}]",
                   "Ride/x:spec.stops[0].name: wrong type: 5 is not a text (put it in quotes: \"5\")");
    expect_problem("stops: [{name: b, wait: x}]",
                   "Ride/x:spec.stops[name=b].wait: wrong value: \"x\" is not a duration "
                   "(write 15ms, 22s, 1h30m, 7d)");
    expect_problem("stops: {name: b}", "Ride/x:spec.stops: wrong type: a map is not a list (write a list)");
    expect_problem("labels: {a.b/c: true}",
                   "Ride/x:spec.labels[\"a.b/c\"]: wrong type: true is not a text (put it in quotes: \"true\")");
    expect_problem("to: Deploymnt/web",
                   "Ride/x:spec.to: wrong kind: Deploymnt cannot stand here (did you mean Deployment?)");
    expect_problem("to: a/b/c/d", "Ride/x:spec.to: wrong value: \"a/b/c/d\" is not a name of an object (write name, "
                                  "namespace/name, Kind/name)");
}

Test(fields, help_says_what_may_stand_for_a_whole_map)
{
    struct buffer out = {0};
    fields_help(&out, &ride_table);
    cr_assert_not_null(strstr(buffer_string(&out), " a list of maps, or of only name (a text)\n"), "%s",
                       buffer_string(&out));
    buffer_drop(&out);
}

Test(suggest, counts_edits_and_swaps_of_neighbours)
{
    cr_assert_eq(suggest_distance("memroy", "memory"), 1);
    cr_assert_eq(suggest_distance("kitten", "sitting"), 3);
    cr_assert_eq(suggest_distance("CPU", "cpu"), 0);
    cr_assert_eq(suggest_distance("", "abc"), 3);
}
