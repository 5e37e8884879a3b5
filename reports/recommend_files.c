#include "reports/recommend_files.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/files.h"
#include "reports/judge.h"
#include "reports/print.h"
#include "reports/yaml_text.h"
#include "sim/base/csv.h"
#include "sim/base/json.h"

static const char *const case_names[] = {
    [TRIAL_AS_IS] = "as it is", [TRIAL_MORE] = "more demand", [TRIAL_ZONE] = "a zone out"};

/* The object that a row's field is of. */
static const struct object *object_of(const struct part *p, enum knob knob)
{
    bool hpa = knob >= KNOB_TARGET && knob <= KNOB_DOWN_WINDOW;
    return hpa ? p->hpa : p->object;
}

static bool is_bytes(enum knob knob)
{
    return knob == KNOB_MEMORY_REQUEST || knob == KNOB_MEMORY_LIMIT;
}

/* ---- CSV ---- */

/* Whole numbers; of memory MiB; "" for none. */
static void add_value(struct csv_writer *w, const struct part *p, enum knob knob, int64_t value)
{
    if (knob == KNOB_INSTANCE) {
        csv_add_text(w, p->types[value]->name);
    } else if (value < 0) {
        csv_add_text(w, "");
    } else if (is_bytes(knob)) {
        csv_add_double(w, print_nine_digits((double)value / (1 << 20)));
    } else {
        csv_add_int64(w, value);
    }
}

static void add_usd(struct csv_writer *w, bool shown, double usd)
{
    csv_add_double(w, shown ? print_nine_digits(floor(usd * 100 + 0.5) / 100) : (double)NAN);
}

static void write_row(struct csv_writer *w, const struct recommendation *r, const struct recommend_change *c,
                      const struct recommend_row *row, bool first)
{
    const struct part *p = &r->platform.parts[row->part];
    const struct object *o = object_of(p, row->knob);
    csv_add_text(w, o->headroom ? "" : o->namespace);
    csv_add_text(w, o->kind);
    csv_add_text(w, o->name);
    csv_add_text(w, row->knob <= KNOB_MEMORY_LIMIT ? p->container : "");
    csv_add_text(w, platform_field(row->knob));
    add_value(w, p, row->knob, row->now);
    add_value(w, p, row->knob, row->wanted);
    csv_add_text(w, platform_unit(p, row->knob));
    add_usd(w, first, c->alone_usd);
    add_usd(w, first, c->joint.mean);
    add_usd(w, first, c->joint.mean - c->joint.half_width);
    add_usd(w, first, c->joint.mean + c->joint.half_width);
    csv_add_text(w, row->evidence);
    csv_add_text(w, row->risk);
    csv_add_text(w, row->reason);
    csv_add_text(w, p->owner == NULL ? "" : p->owner);
    csv_end_row(w);
}

void recommend_csv_write(struct buffer *out, const struct recommendation *r)
{
    static const char *const columns[] = {"namespace",
                                          "kind",
                                          "name",
                                          "container",
                                          "field",
                                          "current",
                                          "recommended",
                                          "unit",
                                          "monthly_saving_alone",
                                          "monthly_saving_joint",
                                          "ci_low",
                                          "ci_high",
                                          "evidence",
                                          "risk",
                                          "reason",
                                          "owner"};
    struct csv_writer w = {.out = out};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        csv_add_text(&w, columns[i]);
    }
    csv_end_row(&w);
    for (uint32_t i = 0; i < r->changes.count; i++) {
        const struct recommend_change *c = &r->changes.at[i];
        for (uint32_t k = 0; k < c->count; k++) {
            write_row(&w, r, c, &r->rows.at[c->first + k], k == 0);
        }
    }
}

/* ---- JSON ---- */

static void text(struct json_writer *w, const char *key, const char *value)
{
    json_key(w, key);
    json_text(w, value);
}

static void number(struct json_writer *w, const char *key, double value)
{
    json_key(w, key);
    json_double(w, print_nine_digits(value));
}

static void interval(struct json_writer *w, const char *key, struct statistics_interval i)
{
    json_key(w, key);
    json_begin_map(w);
    number(w, "mean", i.mean);
    number(w, "low", isfinite(i.half_width) ? i.mean - i.half_width : (double)NAN);
    number(w, "high", isfinite(i.half_width) ? i.mean + i.half_width : (double)NAN);
    json_end_map(w);
}

static void value(struct json_writer *w, struct arena *a, const char *key, const struct part *p, enum knob knob,
                  int64_t amount)
{
    json_key(w, key);
    if (amount < 0) {
        json_null(w);
    } else {
        json_text(w, platform_value_text(a, p, knob, amount));
    }
}

static void write_field(struct json_writer *w, const struct recommendation *r, const struct recommend_row *row)
{
    const struct part *p = &r->platform.parts[row->part];
    const struct object *o = object_of(p, row->knob);
    struct arena scratch = *r->arena;
    json_begin_map(w);
    text(w, "kind", o->kind);
    text(w, "name", o->name);
    text(w, "field", platform_field(row->knob));
    value(w, &scratch, "current", p, row->knob, row->now);
    value(w, &scratch, "recommended", p, row->knob, row->wanted);
    text(w, "evidence", row->evidence);
    text(w, "risk", row->risk);
    text(w, "reason", row->reason);
    json_end_map(w);
}

static void write_change(struct json_writer *w, const struct recommendation *r, const struct recommend_change *c)
{
    const struct part *p = &r->platform.parts[c->part];
    json_begin_map(w);
    text(w, "namespace", p->object->headroom ? NULL : p->object->namespace);
    text(w, "kind", p->object->kind);
    text(w, "name", p->object->name);
    text(w, "container", p->container);
    text(w, "owner", p->owner);
    number(w, "monthlySavingAlone", c->alone_usd);
    interval(w, "monthlySavingJoint", c->joint);
    text(w, "brokenWithout", c->needed);
    json_key(w, "fields");
    json_begin_list(w);
    for (uint32_t k = 0; k < c->count; k++) {
        write_field(w, r, &r->rows.at[c->first + k]);
    }
    json_end_list(w);
    json_end_map(w);
}

static void write_breaches(struct json_writer *w, const char *key, const struct recommendation *r,
                           const struct breaches *breaches)
{
    struct arena scratch = *r->arena;
    json_key(w, key);
    json_begin_list(w);
    for (uint32_t i = 0; i < breaches->list.count; i++) {
        json_begin_map(w);
        text(w, "what", recommend_breach(&scratch, &r->platform, &breaches->list.at[i]));
        json_key(w, "replication");
        json_integer(w, breaches->list.at[i].replication);
        json_end_map(w);
    }
    json_end_list(w);
}

static void write_objective(struct json_writer *w, const struct recommend_proof *p, const struct objective *o,
                            uint32_t index)
{
    double today = 1, best = 1;
    for (uint32_t k = 0; k < p->count; k++) {
        today = fmin(today, p->today[k].achieved[index]);
        best = fmin(best, p->best[k].achieved[index]);
    }
    json_begin_map(w);
    text(w, "name", o->title);
    number(w, "wanted", judge_wanted(o));
    number(w, "worstToday", today);
    number(w, "worstRecommended", best);
    json_end_map(w);
}

static void write_proof(struct json_writer *w, const struct recommendation *r, const struct recommend_proof *p)
{
    const struct scenario_spec *spec = &r->platform.plan->scenario->spec;
    json_begin_map(w);
    text(w, "case", case_names[p->what]);
    json_key(w, "firstReplication");
    json_integer(w, p->first);
    json_key(w, "replications");
    json_integer(w, p->count);
    json_key(w, "objectives");
    json_begin_list(w);
    for (uint32_t i = 0; i < spec->objectives.count; i++) {
        write_objective(w, p, &spec->objectives.at[i], i);
    }
    json_end_list(w);
    write_breaches(w, "brokenToday", r, &p->today_breaches);
    write_breaches(w, "brokenRecommended", r, &p->breaches);
    json_end_map(w);
}

static void write_left_alone(struct json_writer *w, const struct recommendation *r)
{
    json_key(w, "leftAlone");
    json_begin_list(w);
    for (uint32_t i = 0; i < r->platform.count; i++) {
        const struct part *p = &r->platform.parts[i];
        if (p->left_alone != NULL) {
            json_begin_map(w);
            text(w, "object", p->title);
            text(w, "why", p->left_alone);
            json_end_map(w);
        }
    }
    json_end_list(w);
}

void recommend_json_write(struct buffer *out, const struct recommendation *r)
{
    struct json_writer w = {.out = out};
    json_begin_map(&w);
    text(&w, "scenario", r->platform.plan->scenario->name);
    text(&w, "version", HEADROOM_VERSION);
    json_key(&w, "proved");
    json_bool(&w, r->proved);
    interval(&w, "monthlyToday", r->today_usd);
    interval(&w, "monthlyRecommended", r->best_usd);
    interval(&w, "monthlySaving", r->saved_usd);
    number(&w, "monthlyLowerBound", r->least_usd);
    json_key(&w, "simulatedRuns");
    json_integer(&w, (int64_t)(r->trial.runs + 0.5));
    json_key(&w, "changes");
    json_begin_list(&w);
    for (uint32_t i = 0; i < r->changes.count; i++) {
        write_change(&w, r, &r->changes.at[i]);
    }
    json_end_list(&w);
    json_key(&w, "proofs");
    json_begin_list(&w);
    for (int what = 0; what < TRIAL_CASES; what++) {
        if (r->proofs[what].count > 0) {
            write_proof(&w, r, &r->proofs[what]);
        }
    }
    json_end_list(&w);
    write_left_alone(&w, r);
    json_end_map(&w);
    buffer_byte(out, '\n');
}

/* ---- patches ---- */

struct output {
    VEC(struct files_entry) entries;
    VEC(struct buffer *) texts;
};

static struct buffer *add_file(struct output *o, const char *name)
{
    struct buffer *b = memory_take(1, sizeof *b);
    VEC_PUSH(&o->texts, b);
    VEC_PUSH(&o->entries, (struct files_entry){name, b});
    return b;
}

static void drop_files(struct output *o)
{
    for (uint32_t i = 0; i < o->texts.count; i++) {
        buffer_drop(o->texts.at[i]);
        free(o->texts.at[i]);
    }
    VEC_DROP(&o->texts);
    VEC_DROP(&o->entries);
}

/* "deployment-rides-ride-ingest.yaml"; names are of letters, digits, dashes and dots. */
static const char *patch_name(struct arena *a, const struct value *patch)
{
    const char *namespace = value_as_text(value_at(patch, "metadata.namespace"));
    char *name =
        arena_format(a, "%s-%s%s%s.yaml", value_as_text(value_get(patch, "kind")), namespace == NULL ? "" : namespace,
                     namespace == NULL ? "" : "-", value_as_text(value_at(patch, "metadata.name")));
    for (char *c = name; *c != '\0'; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    }
    return name;
}

static void add_patch(struct output *o, struct arena *a, const struct value *patch, struct buffer *component,
                      struct buffer *commands)
{
    const char *name = patch_name(a, patch), *kind = value_as_text(value_get(patch, "kind"));
    const char *namespace = value_as_text(value_at(patch, "metadata.namespace"));
    yaml_text_write(add_file(o, name), patch);
    buffer_format(component, "  - path: %s\n", name);
    buffer_format(commands, "kubectl patch %s %s%s%s --patch-file %s\n", kind,
                  value_as_text(value_at(patch, "metadata.name")), namespace == NULL ? "" : " --namespace ",
                  namespace == NULL ? "" : namespace, name);
}

static void make_patches(const struct recommendation *r, struct arena *a, struct output *kube, struct buffer *nodes)
{
    struct buffer *component = add_file(kube, "kustomization.yaml"), *commands = add_file(kube, "patch.sh");
    buffer_text(component, "# What headroom recommends. In a kustomization.yaml:  components: [this folder]\n"
                           "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n");
    buffer_text(commands, "#!/bin/sh\n# The same patches without kustomize, object by object.\nset -e\n"
                          "cd \"$(dirname \"$0\")\"\n");
    uint32_t count = 0;
    for (uint32_t i = 0; i < r->changes.count; i++) {
        const struct value *patches[2];
        uint32_t part = r->changes.at[i].part;
        uint32_t n = platform_patches(a, &r->platform.parts[part], &r->settings[part], patches);
        for (uint32_t k = 0; k < n; k++) {
            if (r->platform.parts[part].workload == NONE) {
                buffer_text(nodes, nodes->count > 0 ? "---\n"
                                                    : "# NodePools as headroom recommends them: a FILE behind "
                                                      "the scenario's.\n");
                yaml_text_write(nodes, patches[k]);
            } else {
                add_patch(kube, a, patches[k], component, commands);
                count++;
            }
        }
    }
    if (count == 0) {
        buffer_clear(component);
        buffer_text(component, "# headroom recommends no change of these manifests.\n"
                               "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n");
    }
}

bool recommend_files_write(const char *folder, const struct recommendation *r, struct fail *fail)
{
    struct arena a = arena_make(1 << 14);
    struct output out = {0}, kube = {0};
    recommend_csv_write(add_file(&out, "recommendations.csv"), r);
    recommend_json_write(add_file(&out, "recommendations.json"), r);
    struct buffer *nodes = add_file(&out, "nodes.yaml");
    make_patches(r, &a, &kube, nodes);
    if (nodes->count == 0) {
        buffer_text(nodes, "# headroom recommends no change of NodePools.\n");
    }
    bool good = files_write(folder, out.entries.at, out.entries.count, fail) &&
                files_write(arena_format(&a, "%s/kustomize", folder), kube.entries.at, kube.entries.count, fail);
    drop_files(&out);
    drop_files(&kube);
    arena_drop(&a);
    return good;
}
