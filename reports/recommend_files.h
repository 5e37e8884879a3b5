/* recommend_files.h -- a recommendation as files: for people, for programs, and for kubectl. */
#ifndef REPORTS_RECOMMEND_FILES_H
#define REPORTS_RECOMMEND_FILES_H

#include "reports/recommend.h"

/* A row for each field: namespace, kind, name, container, field, current, recommended, unit, monthly_saving_alone,
 * monthly_saving_joint, ci_low, ci_high, evidence, risk, reason, owner. Savings are of all that changes of the object (a
 * workload with its autoscaler): they stand in its first row, so that the column sums. */
void recommend_csv_write(struct buffer *out, const struct recommendation *r);

void recommend_json_write(struct buffer *out, const struct recommendation *r);

/* Writes into folder, which is made: recommendations.csv, recommendations.json, nodes.yaml (NodePools, a FILE of headroom's
 * behind the others), and in its folder kustomize a component of strategic merge patches, a file for each object, with
 * patch.sh that gives the same to kubectl. False: the system refused. */
bool recommend_files_write(const char *folder, const struct recommendation *r, struct fail *fail) MUST_CHECK;

#endif
