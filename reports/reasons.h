/* reasons.h -- why a field is to change: what was seen, what may go wrong, and the reason in a sentence. */
#ifndef REPORTS_REASONS_H
#define REPORTS_REASONS_H

#include "reports/trial.h"

/* What is known of a part that changes. */
struct reasons {
    struct arena *arena; /* of the texts */
    struct trial *trial;
    const struct part *part;
    const struct setting *setting;
    const struct setting *settings; /* of all parts */
    const struct measured *today;   /* [count] */
    const struct measured *best;
    uint32_t count;
    const char *needed; /* what breaks without this part's changes; null: nothing */
};

/* "one pod: p50 62m, p95 469m, most 620m of cpu". */
const char *reasons_evidence(const struct reasons *r, enum knob knob);

/* "low", or "medium: ..." and "high: ..." with what to watch. */
const char *reasons_risk(const struct reasons *r, enum knob knob);

const char *reasons_reason(const struct reasons *r, enum knob knob);

#endif
