#include "sim/scenario/scheduler_validate.h"

#include <string.h>

#include "sim/base/number.h"
#include "sim/scenario/names_validate.h"
#include "sim/scenario/resource_names.h"
#include "sim/scenario/units.h"

#define SECOND INT64_C(1000000000)

static bool says(const struct place *p, const char *text)
{
    return strcmp(place_text(p), text) == 0;
}

static int64_t integer_at(const struct place *in, const char *key)
{
    struct place p = place_get(in, key);
    return place_integer(&p, 0);
}

static void check_range(const struct place *p, int64_t least, int64_t most, struct violations *found)
{
    int64_t number = place_integer(p, least);
    if (number < least || number > most) {
        violation_add(found, VIOLATION_INVALID, p, "%lld is out of range (write %lld to %lld)", (long long)number,
                      (long long)least, (long long)most);
    }
}

static void check_range_at(const struct place *in, const char *key, int64_t least, int64_t most,
                           struct violations *found)
{
    struct place p = place_get(in, key);
    check_range(&p, least, most, found);
}

static void check_label_name(const struct place *p, struct violations *found)
{
    if (!name_is_qualified(place_text(p))) {
        violation_add(found, VIOLATION_INVALID, p,
                      "\"%.70s\" is no such name (write letters, digits, -, _ and dots, after a prefix and / if any)",
                      place_text(p));
    }
}

/* Whether an earlier item of the list says the same under key. */
static bool is_repeated(const struct place *list, uint32_t index, const char *key)
{
    struct place item = place_item(list, index), own = place_get(&item, key);
    for (uint32_t i = 0; i < index; i++) {
        struct place other = place_item(list, i), there = place_get(&other, key);
        if (says(&there, place_text(&own))) {
            return true;
        }
    }
    return false;
}

/* ---- arguments ---- */

static void check_preemption(const struct place *args, struct violations *found)
{
    struct place share = place_get(args, "minCandidateNodesPercentage");
    struct place nodes = place_get(args, "minCandidateNodesAbsolute");
    check_range(&share, 0, 100, found);
    check_range(&nodes, 0, INT32_MAX, found);
    if (place_integer(&share, 0) == 0 && place_integer(&nodes, 0) == 0) {
        violation_add(found, VIOLATION_INVALID, &share, "0 beside minCandidateNodesAbsolute 0 (raise one of them)");
        violation_add(found, VIOLATION_INVALID, &nodes, "0 beside minCandidateNodesPercentage 0 (raise one of them)");
    }
}

static void check_pod_affinity(const struct place *args, struct violations *found)
{
    check_range_at(args, "hardPodAffinityWeight", 0, 100, found);
}

static void check_balanced(const struct place *args, struct violations *found)
{
    struct place list = place_get(args, "resources");
    for (uint32_t i = 0; i < place_count(&list); i++) {
        struct place item = place_item(&list, i), name = place_get(&item, "name"), weight = place_get(&item, "weight");
        if (is_repeated(&list, i, "name")) {
            violation_add(found, VIOLATION_DUPLICATE, &name, "\"%.60s\" is there already (take one out)",
                          place_text(&name));
        }
        check_range(&weight, 1, 1, found);
    }
}

/* The key of a selection over labels, its operator and values. */
static void check_expression(const struct place *p, struct violations *found)
{
    struct place key = place_get(p, "key"), op = place_get(p, "operator"), values = place_get(p, "values");
    bool in = says(&op, "In") || says(&op, "NotIn"), exists = says(&op, "Exists") || says(&op, "DoesNotExist");
    bool compares = says(&op, "Gt") || says(&op, "Lt");
    if (!in && !exists && !compares) {
        violation_add(found, VIOLATION_NOT_SUPPORTED, &op,
                      "\"%.40s\" is no operator (write In, NotIn, Exists, DoesNotExist, Gt or Lt)", place_text(&op));
        return;
    }
    check_label_name(&key, found);
    uint32_t count = place_count(&values);
    if ((in && count == 0) || (exists && count > 0) || (compares && count != 1)) {
        violation_add(found, VIOLATION_INVALID, &values, "%s takes %s (write that)", place_text(&op),
                      in       ? "one value or more"
                      : exists ? "no values"
                               : "one number");
    }
    for (uint32_t i = 0; i < count; i++) {
        struct place value = place_item(&values, i), labelled = place_entry(&value, place_text(&key));
        int64_t number;
        if (compares && !number_parse_int64(place_text(&value), &number)) {
            violation_add(found, VIOLATION_INVALID, &value, "\"%.60s\" is no whole number (write one, in quotes)",
                          place_text(&value));
        }
        if (!name_is_label_value(place_text(&value))) {
            violation_add(found, VIOLATION_INVALID, &labelled,
                          "\"%.70s\" is no value of a label (write at most 63 letters, digits, -, _ and dots)",
                          place_text(&value));
        }
    }
}

static void check_field(const struct place *p, struct violations *found)
{
    struct place op = place_get(p, "operator"), values = place_get(p, "values");
    if (!says(&op, "In") && !says(&op, "NotIn")) {
        violation_add(found, VIOLATION_NOT_SUPPORTED, &op, "\"%.40s\" is no operator of fields (write In or NotIn)",
                      place_text(&op));
    } else if (place_count(&values) != 1) {
        violation_add(found, VIOLATION_INVALID, &values, "%s of a field needs one value (write a list of one name)",
                      place_text(&op));
    }
}

/* The paths of what is wrong with term begin at `at`. */
static void check_term(const struct value *term, const struct place *at, struct violations *found)
{
    struct place here = *at;
    here.value = term;
    struct place expressions = place_get(&here, "matchExpressions"), fields = place_get(&here, "matchFields");
    for (uint32_t i = 0; i < place_count(&expressions); i++) {
        struct place item = place_item(&expressions, i);
        check_expression(&item, found);
    }
    for (uint32_t i = 0; i < place_count(&fields); i++) {
        struct place item = place_item(&fields, i);
        check_field(&item, found);
    }
}

static void check_node_affinity(const struct place *args, struct violations *found)
{
    struct place added = place_get(args, "addedAffinity");
    struct place required = place_get(&added, "requiredDuringSchedulingIgnoredDuringExecution");
    struct place terms = place_get(&required, "nodeSelectorTerms");
    struct place preferred = place_get(&added, "preferredDuringSchedulingIgnoredDuringExecution");
    for (uint32_t i = 0; i < place_count(&terms); i++) {
        struct place term = place_item(&terms, i);
        check_term(term.value, &term, found);
    }
    for (uint32_t i = 0; i < place_count(&preferred); i++) {
        struct place item = place_item(&preferred, i);
        if (integer_at(&item, "weight") != 0) {
            check_term(value_get(item.value, "preference"), &item, found);
        }
    }
}

static void check_defaulting(const struct place *args, struct violations *found)
{
    struct place type = place_get(args, "defaultingType"), list = place_get(args, "defaultConstraints");
    if (!says(&type, "System") && !says(&type, "List")) {
        violation_add(found, VIOLATION_NOT_SUPPORTED, &type, "\"%.40s\" is neither System nor List (write one of them)",
                      place_text(&type));
    } else if (says(&type, "System") && place_count(&list) > 0) {
        violation_add(found, VIOLATION_INVALID, &type, "System beside defaultConstraints (write List)");
    }
}

static bool is_same_constraint(const struct place *left, const struct place *right)
{
    struct place key = place_get(left, "topologyKey"), act = place_get(left, "whenUnsatisfiable");
    struct place other_key = place_get(right, "topologyKey"), other_act = place_get(right, "whenUnsatisfiable");
    return says(&other_key, place_text(&key)) && says(&other_act, place_text(&act));
}

static void check_constraint(const struct place *list, uint32_t index, struct violations *found)
{
    struct place c = place_item(list, index), key = place_get(&c, "topologyKey");
    struct place act = place_get(&c, "whenUnsatisfiable"), selector = place_get(&c, "labelSelector");
    check_range_at(&c, "maxSkew", 1, INT32_MAX, found);
    if (place_text(&key)[0] == '\0') {
        violation_add(found, VIOLATION_REQUIRED, &key, "missing (write the key of a label)");
    } else {
        check_label_name(&key, found);
    }
    if (place_text(&act)[0] == '\0') {
        violation_add(found, VIOLATION_REQUIRED, &act, "missing (write DoNotSchedule or ScheduleAnyway)");
    } else if (!says(&act, "DoNotSchedule") && !says(&act, "ScheduleAnyway")) {
        violation_add(found, VIOLATION_NOT_SUPPORTED, &act,
                      "\"%.40s\" is neither DoNotSchedule nor ScheduleAnyway (write one of them)", place_text(&act));
    }
    if (selector.value != NULL) {
        violation_add(found, VIOLATION_FORBIDDEN, &selector, "deduced for each pod (take it out)");
    }
    for (uint32_t i = 0; i < index; i++) {
        struct place other = place_item(list, i);
        if (is_same_constraint(&c, &other)) {
            violation_add(found, VIOLATION_DUPLICATE, &c,
                          "a constraint with the same key and action is there already "
                          "(take one out)");
            return;
        }
    }
}

static void check_spread(const struct place *args, struct violations *found)
{
    struct place list = place_get(args, "defaultConstraints");
    check_defaulting(args, found);
    for (uint32_t i = 0; i < place_count(&list); i++) {
        check_constraint(&list, i, found);
    }
}

static void check_volumes(const struct place *args, struct violations *found)
{
    struct place shape = place_get(args, "shape");
    check_range_at(args, "bindTimeoutSeconds", 0, INT64_MAX, found);
    if (shape.value != NULL) {
        violation_add(found, VIOLATION_INVALID, &shape,
                      "needs the feature gate StorageCapacityScoring, which is off in v1.36 (take it out)");
    }
}

/* In ns; a sign is taken. */
static int64_t duration_of(const struct place *p)
{
    const char *text = place_text(p);
    int64_t ns = 0;
    bool negative = text[0] == '-';
    return !units_duration(text + negative, &ns) ? 0 : negative ? -ns : ns;
}

static void check_claims(const struct place *args, struct violations *found)
{
    struct place filter = place_get(args, "filterTimeout"), binding = place_get(args, "bindingTimeout");
    if (duration_of(&filter) < 0) {
        violation_add(found, VIOLATION_INVALID, &filter, "below 0 (write 0s or more)");
    }
    if (binding.value != NULL && duration_of(&binding) < SECOND) {
        violation_add(found, VIOLATION_INVALID, &binding, "too short (write 1s or more)");
    }
}

/* ---- NodeResourcesFit ---- */

static void check_shape(const struct place *shape, struct violations *found)
{
    if (place_count(shape) == 0) {
        violation_add(found, VIOLATION_REQUIRED, shape, "missing: at least one point is needed (write it)");
        return;
    }
    for (uint32_t i = 1; i < place_count(shape); i++) {
        struct place last = place_item(shape, i - 1), point = place_item(shape, i);
        struct place utilization = place_get(&point, "utilization");
        if (integer_at(&last, "utilization") >= place_integer(&utilization, 0)) {
            violation_add(found, VIOLATION_INVALID, &utilization, "not above that of the point before (sort them)");
            break;
        }
    }
    for (uint32_t i = 0; i < place_count(shape); i++) {
        struct place point = place_item(shape, i);
        check_range_at(&point, "utilization", 0, 100, found);
        check_range_at(&point, "score", 0, 10, found);
    }
}

static void check_strategy(const struct place *strategy, struct violations *found)
{
    struct place type = place_get(strategy, "type"), ratio = place_get(strategy, "requestedToCapacityRatio");
    struct place resources = place_get(strategy, "resources"), shape = place_get(&ratio, "shape");
    bool by_shape = says(&type, "RequestedToCapacityRatio");
    if (!by_shape && !says(&type, "LeastAllocated") && !says(&type, "MostAllocated")) {
        violation_add(found, VIOLATION_NOT_SUPPORTED, &type,
                      "\"%.40s\" is no strategy (write LeastAllocated, MostAllocated or RequestedToCapacityRatio)",
                      place_text(&type));
    }
    for (uint32_t i = 0; i < place_count(&resources); i++) {
        struct place item = place_item(&resources, i);
        check_range_at(&item, "weight", 1, 100, found);
    }
    if (!by_shape && ratio.value != NULL) {
        violation_add(found, VIOLATION_FORBIDDEN, &ratio,
                      "only for the strategy RequestedToCapacityRatio (take it out)");
    } else if (by_shape && ratio.value == NULL) {
        violation_add(found, VIOLATION_REQUIRED, &ratio, "missing: the strategy goes by its shape (write it)");
    } else if (by_shape) {
        check_shape(&shape, found);
    }
}

static void check_fit(const struct place *args, struct violations *found)
{
    struct place resources = place_get(args, "ignoredResources"), groups = place_get(args, "ignoredResourceGroups");
    struct place strategy = place_get(args, "scoringStrategy");
    for (uint32_t i = 0; i < place_count(&resources); i++) {
        struct place item = place_item(&resources, i);
        check_label_name(&item, found);
    }
    for (uint32_t i = 0; i < place_count(&groups); i++) {
        struct place item = place_item(&groups, i);
        if (strchr(place_text(&item), '/') != NULL) {
            violation_add(found, VIOLATION_INVALID, &item, "a group has no / (write what stands before it)");
        }
        check_label_name(&item, found);
    }
    check_strategy(&strategy, found);
}

/* ---- profiles ---- */

static bool is_gone(const struct place *name)
{
    static const char *const gone[] = {"AzureDiskLimits", "CinderLimits", "EBSLimits", "GCEPDLimits"};
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        if (says(name, gone[i])) {
            return true;
        }
    }
    return false;
}

static void refuse_gone(const struct place *at, const struct place *name, struct violations *found)
{
    violation_add(found, VIOLATION_INVALID, at, "%s is no longer a plugin (write NodeVolumeLimits)", place_text(name));
}

/* Of the extension points that the scheduler looks at: multiPoint is none of them. */
static void check_gone_plugins(const struct place *plugins, struct violations *found)
{
    for (int point = 0; point < EXTENSION_PLACEMENT_GENERATE; point++) {
        struct place set = place_get(plugins, extension_point_names[point]), enabled = place_get(&set, "enabled");
        for (uint32_t i = 0; i < place_count(&enabled); i++) {
            struct place plugin = place_item(&enabled, i), name = place_get(&plugin, "name");
            if (is_gone(&name)) {
                refuse_gone(&plugin, &name, found);
            }
        }
    }
}

static const struct {
    const char *plugin;
    void (*check)(const struct place *args, struct violations *found);
} arguments[] = {
    {"DefaultPreemption", check_preemption},
    {"DynamicResources", check_claims},
    {"InterPodAffinity", check_pod_affinity},
    {"NodeAffinity", check_node_affinity},
    {"NodeResourcesBalancedAllocation", check_balanced},
    {"PodTopologySpread", check_spread},
    {"VolumeBinding", check_volumes},
};

static void check_config(const struct place *list, uint32_t index, struct violations *found)
{
    struct place entry = place_item(list, index), name = place_get(&entry, "name"), args = place_get(&entry, "args");
    if (is_repeated(list, index, "name")) {
        violation_add(found, VIOLATION_DUPLICATE, &entry, "%.60s is configured already (take one out)",
                      place_text(&name));
    }
    if (is_gone(&name)) {
        refuse_gone(&entry, &name, found);
        return;
    }
    if (says(&name, "NodeResourcesFitArgs")) {
        violation_add(found, VIOLATION_INVALID, &args,
                      "no plugin of that name takes any (write name: "
                      "NodeResourcesFit)");
    }
    for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
        if (says(&name, arguments[i].plugin)) {
            arguments[i].check(&args, found);
        }
    }
}

static void check_profile(const struct place *profile, struct violations *found)
{
    struct place name = place_get(profile, "schedulerName"), plugins = place_get(profile, "plugins");
    struct place list = place_get(profile, "pluginConfig");
    if (place_text(&name)[0] == '\0') {
        violation_add(found, VIOLATION_REQUIRED, &name, "missing: pods name the scheduler that they want (write it)");
    }
    check_range_at(profile, "percentageOfNodesToScore", 0, 100, found);
    check_gone_plugins(&plugins, found);
    for (uint32_t i = 0; i < place_count(&list); i++) {
        check_config(&list, i, found);
    }
}

static bool is_same_list(const struct value *left, const struct value *right)
{
    uint32_t left_count = value_is_list(left) ? left->count : 0;
    uint32_t right_count = value_is_list(right) ? right->count : 0;
    return left_count == right_count && (left_count == 0 || value_equal(left, right));
}

/* All profiles share one queue. */
static void check_queue_sort(const struct place *profiles, struct violations *found)
{
    struct place first = place_item(profiles, 0), plugins = place_get(&first, "plugins");
    struct place canon = place_get(&plugins, "queueSort"), enabled = place_get(&canon, "enabled");
    struct place many = place_get(&canon, "Enabled");
    if (place_count(&enabled) > 1) {
        violation_add(found, VIOLATION_INVALID, &many, "only one plugin can sort the queue (take the others out)");
    }
    for (uint32_t i = 1; i < place_count(profiles); i++) {
        struct place profile = place_item(profiles, i), own = place_get(&profile, "plugins");
        struct place sort = place_get(&own, "queueSort");
        if (!is_same_list(enabled.value, value_get(sort.value, "enabled")) ||
            !is_same_list(value_get(canon.value, "disabled"), value_get(sort.value, "disabled"))) {
            violation_add(found, VIOLATION_INVALID, &sort,
                          "not as in the first profile: all share one queue (write "
                          "the same)");
        }
    }
}

/* ---- the rest ---- */

static void check_election(const struct place *election, struct violations *found)
{
    struct place elect = place_get(election, "leaderElect"), lease = place_get(election, "leaseDuration");
    struct place renew = place_get(election, "renewDeadline"), retry = place_get(election, "retryPeriod");
    struct place lock = place_get(election, "resourceLock");
    if (!elect.value->boolean) {
        return;
    }
    const struct place *const positive[] = {&lease, &renew, &retry};
    for (size_t i = 0; i < sizeof positive / sizeof *positive; i++) {
        if (duration_of(positive[i]) <= 0) {
            violation_add(found, VIOLATION_INVALID, positive[i], "not above 0 (write a duration)");
        }
    }
    if (duration_of(&lease) <= duration_of(&renew)) {
        violation_add(found, VIOLATION_INVALID, &lease, "not longer than renewDeadline (write more)");
    }
    if (!says(&lock, "leases")) {
        violation_add(found, VIOLATION_INVALID, &lock, "\"%.40s\" is no lock (write leases)", place_text(&lock));
    }
}

static void check_managed(const struct place *extenders, uint32_t index, struct violations *found)
{
    struct place extender = place_item(extenders, index), list = place_get(&extender, "managedResources");
    for (uint32_t i = 0; i < place_count(&list); i++) {
        struct place item = place_item(&list, i), name = place_get(&item, "name");
        if (!resource_is_extended(place_text(&name))) {
            violation_add(found, VIOLATION_INVALID, &name,
                          "\"%.60s\" is no extended resource (write one like "
                          "example.com/gpu)",
                          place_text(&name));
        }
        bool repeated = is_repeated(&list, i, "name");
        for (uint32_t k = 0; k < index && !repeated; k++) {
            struct place other = place_item(extenders, k), there = place_get(&other, "managedResources");
            for (uint32_t r = 0; r < place_count(&there) && !repeated; r++) {
                struct place resource = place_item(&there, r), named = place_get(&resource, "name");
                repeated = says(&named, place_text(&name));
            }
        }
        if (repeated) {
            violation_add(found, VIOLATION_INVALID, &name, "\"%.60s\" is managed already (take one out)",
                          place_text(&name));
        }
    }
}

static void check_extenders(const struct place *extenders, struct violations *found)
{
    uint32_t binders = 0;
    for (uint32_t i = 0; i < place_count(extenders); i++) {
        struct place extender = place_item(extenders, i), weight = place_get(&extender, "weight");
        struct place prioritize = place_get(&extender, "prioritizeVerb"), bind = place_get(&extender, "bindVerb");
        if (place_text(&prioritize)[0] != '\0' && place_integer(&weight, 0) <= 0) {
            violation_add(found, VIOLATION_INVALID, &weight,
                          "an extender that scores needs a weight (write 1 or more)");
        }
        binders += place_text(&bind)[0] != '\0';
        check_managed(extenders, i, found);
    }
    if (binders > 1) {
        violation_add(found, VIOLATION_INVALID, extenders, "%u of them bind (leave it to one)", (unsigned)binders);
    }
}

static void check_backoff(const struct place *top, struct violations *found)
{
    struct place most = place_get(top, "podMaxBackoffSeconds");
    check_range_at(top, "podInitialBackoffSeconds", 1, INT64_MAX, found);
    if (place_integer(&most, 0) < integer_at(top, "podInitialBackoffSeconds")) {
        violation_add(found, VIOLATION_INVALID, &most, "less than podInitialBackoffSeconds (write as much or more)");
    }
}

void scheduler_validate(const struct value *config, struct violations *found)
{
    struct place top = place_top(config), profiles = place_get(&top, "profiles");
    struct place client = place_get(&top, "clientConnection"), election = place_get(&top, "leaderElection");
    struct place extenders = place_get(&top, "extenders");
    check_range_at(&client, "burst", 0, INT32_MAX, found);
    check_election(&election, found);
    check_range_at(&top, "parallelism", 1, INT32_MAX, found);
    for (uint32_t i = 0; i < place_count(&profiles); i++) {
        struct place profile = place_item(&profiles, i), name = place_get(&profile, "schedulerName");
        check_profile(&profile, found);
        if (is_repeated(&profiles, i, "schedulerName")) {
            violation_add(found, VIOLATION_DUPLICATE, &name, "\"%.60s\" is another profile's name, too (write another)",
                          place_text(&name));
        }
    }
    check_queue_sort(&profiles, found);
    check_range_at(&top, "percentageOfNodesToScore", 0, 100, found);
    check_backoff(&top, found);
    check_extenders(&extenders, found);
}

/* ---- start ---- */

/* Only the plugin itself looks at the arguments of NodeResourcesFit, when it is needed. */
static void check_fit_args(const struct place *profile, struct violations *found)
{
    struct place list = place_get(profile, "pluginConfig");
    for (uint32_t i = 0; i < place_count(&list); i++) {
        struct place entry = place_item(&list, i), name = place_get(&entry, "name"), args = place_get(&entry, "args");
        if (says(&name, "NodeResourcesFit") && scheduler_plugins_need(profile->value, "NodeResourcesFit")) {
            check_fit(&args, found);
        }
    }
}

enum plugins_refusal scheduler_validate_start(struct arena *a, const struct value *config, struct violations *found)
{
    struct place top = place_top(config), profiles = place_get(&top, "profiles");
    enum plugins_refusal first = PLUGINS_GOOD;
    for (uint32_t i = 0; i < place_count(&profiles); i++) {
        struct place profile = place_item(&profiles, i);
        uint32_t before = found->list.count;
        check_fit_args(&profile, found);
        if (found->list.count == before) {
            struct extension_plugins plugins;
            enum plugins_refusal refused = scheduler_plugins_expand(a, &profile, &plugins, found);
            first = first == PLUGINS_GOOD ? refused : first;
        }
    }
    return first;
}
