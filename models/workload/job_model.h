/* job_model.h -- the Job controller, simplified (job.h), and the removal of finished Jobs after their time to live.
 *
 * Class 0, "Job": the id is the workload's row. What happens to pods is looked at a second later, many in one sync, as in
 * the real controller. Pods are numbered by creation; those of an Indexed Job by the lowest index that still lacks one.
 *
 * Notes: Completed (numbers: succeeded), BackoffLimitExceeded, DeadlineExceeded (numbers: failed).
 */
#ifndef MODELS_WORKLOAD_JOB_MODEL_H
#define MODELS_WORKLOAD_JOB_MODEL_H

#include "models/model.h"

extern const struct model job_model;

/* Whether a finished Job is Complete; else it is Failed. */
bool job_is_complete(const struct sim *sim, uint32_t workload);

#endif
