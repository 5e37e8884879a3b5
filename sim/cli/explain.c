/* headroom explain: why a pod is where it is, or nowhere; why a workload has as many replicas as it has. */
#include <stdio.h>
#include <string.h>

#include "reports/explain_json.h"
#include "reports/explain_text.h"
#include "reports/overview.h"
#include "sim/cli/commands.h"

static int refuse(const struct fail *fail)
{
    fprintf(stderr, "headroom: %s\n", fail->text);
    return fail->kind == FAIL_INPUT ? EXIT_INPUT : EXIT_REFUSED;
}

static bool read_format(const struct arguments *arguments, bool *json, struct fail *fail)
{
    const char *format = arguments_value(arguments, "format");
    *json = format != NULL && strcmp(format, "json") == 0;
    return format == NULL || *json || strcmp(format, "text") == 0 ||
           fail_set(fail, FAIL_INPUT, "--format: no format \"%.40s\" (text, json)", format);
}

static bool answer(struct rerun *r, const struct arguments *arguments, int64_t at_ns, bool json, struct buffer *out,
                   struct fail *fail)
{
    struct explanation e;
    struct explain_question question = {.object = arguments->operands.at[1], .at_ns = at_ns};
    bool good = explain(r, &question, &e, fail);
    if (good && json) {
        explain_json_write(out, &e);
    } else if (good) {
        explain_text_write(out, &e);
    }
    explain_drop(&e);
    return good;
}

static bool answer_all(const struct arguments *arguments, bool json, struct buffer *out, struct fail *fail)
{
    struct rerun r;
    const char *path = arguments->operands.at[0], *at = arguments_value(arguments, "at");
    int64_t at_ns = -1;
    bool good = rerun_open(&r, path, fail) && (at == NULL || explain_time(&r, at, &at_ns, fail));
    if (good && arguments->operands.count > 1) {
        good = answer(&r, arguments, at_ns, json, out, fail);
    } else if (good) {
        good = overview_write(out, path, r.scenario.spec.start_ns, at_ns, json, fail);
    }
    rerun_close(&r);
    return good;
}

static int run(const struct arguments *arguments)
{
    struct fail fail = {0};
    struct buffer out = {0};
    bool json, good = read_format(arguments, &json, &fail) && answer_all(arguments, json, &out, &fail);
    fputs(buffer_string(&out), stdout);
    buffer_drop(&out);
    return good ? EXIT_DONE : refuse(&fail);
}

static const struct option options[] = {
    {"at", "TIME", false, "34h12m after the start, or 2026-05-09T22:14:00Z; default: the end of the run"},
    {"format", "F", false, "text, json; default: text"},
    {0}};

const struct command command_explain = {
    .name = "explain",
    .operands = "RUN.db [OBJECT]",
    .operands_min = 1,
    .operands_max = 2,
    .summary = "Says why: a decision of a recorded run, with its inputs and alternatives.",
    .details =
        "OBJECT is [Kind/][namespace/]name of a pod, a workload or a HorizontalPodAutoscaler; kinds may be short\n"
        "(po, deploy, sts, ds, cj, hpa). The run is simulated again up to TIME. Of a pod it shows the last attempt to\n"
        "place it: the nodes that fit with each plugin's score, the reasons of the others in Kubernetes' own words, and\n"
        "what preemption came to; of a workload its replicas, its autoscaler's last evaluation, and the last pod that\n"
        "found no node; of an autoscaler its inputs, ratios, tolerance, stabilization and limits. Without OBJECT it\n"
        "lists what was decided last.\n",
    .options = options,
    .run = run,
};
