#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/scenario/effective.h"
#include "sim/scenario/scenario_read.h"

/* Writes FILE for each mention of the path. */
static char *rename_file(const char *text, const char *path)
{
    struct buffer out = {0};
    for (const char *at; (at = strstr(text, path)) != NULL; text = at + strlen(path)) {
        buffer_add(&out, text, (size_t)(at - text));
        buffer_text(&out, "FILE");
    }
    buffer_text(&out, text);
    return out.at;
}

/* What is shown of a text of which the file is called FILE, with an option --set; to be freed. */
static char *show(const char *text, const char *set)
{
    struct arena arena = arena_make(1 << 16);
    struct names names = names_make(&arena);
    struct problems problems = problems_make(&arena, &names);
    struct scenario scenario;
    struct buffer out = {0};
    char path[] = "/tmp/headroom-XXXXXX";
    const char *file = path;
    int fd = mkstemp(path);
    cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    struct scenario_input input = {.files = &file, .file_count = 1, .sets = &set, .set_count = set != NULL};
    cr_assert(scenario_read(&arena, &names, &input, &problems, &scenario), "%s", problems.list.at[0].text);
    effective_write(&out, &scenario);
    char *shown = rename_file(buffer_string(&out), path);
    buffer_drop(&out);
    unlink(path);
    scenario_drop(&scenario);
    problems_drop(&problems);
    names_drop(&names);
    arena_drop(&arena);
    return shown;
}

static void assert_shows(const char *shown, const char *line)
{
    size_t length = strlen(line);
    const char *at = strstr(shown, line);
    while (at != NULL && !((at == shown || at[-1] == '\n') && at[length] == '\n')) {
        at = strstr(at + 1, line);
    }
    cr_assert(at != NULL, "no line %s in\n%s", line, shown);
}

#define OWN(kind, name, spec) "apiVersion: headroom/v1\nkind: " kind "\nmetadata: {name: " name "}\nspec: " spec "\n"
#define POD(spec) "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec: " spec "\n"

Test(effective, a_value_is_shown_with_its_place_its_option_or_as_a_default)
{
    char *shown = show(POD("\n  containers:\n  - {name: main, image: 'shop/web:3.1'}"),
                       "Pod/shop/p:spec.containers[name=main].image=shop/web:4");
    assert_shows(shown, "Pod/shop/p:spec.containers[name=main].name=main  # FILE:6:12");
    assert_shows(shown, "Pod/shop/p:spec.containers[name=main].image=shop/web:4  # --set "
                        "Pod/shop/p:spec.containers[name=main].image=shop/web:4");
    assert_shows(shown, "Pod/shop/p:spec.containers[name=main].imagePullPolicy=IfNotPresent  # default");
    assert_shows(shown, "Scenario/scenario:spec.replications=5  # default");
    free(shown);
}

Test(effective, what_follows_from_other_values_is_called_worked_out)
{
    char *shown = show(
        OWN("NodePool", "general", "{instance: m6i.xlarge, region: aws/us-east-1, nodes: {initial: 7}, boot: 83s}"),
        NULL);
    assert_shows(shown, "NodePool/general:spec.nodes.initial=7  # FILE:4:70");
    assert_shows(shown, "NodePool/general:spec.nodes.min=7  # worked out");
    assert_shows(shown, "NodePool/general:spec.nodes.max=7  # worked out");
    assert_shows(shown, "NodePool/general:spec.boot.time=83s  # FILE:4:80");
    assert_shows(shown, "NodePool/general:spec.boot.deviation=0%  # default");
    free(shown);
}

Test(effective, a_text_that_yaml_would_take_for_something_else_is_in_quotes)
{
    char *shown = show(POD("{containers: [{name: main, image: i, args: ['1.5', 'on', '', 'a: b', 'x y']}]}"), NULL);
    assert_shows(shown, "Pod/shop/p:spec.containers[name=main].args[0]=\"1.5\"  # FILE:4:51");
    assert_shows(shown, "Pod/shop/p:spec.containers[name=main].args[1]=\"on\"  # FILE:4:58");
    assert_shows(shown, "Pod/shop/p:spec.containers[name=main].args[2]=\"\"  # FILE:4:64");
    assert_shows(shown, "Pod/shop/p:spec.containers[name=main].args[3]=\"a: b\"  # FILE:4:68");
    assert_shows(shown, "Pod/shop/p:spec.containers[name=main].args[4]=x y  # FILE:4:76");
    assert_shows(shown, "Scenario/scenario:spec.kubernetes=\"1.36\"  # default");
    free(shown);
}

Test(effective, secrets_and_environments_are_not_shown)
{
    char *shown = show(
        POD("{containers: [{name: main, image: i, env: [{name: TOKEN, value: hunter2}]}]}") "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {token: hunter2}\n",
        NULL);
    assert_shows(shown, "Secret/s:stringData.token=(not shown)  # FILE:9:21");
    assert_shows(shown, "Pod/shop/p:spec.containers[name=main].env[name=TOKEN].value=(not shown)  # FILE:4:71");
    cr_assert_null(strstr(shown, "hunter2"));
    free(shown);
}

Test(effective, what_a_cluster_adds_is_left_out)
{
    char *shown =
        show("apiVersion: v1\nkind: Pod\nmetadata: {name: p, managedFields: [{manager: kubectl}], labels: {a.b/c: d}}\n"
             "spec: {containers: [{name: main, image: i}]}\nstatus: {phase: Running}\n",
             NULL);
    assert_shows(shown, "Pod/p:metadata.labels[\"a.b/c\"]=d  # FILE:3:74");
    cr_assert_null(strstr(shown, "kubectl"));
    cr_assert_null(strstr(shown, "phase"));
    free(shown);
}
