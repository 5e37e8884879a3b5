/* hpa_text.h -- what an HPA says, in Kubernetes' own words.
 *
 * Messages are rendered only when somebody reads them. The messages of an ambiguous selector end before the list of HPAs,
 * whose order is random in Kubernetes.
 *
 * Source: Kubernetes v1.36, pkg/controller/podautoscaler; recorded messages of vectors/hpa.
 */
#ifndef MODELS_HPA_HPA_TEXT_H
#define MODELS_HPA_HPA_TEXT_H

#include "models/hpa/hpa.h"
#include "sim/base/buffer.h"

/* "AbleToScale" */
const char *hpa_text_condition_type(enum hpa_condition_type type);

/* The message of a condition, and that of an event, of an HPA in a namespace: added at the end of out. */
void hpa_text_condition(struct buffer *out, const char *namespace, const struct hpa_message *message);
void hpa_text_note(struct buffer *out, const char *namespace, const struct hpa_message *message);

/* What a metric is called in messages: "cpu resource utilization (percentage of request)". */
void hpa_text_metric(struct buffer *out, const struct hpa_metric *metric);

#endif
