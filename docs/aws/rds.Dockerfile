# An image of Billpost that trusts RDS: Node does not know Amazon's RDS certificate authorities by itself.
#   docker build --build-arg IMAGE=billpost-api -f docs/aws/rds.Dockerfile -t billpost-api:rds docs/aws
ARG IMAGE
FROM ${IMAGE}
COPY --chmod=644 global-bundle.pem /etc/ssl/rds-global-bundle.pem
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/rds-global-bundle.pem
