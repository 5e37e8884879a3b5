/* failure_note.h -- what is said of a pod that gets no node: the Event FailedScheduling. */
#ifndef MODELS_SCHEDULER_FAILURE_NOTE_H
#define MODELS_SCHEDULER_FAILURE_NOTE_H

#include "models/model.h"
#include "models/scheduler/placer.h"

/* Of the placer's last cycle. preempt: what the message says of preemption; null: that there was nobody to take the place
 * of. Reasons beyond the first eight are not told. */
void failure_note(struct sim *sim, const struct placer *placer, uint32_t row, const struct placer_result *result,
                  const char *preempt);

/* The note of a pod whose scheduler is not there, which no cluster writes. */
void failure_note_unknown(struct sim *sim, uint32_t row);

#endif
