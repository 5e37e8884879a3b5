/* gate_text.h -- what gates found, in words. */
#ifndef REPORTS_GATE_TEXT_H
#define REPORTS_GATE_TEXT_H

#include "reports/gate.h"

/* Adds what a gate found: "+6.21 % (95 % interval +6.02 % to +6.4 %): $1,801 -> $1,912". */
void gate_text_say(struct buffer *out, const struct gate *gate, const struct gate_verdict *v);

/* Adds what came of count gates, one or more, by how many had each outcome: "2 of 3 gates fail", "all gates hold". */
void gate_text_outcome(struct buffer *out, const uint32_t outcomes[3], uint32_t count);

/* Adds how many failed, then two lines for each of count gates. colour: with ANSI escapes for a terminal. */
void gate_text_write(struct buffer *out, const struct gate *gates, const struct gate_verdict *verdicts, uint32_t count,
                     bool colour);

#endif
