/* report.h -- reports of a recorded run, by format: what `headroom report` and the end of `headroom run` call. */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/buffer.h"
#include "sim/base/fail.h"

enum report_format {
    REPORT_TEXT = 1 << 0,
    REPORT_HTML = 1 << 1,
    REPORT_JSON = 1 << 2,
    REPORT_CSV = 1 << 3,
    REPORT_FOCUS = 1 << 4,
    REPORT_OPENMETRICS = 1 << 5,
    REPORT_XLSX = 1 << 6,
};

/* Reads "text,html" as bits of enum report_format. False: a name is no format. */
bool report_formats(const char *list, unsigned *formats, struct fail *fail) MUST_CHECK;

/* The name of a file that the formats are written into, "report.json", by number from 0; null: there are no more. */
const char *report_file(unsigned formats, size_t index);

/* Makes reports of the run at path: text is added to out (colour: for a terminal), the others are files in folder, in
 * place of those there. False: the run cannot be read, or the system refused; no file was changed. */
bool report_make(const char *path, unsigned formats, const char *folder, bool colour, struct buffer *out,
                 struct fail *fail) MUST_CHECK;

/* Whether text that goes to standard output is to be coloured: it is a terminal, and NO_COLOR is not set. */
bool report_colours(void);

#endif
