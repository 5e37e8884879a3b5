/* explain_json.h -- an explanation as JSON, "format": "headroom-explain/1"; reports/README.md lists its keys. */
#ifndef REPORTS_EXPLAIN_JSON_H
#define REPORTS_EXPLAIN_JSON_H

#include "reports/explain.h"
#include "sim/base/buffer.h"

void explain_json_write(struct buffer *out, const struct explanation *e);

#endif
