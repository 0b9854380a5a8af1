# The server without the embedded engine: in compose it always talks to ClickHouse.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.base.json ./
COPY server/package.json server/
COPY plugin/package.json plugin/
COPY dashboards/package.json dashboards/
# Not `npm ci`: it refuses a lock file that was written where a foreign platform's binaries are absent.
RUN npm install --no-save --workspace server --omit=optional
COPY server/ server/
# npm puts packages into server/node_modules only where versions clash; the copy below needs the folder.
RUN npm run build --workspace server \
  && npm prune --workspace server --omit=dev --omit=optional \
  && mkdir -p server/node_modules

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/server/package.json server/
COPY --from=build /app/server/node_modules server/node_modules
COPY --from=build /app/server/dist server/dist
RUN mkdir data && chown node:node data
USER node
EXPOSE 8085
CMD ["node", "server/dist/cli/main.js", "serve"]
