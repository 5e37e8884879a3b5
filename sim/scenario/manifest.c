#include "sim/scenario/manifest.h"

#include <stddef.h>

#include "sim/scenario/defaults.h"
#include "sim/scenario/place.h"
#include "sim/scenario/scheduler_manifest.h"
#include "sim/scenario/scheduler_schema.h"
#include "sim/scenario/schema.h"
#include "sim/scenario/validate.h"
#include "sim/scenario/violation.h"

/* Says once what is not known about a kind, or that its apiVersion is not one. */
static void warn_unknown(const struct value *object, struct problems *problems)
{
    struct arena *a = problems->arena;
    const struct value *version = value_get(object, "apiVersion"), *kind = value_get(object, "kind");
    const char *name = value_as_text(kind), *says = value_as_text(version);
    const struct kind *other = kinds_named(name);
    const char *near = kinds_suggest(name), *hint = "";
    if (other != NULL) {
        hint = arena_format(a, " (did you mean apiVersion %s?)", other->api_version);
    } else if (near != NULL) {
        hint = arena_format(a, " (did you mean kind %s?)", near);
    }
    problems_warn_once(problems, names_text(problems->names, arena_format(a, "%s %s", says, name)), kind->where,
                       "kind: %s of %s: not a kind that is simulated: it is kept and has no effect%s", name, says,
                       hint);
}

static void warn_old(const struct kind *kind, const struct value *object, struct problems *problems)
{
    const char *once =
        names_text(problems->names, arena_format(problems->arena, "%s %s", kind->api_version, kind->name));
    problems_warn_once(problems, once, value_get(object, "apiVersion")->where,
                       "apiVersion: %s of %s: Kubernetes v1.36 no longer serves it: read as %s (write apiVersion: %s)",
                       kind->api_version, kind->name, kind->read_as, kind->read_as);
}

static void check_metadata(const struct value *object, struct problems *problems)
{
    struct place top = place_top(object);
    struct place metadata = place_get(&top, "metadata"), name = place_get(&metadata, "name");
    struct place generate = place_get(&metadata, "generateName");
    if (place_text(&name)[0] == '\0' && place_text(&generate)[0] == '\0') {
        problems_error(problems, place_mark(&name),
                       "metadata.name: missing: every object needs a name (write one, as text)");
    }
}

const struct kind *manifest_read(struct arena *a, struct names *names, struct value *object, struct problems *problems)
{
    const struct kind *kind = kinds_of(object);
    if (kind == NULL) {
        warn_unknown(object, problems);
        check_metadata(object, problems);
        return NULL;
    }
    if (kind->retired) {
        warn_old(kind, object, problems);
    }
    if (kind->schema == NULL) {
        check_metadata(object, problems);
        return kind;
    }
    if (kind->schema == &scheduler_configuration) {
        scheduler_manifest_read(a, names, object, problems);
        return kind;
    }
    uint32_t errors = problems->errors;
    struct place top = place_top(object);
    schema_check(kind->schema, &top, problems);
    if (problems->errors > errors) {
        return kind;
    }
    defaults_apply(a, names, object);
    kind = kinds_of(object);
    struct violations found = {.arena = problems->arena};
    validate_object(kind->schema, object, names, &found);
    violations_report(&found, problems);
    violations_drop(&found);
    return kind;
}
