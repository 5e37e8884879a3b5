/* json_schema.h -- headroom's kinds as JSON Schema, draft 2020-12, so that editors complete and check what is typed.
 *
 * Made from the tables that the reader reads by. What needs a second look (a bound of a quantity, a reference to what is
 * not there) is left to `headroom check`: what the schema refuses is wrong, what it takes may still be.
 */
#ifndef SIM_SCENARIO_JSON_SCHEMA_H
#define SIM_SCENARIO_JSON_SCHEMA_H

#include "sim/base/buffer.h"

/* Adds the schema of one document, which may also be of another apiVersion: then it takes anything. */
void json_schema_write(struct buffer *out);

#endif
