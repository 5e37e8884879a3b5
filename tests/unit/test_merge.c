#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/buffer.h"
#include "sim/base/json.h"
#include "sim/scenario/merge.h"

static void expect(const char *target, const char *patch, const char *result)
{
    struct arena a = arena_make(4096);
    struct names names = names_make(&a);
    struct fail fail = {0};
    struct value *left = json_read(&a, &names, "target", target, strlen(target), &fail);
    struct value *right = json_read(&a, &names, "patch", patch, strlen(patch), &fail);
    cr_assert(left != NULL && right != NULL, "%s", fail.text);
    struct buffer out = {0};
    json_write(&out, merge_strategic(&a, left, right));
    cr_assert_str_eq(buffer_string(&out), result);
    buffer_drop(&out);
    names_drop(&names);
    arena_drop(&a);
}

Test(merge, merges_containers_by_name_and_adds_new_ones)
{
    expect("{\"containers\":[{\"name\":\"app\",\"image\":\"a:1\",\"tty\":true},{\"name\":\"log\",\"image\":\"l:1\"}]}",
           "{\"containers\":[{\"name\":\"app\",\"image\":\"a:2\"},{\"name\":\"new\"}]}",
           "{\"containers\":[{\"name\":\"app\",\"image\":\"a:2\",\"tty\":true},{\"name\":\"log\",\"image\":\"l:1\"},"
           "{\"name\":\"new\"}]}");
}

Test(merge, merges_ports_by_the_port_that_they_have)
{
    expect("{\"ports\":[{\"containerPort\":80,\"name\":\"a\"}]}",
           "{\"ports\":[{\"containerPort\":80,\"protocol\":\"UDP\"}]}",
           "{\"ports\":[{\"containerPort\":80,\"name\":\"a\",\"protocol\":\"UDP\"}]}");
    expect("{\"ports\":[{\"port\":80,\"name\":\"a\"}]}", "{\"ports\":[{\"port\":81}]}",
           "{\"ports\":[{\"port\":80,\"name\":\"a\"},{\"port\":81}]}");
}

Test(merge, takes_out_what_is_null_or_directed_to_be)
{
    expect("{\"a\":1,\"b\":{\"c\":2},\"d\":3}", "{\"a\":null,\"b\":{\"$patch\":\"delete\"}}", "{\"d\":3}");
    expect("{\"env\":[{\"name\":\"A\"},{\"name\":\"B\"}]}", "{\"env\":[{\"name\":\"A\",\"$patch\":\"delete\"}]}",
           "{\"env\":[{\"name\":\"B\"}]}");
    expect("{\"a\":{\"b\":1,\"c\":2}}", "{\"a\":{\"$patch\":\"replace\",\"c\":3}}", "{\"a\":{\"c\":3}}");
}

Test(merge, replaces_lists_that_have_no_key)
{
    expect("{\"args\":[\"-a\",\"-b\"],\"tolerations\":[{\"key\":\"x\"}]}", "{\"args\":[\"-c\"],\"tolerations\":[]}",
           "{\"args\":[\"-c\"],\"tolerations\":[]}");
}
