/* yaml_text.h -- a tree as YAML, in block style, as people write manifests. */
#ifndef REPORTS_YAML_TEXT_H
#define REPORTS_YAML_TEXT_H

#include "sim/base/buffer.h"
#include "sim/base/value.h"

/* Adds v, a map, at the margin. Texts that could be read as something else are quoted. */
void yaml_text_write(struct buffer *out, const struct value *v);

#endif
