/* compare_json.h -- a comparison as JSON: all of it, every figure with its values of each side.
 *
 * The same comparison gives the same bytes: keys in a fixed order, numbers of at most 9 significant digits, no clock. The
 * format is explained in reports/README.md; its name and version are the first key.
 */
#ifndef REPORTS_COMPARE_JSON_H
#define REPORTS_COMPARE_JSON_H

#include "reports/compare.h"

#define COMPARE_JSON_FORMAT "headroom-compare/1"

/* Adds it to out, a newline at its end. */
void compare_json_write(struct buffer *out, const struct comparison *c);

#endif
