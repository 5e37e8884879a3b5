/* metrics_server.h -- the resource metrics API as metrics-server serves it: scraped every 15 s.
 *
 * A scrape takes what the pods of every HPA's target use at that instant; answers are those of the last scrape. A pod is
 * in it once its containers have run for 10 s. A pod whose use is unknown has no sample. What a pod uses is its load's,
 * and that runs in the first container of the template: no other has a sample of its own. There are no custom and no
 * external metrics.
 *
 * Source: metrics-server v0.7, README (--metric-resolution 15 s), pkg/storage/pod.go (freshContainerMinMetricsResolution
 * 10 s). Scrapes of a real cluster are spread over the 15 s by when metrics-server started; here by a random phase.
 */
#ifndef MODELS_HPA_METRICS_SERVER_H
#define MODELS_HPA_METRICS_SERVER_H

#include "models/model.h"

extern const struct model metrics_server_model;

#endif
