#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/buffer.h"
#include "sim/base/json.h"
#include "sim/scenario/set.h"
#include "sim/scenario/yaml.h"

static const char *const own[] = {"Demand", NULL};
static const char text[] = "apiVersion: headroom/v1\nkind: Demand\nmetadata: {name: rides}\nspec:\n"
                           "  list: [{name: a, x: 1}, {name: b}]\n  gone: 23\n  a.b/c: old\n";

struct fixture {
    struct arena arena;
    struct names names;
    struct problems problems;
    struct objects objects;
};

static void open_objects(struct fixture *f)
{
    f->arena = arena_make(4096);
    f->names = names_make(&f->arena);
    f->problems = problems_make(&f->arena, &f->names);
    f->objects = objects_make(&f->arena, &f->names, &f->problems, own);
    struct value *documents = value_list(&f->arena);
    cr_assert(yaml_read(&f->arena, &f->names, &f->problems, "in", text, strlen(text), documents));
    objects_add(&f->objects, documents->items[0], 0);
    objects_settle(&f->objects);
}

static void close_objects(struct fixture *f)
{
    objects_drop(&f->objects);
    problems_drop(&f->problems);
    names_drop(&f->names);
    arena_drop(&f->arena);
}

/* The spec after a setting. */
static void expect(const char *setting, const char *json)
{
    struct fixture f;
    struct buffer out = {0};
    open_objects(&f);
    set_apply(&f.objects, setting);
    cr_assert_eq(f.problems.errors, 0, "%s", f.problems.errors == 0 ? "" : f.problems.list.at[0].text);
    json_write(&out, value_get(f.objects.list.at[0]->tree, "spec"));
    cr_assert_str_eq(buffer_string(&out), json);
    buffer_drop(&out);
    close_objects(&f);
}

static void expect_problem(const char *setting, const char *problem)
{
    struct fixture f;
    open_objects(&f);
    set_apply(&f.objects, setting);
    cr_assert_eq(f.problems.errors, 1, "%s", setting);
    cr_assert_str_eq(f.problems.list.at[0].text, problem);
    cr_assert_eq(strncmp(f.problems.list.at[0].where.file, "--set ", 6), 0);
    close_objects(&f);
}

Test(set, finds_items_by_what_they_say_and_by_index)
{
    expect("Demand/rides:spec.list[name=b].x=2.385",
           "{\"list\":[{\"name\":\"a\",\"x\":1},{\"name\":\"b\",\"x\":2.385}],\"gone\":23,\"a.b/c\":\"old\"}");
    expect("Demand/default/rides:spec.list[0]={y: [1, 2]}",
           "{\"list\":[{\"y\":[1,2]},{\"name\":\"b\"}],\"gone\":23,\"a.b/c\":\"old\"}");
    expect("Demand/rides:spec.list[x=1].x=0",
           "{\"list\":[{\"name\":\"a\",\"x\":0},{\"name\":\"b\"}],\"gone\":23,\"a.b/c\":\"old\"}");
}

Test(set, takes_keys_with_dots_in_quotes_and_makes_maps_that_are_not_there)
{
    expect("Demand/rides:spec[\"a.b/c\"]=new",
           "{\"list\":[{\"name\":\"a\",\"x\":1},{\"name\":\"b\"}],\"gone\":23,\"a.b/c\":\"new\"}");
    expect("Demand/rides:spec.noise.deviation=8%",
           "{\"list\":[{\"name\":\"a\",\"x\":1},{\"name\":\"b\"}],\"gone\":23,\"a.b/c\":\"old\","
           "\"noise\":{\"deviation\":\"8%\"}}");
}

Test(set, takes_out_what_is_set_to_nothing)
{
    expect("Demand/rides:spec.gone=", "{\"list\":[{\"name\":\"a\",\"x\":1},{\"name\":\"b\"}],\"a.b/c\":\"old\"}");
    expect("Demand/rides:spec.list=null", "{\"gone\":23,\"a.b/c\":\"old\"}");
}

Test(set, says_what_is_wrong_with_a_path)
{
    expect_problem("Demand/rides:spec.list[name=c].x=1",
                   "path: the list has no such item, or is no list (name one that is there)");
    expect_problem("Demand/rides:spec.list.x=1",
                   "path: what x is looked for in is no map (name an item: [name=app] or [2])");
    expect_problem("Demand/rides:spec.gone.x=1", "path: what x is looked for in is no map (end the path before it)");
    expect_problem("Demand/rides:spec..x=1", "path: a key is empty (write keys with one dot between them)");
    expect_problem("Demand/rides:spec.list[name=1", "path: there is no =VALUE (write Kind/name:key.key=value)");
    expect_problem("Demand/rides=1", "path: there is no : behind the object (write Kind/name:key.key=value)");
    expect_problem("Demnad/rides:spec.x=1", "path: there is no object of kind Demnad (did you mean Demand?)");
    expect_problem("rides:spec.x=1",
                   "path: it names no object (write Kind/name:key.key=value, or Kind/namespace/name:...)");
    expect_problem(
        "Demand/rides:spec.x=[1",
        "YAML: did not find expected ',' or ']': while parsing a flow sequence that began at line 1 (close the bracket; quote a text "
        "that holds , : [ ] { or })");
}
