#!/usr/bin/env bash
# What kubectl, kustomize and helm print here and now is read as it is, from a pipe, as tests/e2e/printed is that others once printed.
. "$(dirname "$0")/../case.sh"

# reads OBJECTS COMMAND...: what the command prints has no error, and is these objects.
reads() {
    local objects=$1
    shift
    "$@" >"$scratch/input"
    expect "$1 $2" 0 "objects: $objects" "$headroom" check - <"$scratch/input"
}

# What kubectl makes without a cluster.
make_objects() {
    kubectl create deployment shop --image=registry.example/shop --replicas=3 "$@"
    echo ---
    kubectl create service clusterip shop --tcp=80:8080 "$@"
    echo ---
    kubectl create job sums --image=registry.example/sums "$@"
    echo ---
    kubectl create cronjob nightly --image=registry.example/sums --schedule='5 1 * * *' "$@"
}

if command -v kubectl >/dev/null && kubectl create namespace rides --dry-run=client -o yaml >"$scratch/rides.yaml" 2>/dev/null; then
    reads '1 Deployment, 1 Service, 1 Job, 1 CronJob' make_objects -o yaml --dry-run=client
    reads '1 ResourceQuota' kubectl create quota most --hard=cpu=40,pods=100 --dry-run=client -o json

    # A base and an overlay with what generators and transformers put in.
    mkdir "$scratch"/{base,overlay}
    kubectl create deployment shop --image=registry.example/shop --dry-run=client -o yaml >"$scratch/base/shop.yaml"
    echo 'resources: [shop.yaml]' >"$scratch/base/kustomization.yaml"
    cat >"$scratch/overlay/kustomization.yaml" <<'END'
resources: [../base]
namePrefix: prod-
namespace: shop
labels: [{pairs: {env: prod}, includeSelectors: true}]
configMapGenerator: [{name: settings, literals: [a=1]}]
secretGenerator: [{name: keys, literals: [b=2]}]
replicas: [{name: shop, count: 5}]
END
    reads '1 ConfigMap, 1 Secret, 1 Deployment' kubectl kustomize "$scratch/overlay"
    expect 'a folder of kustomize' 2 "kustomize build $scratch/overlay | headroom run -" "$headroom" check "$scratch/overlay"
else
    echo 'skipped: what kubectl prints: no kubectl'
fi

if command -v helm >/dev/null && (cd "$scratch" && helm create demo) >/dev/null 2>&1; then
    reads '1 ServiceAccount, 1 Service, 1 Deployment, 1 HorizontalPodAutoscaler' \
        helm template shop "$scratch/demo" --set autoscaling.enabled=true --set resources.requests.cpu=250m
    expect 'a chart' 2 "helm template $scratch/demo | headroom run -" "$headroom" check "$scratch/demo"
else
    echo 'skipped: what helm prints: no helm'
fi

total
