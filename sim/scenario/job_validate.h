/* job_validate.h -- mistakes in Jobs and CronJobs, as validate.h finds them. Each function adds to `found` what is wrong
 * with the part at p.
 *
 * Source: Kubernetes v1.36, pkg/apis/batch/validation/validation.go, pkg/registry/batch.
 */
#ifndef SIM_SCENARIO_JOB_VALIDATE_H
#define SIM_SCENARIO_JOB_VALIDATE_H

#include "sim/base/names.h"
#include "sim/scenario/place.h"
#include "sim/scenario/violation.h"

/* A Job's selector, and the length of its pods' host names. */
void validate_job(const struct place *job, struct names *names, struct violations *found);

/* Of a Job, or the template of one: indexes, policies on failure and success. */
void validate_job_spec(const struct place *spec, struct names *names, struct violations *found);

/* A CronJob's name, which must leave room for its Jobs' names. */
void validate_cron_job(const struct place *cron_job, struct names *names, struct violations *found);

/* Schedule and time zone. */
void validate_cron_job_spec(const struct place *spec, struct names *names, struct violations *found);

#endif
