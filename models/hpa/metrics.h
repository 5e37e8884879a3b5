/* metrics.h -- who answers for the metrics APIs: metrics-server (metrics_server.h), or a replay.
 *
 * A model sets sim->metrics when it starts; null means that no metrics API is installed.
 */
#ifndef MODELS_HPA_METRICS_H
#define MODELS_HPA_METRICS_H

#include <stdint.h>

#include "models/hpa/hpa.h"
#include "models/model.h"

struct metrics_source {
    void *state;
    /* What the API answers now for a metric of the HPA in row hpa, about the pods in rows pods[count]: sets the samples
     * (all but `request`) and *answer, whose strays and values lie in scratch. Leaves samples untouched for Object and
     * External, and where answer->problem says that there are none. */
    void (*answer)(void *state, const struct sim *sim, uint32_t hpa, const struct hpa_metric *metric,
                   const uint32_t *pods, uint32_t count, struct hpa_sample *samples, struct hpa_answer *answer,
                   struct arena *scratch);
};

#endif
