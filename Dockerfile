# syntax=docker/dockerfile:1

# One image for every role: the API (default), the worker, both in one, and the command line.
#   docker run bahi node --enable-source-maps dist/bundle/worker.js
#   docker run bahi node --enable-source-maps dist/bundle/start.js
#   docker run bahi node --enable-source-maps dist/bundle/cli.js migrate
ARG NODE_IMAGE=node:24-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY web/package.json ./web/
RUN npm ci --include=dev
COPY .swcrc ./
COPY migrations ./migrations
COPY src ./src
COPY scripts/bundle.js ./scripts/
COPY web ./web
RUN node_modules/.bin/swc src migrations --out-dir dist --quiet && node scripts/bundle.js && node_modules/.bin/vite build --config web/vite.config.ts

# Without the optional packages, which are the embedded PostgreSQL: containers use a separate server instead.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY web/package.json ./web/
# scripts/install-packages.js says why the packages' source maps are deleted.
RUN npm ci --omit=dev --omit=optional && npm cache clean --force && find node_modules -name '*.map' -delete

FROM ${NODE_IMAGE}
# The size of the garbage collector's young generation: the Makefile says why.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 NODE_OPTIONS=--max-semi-space-size=32
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/web/dist ./web/dist
COPY package.json ./
USER node
EXPOSE 8000
# A worker answers on WORKER_PORT, the other processes on PORT.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.WORKER_PORT || process.env.PORT) + '/health/live').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The exec form: node itself gets SIGTERM, finishes what is in flight, and ends with 0 within ten seconds.
CMD ["node", "--enable-source-maps", "dist/bundle/api.js"]
