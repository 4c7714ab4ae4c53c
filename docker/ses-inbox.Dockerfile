# An SES endpoint with a web inbox, for development: it takes mail, shows it, and sends nothing.
# Built from the repository's root:  docker build -f docker/ses-inbox.Dockerfile -t billpost-ses-inbox .
ARG NODE_IMAGE=node:24-trixie-slim
ARG RUNTIME_IMAGE=debian:trixie-slim

FROM ${NODE_IMAGE} AS dependencies
RUN npm install --global pnpm@12
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY local/package.json local/
COPY packages/db/package.json packages/db/
COPY packages/domain/package.json packages/domain/
COPY packages/runtime/package.json packages/runtime/
RUN pnpm install --prod --no-optional --frozen-lockfile --filter "@billpost/local..."

FROM ${RUNTIME_IMAGE}
COPY --from=dependencies /usr/local/bin/node /usr/local/bin/node
COPY --from=dependencies /app /app
WORKDIR /app/local/node_modules/aws-ses-v2-local
USER 10001:10001
EXPOSE 8005
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8005/health-check').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/cli.js", "--host", "0.0.0.0", "--port", "8005"]
