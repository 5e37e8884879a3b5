#include <criterion/criterion.h>

#include "reports/diff.h"
#include "tests/unit/small_run.h"

struct fixture {
    struct arena arena;
    struct names names;
    struct small_run base, candidate;
    struct diff diff;
};

/* SMALL_SCENARIO before and after a change of text: `from` is replaced by `to` where it stands first. */
static void open_changed(struct fixture *f, const char *from, const char *to)
{
    const char *at = strstr(SMALL_SCENARIO, from);
    cr_assert_not_null(at, "%s", from);
    f->arena = arena_make(1 << 16);
    f->names = names_make(&f->arena);
    const char *text =
        arena_format(&f->arena, "%.*s%s%s", (int)(at - SMALL_SCENARIO), SMALL_SCENARIO, to, at + strlen(from));
    small_open(&f->base, &f->arena, &f->names, SMALL_SCENARIO, NULL, NULL);
    small_open(&f->candidate, &f->arena, &f->names, text, NULL, NULL);
    const struct objects *b = &f->base.scenario.objects, *c = &f->candidate.scenario.objects;
    diff_make(&f->diff, &f->arena, b->list.at, b->list.count, c->list.at, c->list.count);
}

static void close_changed(struct fixture *f)
{
    diff_drop(&f->diff);
    small_close(&f->base);
    small_close(&f->candidate);
    names_drop(&f->names);
    arena_drop(&f->arena);
}

static void expect(const char *from, const char *to, const char *object, const char *path, const char *before,
                   const char *after)
{
    struct fixture f;
    open_changed(&f, from, to);
    cr_assert_eq(f.diff.changes.count, 1, "%u changes", f.diff.changes.count);
    const struct diff_change *c = &f.diff.changes.at[0];
    cr_assert_str_eq(c->object, object);
    cr_assert_str_eq(c->path, path);
    cr_assert_eq(before == NULL, c->before == NULL);
    cr_assert_eq(after == NULL, c->after == NULL);
    cr_assert(before == NULL || strcmp(before, c->before) == 0, "%s", c->before);
    cr_assert(after == NULL || strcmp(after, c->after) == 0, "%s", c->after);
    close_changed(&f);
}

Test(diff, a_request_is_named_as_the_manifest_names_it)
{
    expect("cpu: 850m", "cpu: 1100m", "Deployment/web", "spec.template.spec.containers[app].resources.requests.cpu",
           "850m", "1100m");
}

Test(diff, quantities_in_other_words_are_the_same)
{
    struct fixture f;
    open_changed(&f, "cpu: 850m", "cpu: 0.85");
    cr_assert_eq(f.diff.changes.count, 0);
    close_changed(&f);
}

Test(diff, what_was_not_there_before_has_no_before)
{
    expect("labels: {team: shop}", "labels: {team: shop, tier: front}", "Deployment/web", "metadata.labels.tier", NULL,
           "front");
    expect("labels: {team: shop}", "labels: {}", "Deployment/web", "metadata.labels", "{\"team\":\"shop\"}", NULL);
}

Test(diff, items_of_lists_are_matched_by_name)
{
    expect("env: [", "env: [{name: FIRST, value: a}, ", "Deployment/web",
           "spec.template.spec.containers[app].env[FIRST]", NULL, "{\"name\":\"FIRST\",\"value\":\"(not shown)\"}");
    expect("averageUtilization: 65", "averageUtilization: 71", "HorizontalPodAutoscaler/web",
           "spec.metrics[Resource].resource.target.averageUtilization", "65", "71");
}

Test(diff, values_of_environment_variables_and_secrets_are_not_shown)
{
    expect("value: s3cret", "value: 0ther", "Deployment/web", "spec.template.spec.containers[app].env[TOKEN].value",
           "(not shown)", "(not shown)");
    expect("env: [{name: TOKEN, value: s3cret}]", "env: [{name: TOKEN, value: s3cret}, {name: KEY, value: s3cret}]",
           "Deployment/web", "spec.template.spec.containers[app].env[KEY]", NULL,
           "{\"name\":\"KEY\",\"value\":\"(not shown)\"}");
}

Test(diff, secrets_are_told_apart_without_their_data)
{
    static const char secret[] = "apiVersion: v1\nkind: Secret\nmetadata: {name: db, labels: {a: b}}\n"
                                 "stringData: {password: %s}\n";
    struct fixture f = {0};
    f.arena = arena_make(1 << 16);
    f.names = names_make(&f.arena);
    small_open(&f.base, &f.arena, &f.names, arena_format(&f.arena, secret, "hunter2"), NULL, NULL);
    small_open(&f.candidate, &f.arena, &f.names, arena_format(&f.arena, secret, "hunter3"), NULL, NULL);
    const struct objects *b = &f.base.scenario.objects, *c = &f.candidate.scenario.objects;
    diff_make(&f.diff, &f.arena, b->list.at, b->list.count, c->list.at, c->list.count);
    cr_assert_geq(f.diff.changes.count, 1);
    for (uint32_t i = 0; i < f.diff.changes.count; i++) {
        cr_assert_str_eq(f.diff.changes.at[i].object, "Secret/db");
        cr_assert_str_eq(f.diff.changes.at[i].after, "(not shown)");
    }
    close_changed(&f);
}

Test(diff, headrooms_own_kinds_are_told_too)
{
    expect("boot: 61s", "boot: 93s", "NodePool/general", "spec.boot", "61s", "93s");
}

Test(diff, an_object_more_or_less_is_one_change)
{
    static const char more[] =
        SMALL_SCENARIO "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: more, namespace: shop}\ndata: {a: b}\n";
    struct arena a = arena_make(1 << 16);
    struct names names = names_make(&a);
    struct small_run few, many;
    struct diff d;
    small_open(&few, &a, &names, SMALL_SCENARIO, NULL, NULL);
    small_open(&many, &a, &names, more, NULL, NULL);
    const struct objects *f = &few.scenario.objects, *m = &many.scenario.objects;
    diff_make(&d, &a, f->list.at, f->list.count, m->list.at, m->list.count);
    cr_assert_eq(d.changes.count, 1);
    cr_assert_str_eq(d.changes.at[0].object, "ConfigMap/shop/more");
    cr_assert_str_eq(d.changes.at[0].path, "");
    cr_assert_null(d.changes.at[0].before);
    diff_drop(&d);
    diff_make(&d, &a, m->list.at, m->list.count, f->list.at, f->list.count);
    cr_assert_null(d.changes.at[0].after);
    diff_drop(&d);
    small_close(&few);
    small_close(&many);
    names_drop(&names);
    arena_drop(&a);
}

/* 80 letters and umlauts: cut to 60 characters' worth of bytes, never within one. */
Test(diff, long_values_are_cut_between_characters)
{
    struct fixture f;
    open_changed(
        &f, "registry.example/web:1.0",
        "registry.example/w\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6"
        "\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6:1.0");
    cr_assert_eq(f.diff.changes.count, 1);
    const char *after = f.diff.changes.at[0].after;
    cr_assert_str_eq(after + strlen(after) - 5, "\xc3\xb6...");
    cr_assert_leq(strlen(after), 64);
    close_changed(&f);
}

Test(diff, the_same_scenario_is_alike_and_another_order_of_manifests_is_not)
{
    static const char pods[] =
        "---\napiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {containers: [{name: a, image: a:1}]}\n"
        "---\napiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {containers: [{name: a, image: a:1}]}\n";
    struct arena a = arena_make(1 << 16);
    struct names names = names_make(&a);
    struct small_run runs[3];
    small_open(&runs[0], &a, &names, arena_format(&a, pods, "left", "right"), NULL, NULL);
    small_open(&runs[1], &a, &names, arena_format(&a, pods, "left", "right"), NULL, NULL);
    small_open(&runs[2], &a, &names, arena_format(&a, pods, "right", "left"), NULL, NULL);
    const struct objects *o[3];
    for (int i = 0; i < 3; i++) {
        o[i] = &runs[i].scenario.objects;
    }
    cr_assert(diff_same(o[0]->list.at, o[0]->list.count, o[1]->list.at, o[1]->list.count));
    cr_assert_not(diff_same(o[0]->list.at, o[0]->list.count, o[2]->list.at, o[2]->list.count));
    for (int i = 0; i < 3; i++) {
        small_close(&runs[i]);
    }
    names_drop(&names);
    arena_drop(&a);
}
