# Grafana with the plugin in the image, so that a rebuilt plugin is never shadowed by an old volume.
FROM node:20.20.2-bookworm-slim AS frontend
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.base.json ./
COPY server/package.json server/
COPY plugin/package.json plugin/
COPY dashboards/package.json dashboards/
# Not `npm ci`: it refuses a lock file that was written where a foreign platform's binaries are absent.
RUN npm install --no-save --workspace plugin
COPY LICENSE ./
COPY server/src/contract.ts server/src/
COPY dashboards/json/ dashboards/json/
COPY plugin/ plugin/
RUN npm exec --workspace plugin -- webpack --mode production

FROM golang:1.26.8-bookworm AS bridge
ARG TARGETARCH
WORKDIR /app
COPY plugin/go.mod plugin/go.sum ./
RUN go mod download
COPY plugin/pkg/ pkg/
RUN CGO_ENABLED=0 GOOS=linux GOARCH=${TARGETARCH} \
  go build -trimpath -ldflags '-s -w' -o /out/gpx_secret_insights_linux_${TARGETARCH} ./pkg

FROM grafana/grafana:12.2.0
COPY --from=frontend /app/plugin/dist /opt/secret-insights/plugins/secret-insights-datasource
COPY --from=bridge --chmod=0755 /out/ /opt/secret-insights/plugins/secret-insights-datasource/
USER 472
