#include "reports/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/csv_report.h"
#include "reports/files.h"
#include "reports/finance.h"
#include "reports/findings.h"
#include "reports/focus.h"
#include "reports/html.h"
#include "reports/openmetrics.h"
#include "reports/report_json.h"
#include "reports/summary.h"
#include "reports/xlsx.h"

/* What every format is made from. */
struct source {
    struct arena arena;
    struct query query;
    struct recording recording;
    struct findings findings;
    struct finance finance;
};

static bool write_json(struct buffer *out, struct source *s, struct fail *fail)
{
    return report_json_write(out, &s->recording, &s->findings, &s->finance, &s->query, fail);
}

static bool write_html(struct buffer *out, struct source *s, struct fail *fail)
{
    return html_write(out, &s->recording, &s->findings, &s->finance, &s->query, fail);
}

static bool write_workloads(struct buffer *out, struct source *s, struct fail *fail)
{
    (void)fail;
    csv_report_workloads(out, &s->recording, &s->finance);
    return true;
}

static bool write_costs(struct buffer *out, struct source *s, struct fail *fail)
{
    (void)fail;
    csv_report_costs(out, &s->recording);
    return true;
}

static bool write_nodes(struct buffer *out, struct source *s, struct fail *fail)
{
    (void)fail;
    csv_report_nodes(out, &s->recording);
    return true;
}

static bool write_allocation(struct buffer *out, struct source *s, struct fail *fail)
{
    (void)fail;
    csv_report_allocation(out, &s->recording, &s->finance);
    return true;
}

static bool write_xlsx(struct buffer *out, struct source *s, struct fail *fail)
{
    return xlsx_write(out, &s->recording, &s->finance, fail);
}

static bool write_focus(struct buffer *out, struct source *s, struct fail *fail)
{
    (void)fail;
    focus_write(out, &s->recording, &s->finance);
    return true;
}

static bool write_focus_metadata(struct buffer *out, struct source *s, struct fail *fail)
{
    (void)fail;
    focus_write_metadata(out, &s->recording, &s->finance);
    return true;
}

static bool write_openmetrics(struct buffer *out, struct source *s, struct fail *fail)
{
    return openmetrics_write(out, &s->recording, &s->finance, &s->query, fail);
}

/* A row for each file of a format; one without a function is no file. */
static const struct {
    enum report_format format;
    const char *name;
    const char *file;
    bool (*write)(struct buffer *out, struct source *s, struct fail *fail);
} files_known[] = {
    {REPORT_TEXT, "text", NULL, NULL},
    {REPORT_HTML, "html", "report.html", write_html},
    {REPORT_JSON, "json", "report.json", write_json},
    {REPORT_CSV, "csv", "workloads.csv", write_workloads},
    {REPORT_CSV, "csv", "costs.csv", write_costs},
    {REPORT_CSV, "csv", "nodes.csv", write_nodes},
    {REPORT_CSV, "csv", "allocation.csv", write_allocation},
    {REPORT_XLSX, "xlsx", "costs.xlsx", write_xlsx},
    {REPORT_FOCUS, "focus", "focus.csv", write_focus},
    {REPORT_FOCUS, "focus", "focus_metadata.json", write_focus_metadata},
    {REPORT_OPENMETRICS, "openmetrics", "metrics.om", write_openmetrics},
};

enum { FILES = sizeof files_known / sizeof files_known[0] };

static bool add_format(const char *name, size_t length, unsigned *formats)
{
    for (size_t i = 0; i < FILES; i++) {
        if (strlen(files_known[i].name) == length && memcmp(files_known[i].name, name, length) == 0) {
            *formats |= files_known[i].format;
            return true;
        }
    }
    return false;
}

bool report_formats(const char *list, unsigned *formats, struct fail *fail)
{
    unsigned found = 0;
    for (const char *at = list;; at++) {
        size_t length = strcspn(at, ",");
        if (!add_format(at, length, &found)) {
            return fail_set(fail, FAIL_INPUT,
                            "--format: no format \"%.*s\" (text, html, json, csv, xlsx, focus, openmetrics)",
                            (int)length, at);
        }
        at += length;
        if (*at == '\0') {
            *formats = found;
            return true;
        }
    }
}

const char *report_file(unsigned formats, size_t index)
{
    for (size_t i = 0; i < FILES; i++) {
        if ((formats & files_known[i].format) != 0 && files_known[i].file != NULL && index-- == 0) {
            return files_known[i].file;
        }
    }
    return NULL;
}

static bool write_formats(struct source *s, unsigned formats, const char *folder, struct fail *fail)
{
    struct buffer texts[FILES] = {0};
    struct files_entry entries[FILES];
    size_t count = 0;
    bool good = true;
    for (size_t i = 0; i < FILES && good; i++) {
        if ((formats & files_known[i].format) != 0 && files_known[i].write != NULL) {
            good = files_known[i].write(&texts[i], s, fail);
            entries[count++] = (struct files_entry){files_known[i].file, &texts[i]};
        }
    }
    good = good && (count == 0 || files_write(folder, entries, count, fail));
    for (size_t i = 0; i < FILES; i++) {
        buffer_drop(&texts[i]);
    }
    return good;
}

bool report_make(const char *path, unsigned formats, const char *folder, bool colour, struct buffer *out,
                 struct fail *fail)
{
    struct source *s = &(struct source){0};
    if (!query_open(&s->query, path, fail)) {
        return false;
    }
    s->arena = arena_make(1 << 16);
    bool good = recording_read(&s->recording, &s->query, &s->arena, fail) &&
                findings_read(&s->findings, &s->recording, &s->query, fail) &&
                finance_read(&s->finance, &s->recording, &s->query, fail) && write_formats(s, formats, folder, fail);
    if (good && (formats & REPORT_TEXT) != 0) {
        summary_write(out, &s->recording, &s->findings, colour);
    }
    query_close(&s->query);
    arena_drop(&s->arena);
    return good;
}

bool report_colours(void)
{
    const char *no_color = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) && (no_color == NULL || *no_color == '\0');
}
