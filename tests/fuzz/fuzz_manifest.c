/* Whatever stands in a manifest, reading it ends, and what has no error compiles. Defaults settle: what a second reading
 * fills in (where the first took out an empty map that had kept a default away) is all. */
#include <assert.h>

#include "sim/base/json.h"
#include "sim/scenario/compile.h"
#include "sim/scenario/defaults.h"
#include "sim/scenario/kinds.h"
#include "sim/scenario/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compile(struct arena *a, struct names *names, const struct kind *kind, const struct value *object)
{
    struct compiler c = compile_make(a, names);
    enum workload_kind workload;
    if (compile_kind(kind->name, &workload)) {
        struct workload_spec spec = compile_workload(&c, workload, object);
        assert(spec.template != NULL);
    }
    compile_drop(&c);
}

static void read_one(struct arena *a, struct names *names, struct value *object)
{
    struct problems problems = problems_make(a, names);
    const struct kind *kind = manifest_read(a, names, object, &problems);
    if (kind != NULL && problems.errors == 0) {
        struct value *second = value_copy(a, object);
        defaults_apply(a, names, second);
        struct value *third = value_copy(a, second);
        defaults_apply(a, names, third);
        assert(value_equal(second, third));
        compile(a, names, kind, object);
    }
    problems_drop(&problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = arena_make(4096);
    struct names names = names_make(&a);
    struct fail fail = {0};
    struct value *v = json_read(&a, &names, "fuzz", (const char *)data, size, &fail);
    if (value_as_text(value_get(v, "apiVersion")) != NULL && value_as_text(value_get(v, "kind")) != NULL) {
        read_one(&a, &names, v);
    }
    names_drop(&names);
    arena_drop(&a);
    return 0;
}
