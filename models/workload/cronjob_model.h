/* cronjob_model.h -- the CronJob controller: makes Jobs by a schedule.
 *
 * Class 0, "CronJob": the id is the workload's row. A Job is a workload whose owner is the CronJob's row. Schedules are
 * those of cron.h; simplified: a time zone other than UTC is read as UTC (controller_simplified).
 *
 * Notes: SuccessfulCreate (numbers: the scheduled second since 1970), JobAlreadyActive, MissSchedule, InvalidSchedule,
 * UnparseableSchedule.
 */
#ifndef MODELS_WORKLOAD_CRONJOB_MODEL_H
#define MODELS_WORKLOAD_CRONJOB_MODEL_H

#include "models/model.h"

extern const struct model cronjob_model;

#endif
