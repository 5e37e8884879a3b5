/* explain_text.h -- an explanation for people. */
#ifndef REPORTS_EXPLAIN_TEXT_H
#define REPORTS_EXPLAIN_TEXT_H

#include "reports/explain.h"
#include "sim/base/buffer.h"

void explain_text_write(struct buffer *out, const struct explanation *e);

#endif
