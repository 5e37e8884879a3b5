#include "sim/scenario/job_validate.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/number.h"
#include "sim/scenario/cron.h"
#include "sim/scenario/names_validate.h"
#include "sim/scenario/selector.h"
#include "sim/scenario/zones.h"

enum {
    INDEXED_MOST = 100000,      /* parallelism and failed indexes of an Indexed Job */
    MANY_COMPLETIONS = 100000,  /* above it, with a back-off for each index: */
    MANY_MOST = 10000,          /* the same bounds */
    RULES_MOST = 20,            /* of a policy; patterns of a rule */
    EXIT_CODES_MOST = 255,      /* of a rule */
    INDEXES_BYTES_MOST = 65536, /* of succeededIndexes */
    CRON_NAME_MOST = 52,
};

static bool says(const struct place *p, const char *text)
{
    return strcmp(place_text(p), text) == 0;
}

static void check_most(const struct place *p, int64_t most, const char *why, struct violations *found)
{
    if (place_integer(p, most) > most) {
        violation_add(found, VIOLATION_INVALID, p, "%s (write at most %lld)", why, (long long)most);
    }
}

static void check_many(const struct place *list, uint32_t most, struct violations *found)
{
    if (place_count(list) > most) {
        violation_add(found, VIOLATION_TOO_MANY, list, "%u are too many (write at most %u)",
                      (unsigned)place_count(list), (unsigned)most);
    }
}

/* ---- indexes ---- */

static void check_high(const struct place *spec, struct violations *found)
{
    struct place failed = place_get(spec, "maxFailedIndexes"), parallelism = place_get(spec, "parallelism");
    static const char why[] = "too many for more than 100000 completions with backoffLimitPerIndex";
    if (failed.value == NULL) {
        violation_add(found, VIOLATION_REQUIRED, &failed,
                      "missing: more than 100000 completions with backoffLimitPerIndex need it (write at most 10000)");
    }
    check_most(&parallelism, MANY_MOST, why, found);
    check_most(&failed, MANY_MOST, why, found);
}

static void check_indexed(const struct place *spec, struct violations *found)
{
    struct place completions = place_get(spec, "completions"), parallelism = place_get(spec, "parallelism");
    struct place failed = place_get(spec, "maxFailedIndexes"), limit = place_get(spec, "backoffLimitPerIndex");
    if (completions.value == NULL) {
        violation_add(found, VIOLATION_REQUIRED, &completions, "missing: completionMode Indexed needs it (write it)");
    }
    check_most(&parallelism, INDEXED_MOST, "too many for completionMode Indexed", found);
    check_most(&failed, place_integer(&completions, INT32_MAX), "more than there are completions", found);
    check_most(&failed, INDEXED_MOST, "too many", found);
    if (place_integer(&completions, 0) > MANY_COMPLETIONS && limit.value != NULL) {
        check_high(spec, found);
    }
}

static void check_indexes(const struct place *spec, struct violations *found)
{
    struct place mode = place_get(spec, "completionMode");
    struct place failed = place_get(spec, "maxFailedIndexes"), limit = place_get(spec, "backoffLimitPerIndex");
    if (failed.value != NULL && limit.value == NULL) {
        violation_add(found, VIOLATION_REQUIRED, &limit, "missing: maxFailedIndexes needs it (write it)");
    }
    if (says(&mode, "Indexed")) {
        check_indexed(spec, found);
    } else if (mode.value == NULL || says(&mode, "NonIndexed")) {
        if (limit.value != NULL) {
            violation_add(found, VIOLATION_INVALID, &limit, "the Job has no indexes (write completionMode: Indexed)");
        }
        if (failed.value != NULL) {
            violation_add(found, VIOLATION_INVALID, &failed, "the Job has no indexes (write completionMode: Indexed)");
        }
    }
}

/* ---- failure ---- */

static bool has_container(const struct place *spec, const char *name)
{
    static const char *const lists[] = {"template.spec.containers", "template.spec.initContainers"};
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
        const struct value *list = value_at(spec->value, lists[l]);
        for (uint32_t i = 0; value_is_list(list) && i < list->count; i++) {
            const char *other = value_as_text(value_get(list->items[i], "name"));
            if (other != NULL && strcmp(other, name) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void check_exit_values(const struct place *codes, struct violations *found)
{
    struct place values = place_get(codes, "values"), op = place_get(codes, "operator");
    bool ordered = true;
    if (place_count(&values) == 0) {
        violation_add(found, VIOLATION_INVALID, &values, "empty (write at least one exit code)");
    }
    check_many(&values, EXIT_CODES_MOST, found);
    for (uint32_t i = 0; i < place_count(&values); i++) {
        struct place value = place_item(&values, i);
        int64_t code = place_integer(&value, 0);
        bool twice = false;
        for (uint32_t j = 0; j < i && !twice; j++) {
            struct place other = place_item(&values, j);
            twice = place_integer(&other, 0) == code;
        }
        if (says(&op, "In") && code == 0) {
            violation_add(found, VIOLATION_INVALID, &value, "0 is no failure (take it out, or write NotIn)");
        }
        if (twice) {
            violation_add(found, VIOLATION_DUPLICATE, &value, "%lld stands there twice (take one out)",
                          (long long)code);
        }
        if (i > 0) {
            struct place before = place_item(&values, i - 1);
            ordered = ordered && place_integer(&before, 0) <= code;
        }
    }
    if (!ordered) {
        violation_add(found, VIOLATION_INVALID, &values, "not in order (sort the exit codes)");
    }
}

static void check_exit_codes(const struct place *spec, const struct place *codes, struct violations *found)
{
    struct place op = place_get(codes, "operator"), container = place_get(codes, "containerName");
    if (place_text(&op)[0] == '\0') {
        violation_add(found, VIOLATION_REQUIRED, &op, "missing (write In or NotIn)");
    } else if (!says(&op, "In") && !says(&op, "NotIn")) {
        violation_add(found, VIOLATION_NOT_SUPPORTED, &op, "\"%.40s\" is no operator (write In or NotIn)",
                      place_text(&op));
    }
    if (container.value != NULL && !has_container(spec, place_text(&container))) {
        violation_add(found, VIOLATION_INVALID, &container,
                      "the template has no container %.60s (write the name of one)", place_text(&container));
    }
    check_exit_values(codes, found);
}

static void check_conditions(const struct place *conditions, struct violations *found)
{
    check_many(conditions, RULES_MOST, found);
    for (uint32_t i = 0; i < place_count(conditions); i++) {
        struct place condition = place_item(conditions, i);
        struct place type = place_get(&condition, "type"), status = place_get(&condition, "status");
        if (!name_is_qualified(place_text(&type))) {
            violation_add(found, VIOLATION_INVALID, &type,
                          "\"%.60s\" is no condition (write one like DisruptionTarget)", place_text(&type));
        }
        if (!says(&status, "True") && !says(&status, "False") && !says(&status, "Unknown")) {
            violation_add(found, place_text(&status)[0] == '\0' ? VIOLATION_REQUIRED : VIOLATION_NOT_SUPPORTED, &status,
                          "\"%.40s\" is no status (write \"True\", \"False\" or Unknown)", place_text(&status));
        }
    }
}

static void check_failure_rule(const struct place *spec, const struct place *rule, struct violations *found)
{
    struct place action = place_get(rule, "action"), codes = place_get(rule, "onExitCodes");
    struct place conditions = place_get(rule, "onPodConditions");
    if (says(&action, "FailIndex")) {
        if (value_get(spec->value, "backoffLimitPerIndex") == NULL) {
            violation_add(found, VIOLATION_INVALID, &action,
                          "FailIndex needs a back-off for each index (write backoffLimitPerIndex)");
        }
    } else if (!says(&action, "FailJob") && !says(&action, "Ignore") && !says(&action, "Count")) {
        violation_add(found, place_text(&action)[0] == '\0' ? VIOLATION_REQUIRED : VIOLATION_NOT_SUPPORTED, &action,
                      "\"%.40s\" is no action (write FailJob, FailIndex, Ignore or Count)", place_text(&action));
    }
    if (codes.value != NULL) {
        check_exit_codes(spec, &codes, found);
    }
    check_conditions(&conditions, found);
    if ((codes.value != NULL) == (place_count(&conditions) > 0)) {
        violation_add(found, VIOLATION_INVALID, rule, "%s (write one of onExitCodes and onPodConditions)",
                      codes.value != NULL ? "two causes in one rule" : "no cause");
    }
}

static void check_failure_policy(const struct place *spec, struct violations *found)
{
    struct place policy = place_get(spec, "podFailurePolicy"), rules = place_get(&policy, "rules");
    struct place template = place_get(spec, "template"), pod = place_get(&template, "spec");
    struct place restart = place_get(&pod, "restartPolicy"), replacement = place_get(spec, "podReplacementPolicy");
    if (policy.value == NULL) {
        return;
    }
    check_many(&rules, RULES_MOST, found);
    for (uint32_t i = 0; i < place_count(&rules); i++) {
        struct place rule = place_item(&rules, i);
        check_failure_rule(spec, &rule, found);
    }
    if (says(&restart, "OnFailure")) {
        violation_add(found, VIOLATION_INVALID, &restart,
                      "podFailurePolicy is for pods that are not restarted (write Never)");
    }
    if (says(&replacement, "TerminatingOrFailed")) {
        violation_add(found, VIOLATION_NOT_SUPPORTED, &replacement,
                      "with podFailurePolicy only Failed is possible (write Failed)");
    }
}

/* ---- success ---- */

/* Reads digits up to stop; false when there are none, or they are no index below count. */
static bool read_index(const char *text, size_t length, int64_t count, int64_t *index)
{
    char digits[16] = {0};
    if (length == 0 || length >= sizeof digits || strspn(text, "0123456789") < length) {
        return false;
    }
    memcpy(digits, text, length);
    return number_parse_int64(digits, index) && *index < count;
}

/* How many indexes "0,2-4" says; -1: it is no increasing list of indexes below count. */
static int64_t count_indexes(const char *text, int64_t count)
{
    int64_t sum = 0, last = -1;
    while (*text != '\0') {
        size_t length = strcspn(text, ","), first = strcspn(text, ",-");
        int64_t low = 0, high = 0;
        if (!read_index(text, first, count, &low)) {
            return -1;
        }
        high = low;
        if (first < length && (!read_index(text + first + 1, length - first - 1, count, &high) || high <= low)) {
            return -1;
        }
        if (low <= last || strcmp(text + length, ",") == 0) {
            return -1;
        }
        sum += high - low + 1;
        last = high;
        text += length + (text[length] == ',');
    }
    return sum;
}

static void check_success_rule(const struct place *rule, int64_t completions, struct violations *found)
{
    struct place indexes = place_get(rule, "succeededIndexes"), count = place_get(rule, "succeededCount");
    if (indexes.value == NULL && count.value == NULL) {
        violation_add(found, VIOLATION_REQUIRED, rule, "empty (write succeededIndexes, succeededCount or both)");
    }
    int64_t wanted = place_integer(&count, 0), named = 0;
    if (indexes.value != NULL) {
        if (strlen(place_text(&indexes)) > INDEXES_BYTES_MOST) {
            violation_add(found, VIOLATION_TOO_LONG, &indexes, "longer than 64 KiB (write ranges like 0-99)");
        }
        named = count_indexes(place_text(&indexes), completions);
        if (named < 0) {
            violation_add(found, VIOLATION_INVALID, &indexes,
                          "\"%.60s\" are no increasing indexes below %lld (write them like 0,2-4)",
                          place_text(&indexes), (long long)completions);
            named = 0;
        }
    }
    if (wanted < 0) {
        violation_add(found, VIOLATION_INVALID, &count, "%lld is too small (write 0 or more)", (long long)wanted);
    }
    check_most(&count, completions, "more than there are completions", found);
    if (indexes.value != NULL) {
        check_most(&count, named, "more than succeededIndexes has", found);
    }
}

static void check_success_policy(const struct place *spec, struct violations *found)
{
    struct place policy = place_get(spec, "successPolicy"), rules = place_get(&policy, "rules");
    struct place mode = place_get(spec, "completionMode"), completions = place_get(spec, "completions");
    if (policy.value == NULL) {
        return;
    }
    if (!says(&mode, "Indexed")) {
        violation_add(found, VIOLATION_INVALID, &policy, "the Job has no indexes (write completionMode: Indexed)");
        return;
    }
    if (place_count(&rules) == 0) {
        violation_add(found, VIOLATION_REQUIRED, &rules, "empty (write at least one rule)");
    }
    check_many(&rules, RULES_MOST, found);
    for (uint32_t i = 0; i < place_count(&rules); i++) {
        struct place rule = place_item(&rules, i);
        check_success_rule(&rule, place_integer(&completions, INT32_MAX), found);
    }
}

void validate_job_spec(const struct place *spec, struct names *names, struct violations *found)
{
    (void)names;
    struct place manager = place_get(spec, "managedBy");
    check_indexes(spec, found);
    check_failure_policy(spec, found);
    check_success_policy(spec, found);
    if (manager.value != NULL &&
        (!name_is_qualified(place_text(&manager)) || strchr(place_text(&manager), '/') == NULL)) {
        violation_add(found, VIOLATION_INVALID, &manager, "\"%.60s\" is no controller (write DOMAIN/NAME)",
                      place_text(&manager));
    }
}

/* ---- the selector ---- */

/* What is left of a selector without the labels that the server generates. */
static const struct label_selector *own_selector(const struct place *selector, struct names *names,
                                                 struct violations *found)
{
    static const char *const generated[] = {"batch.kubernetes.io/controller-uid", "controller-uid",
                                            "batch.kubernetes.io/job-name", "job-name"};
    struct value *own = value_copy(found->arena, selector->value);
    for (size_t i = 0; i < sizeof generated / sizeof *generated; i++) {
        if (value_is_map(value_get(own, "matchLabels"))) {
            value_remove(value_get(own, "matchLabels"), generated[i]);
        }
    }
    return selector_compile(found->arena, names, own);
}

/* The server makes the selector: one that a user writes must be asked for, and pick the template's labels. */
static void check_selector(const struct place *spec, struct names *names, struct violations *found)
{
    struct place selector = place_get(spec, "selector"), manual = place_get(spec, "manualSelector");
    struct place template = place_get(spec, "template"), metadata = place_get(&template, "metadata");
    struct place labels = place_get(&metadata, "labels");
    bool by_hand = manual.value != NULL && manual.value->kind == VALUE_BOOL && manual.value->boolean;
    if (selector.value == NULL) {
        if (by_hand) {
            violation_add(found, VIOLATION_REQUIRED, &selector, "missing: manualSelector is true (write it)");
        }
        return;
    }
    const struct label_selector *own = own_selector(&selector, names, found);
    if (!by_hand && !selector_matches(own, labels_compile(found->arena, names, NULL))) {
        violation_add(found, VIOLATION_INVALID, &selector,
                      "Kubernetes makes the selector of a Job (take it out, or write manualSelector: true)");
    }
    if (!selector_matches(own, labels_compile(found->arena, names, labels.value))) {
        violation_add(found, VIOLATION_INVALID, &labels,
                      "the selector does not match the template's labels (write the same labels in both)");
    }
}

void validate_job(const struct place *job, struct names *names, struct violations *found)
{
    struct place spec = place_get(job, "spec"), metadata = place_get(job, "metadata");
    struct place name = place_get(&metadata, "name"), mode = place_get(&spec, "completionMode");
    struct place completions = place_get(&spec, "completions");
    check_selector(&spec, names, found);
    char host[320];
    int64_t last = place_integer(&completions, 0) - 1;
    snprintf(host, sizeof host, "%.255s-%lld", place_text(&name), (long long)last);
    if (says(&mode, "Indexed") && last >= 0 && place_text(&name)[0] != '\0' && !name_is_label(host)) {
        violation_add(found, VIOLATION_INVALID, &name,
                      "the host name of the last pod would be %.80s, which is none (shorten the name)", host);
    }
}

/* ---- schedules ---- */

void validate_cron_job(const struct place *cron_job, struct names *names, struct violations *found)
{
    (void)names;
    struct place metadata = place_get(cron_job, "metadata"), name = place_get(&metadata, "name");
    if (strlen(place_text(&name)) > CRON_NAME_MOST) {
        violation_add(found, VIOLATION_INVALID, &name,
                      "longer than 52 bytes: the names of its Jobs would be too long "
                      "(shorten it)");
    }
}

static void check_schedule(const struct place *schedule, struct violations *found)
{
    struct cron_schedule parsed;
    const char *zone;
    size_t length;
    const char *text = place_text(schedule);
    if (text[0] == '\0') {
        return;
    }
    if (strstr(text, "TZ") != NULL) {
        violation_add(found, VIOLATION_INVALID, schedule, "a time zone in the schedule (write it as timeZone)");
    } else if (!cron_parse(text, &parsed, &zone, &length)) {
        violation_add(found, VIOLATION_INVALID, schedule,
                      "\"%.60s\" is no schedule (write minute, hour, day, month and weekday, like 30 4 * * 1-5)", text);
    }
}

static void check_zone(const struct place *zone, struct violations *found)
{
    char room[ZONE_ROOM];
    const char *text = place_text(zone);
    if (zone->value == NULL || zones_have(text)) {
        return;
    }
    const char *near = zones_suggest(text, room);
    if (near != NULL) {
        violation_add(found, VIOLATION_INVALID, zone, "\"%.60s\" is no time zone (did you mean %s?)", text, near);
    } else {
        violation_add(found, VIOLATION_INVALID, zone, "\"%.60s\" is no time zone (write one like Europe/Berlin)", text);
    }
}

void validate_cron_job_spec(const struct place *spec, struct names *names, struct violations *found)
{
    (void)names;
    struct place schedule = place_get(spec, "schedule"), zone = place_get(spec, "timeZone");
    struct place template = place_get(spec, "jobTemplate"), job = place_get(&template, "spec");
    struct place manual = place_get(&job, "manualSelector"), selector = place_get(&job, "selector");
    check_schedule(&schedule, found);
    check_zone(&zone, found);
    if (selector.value != NULL) {
        violation_add(found, VIOLATION_INVALID, &selector, "Kubernetes makes the selectors of Jobs (take it out)");
    }
    if (manual.value != NULL && manual.value->kind == VALUE_BOOL && manual.value->boolean) {
        violation_add(found, VIOLATION_NOT_SUPPORTED, &manual,
                      "the Jobs of a CronJob have no selectors of their own (take it out)");
    }
}
