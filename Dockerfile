# syntax=docker/dockerfile:1
FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libsqlite3-dev libssl-dev libisal-dev libdeflate-dev libzstd-dev zlib1g-dev libroaring-dev \
        libcurl4-openssl-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY Package.swift ./
COPY Plugins Plugins
COPY Sources Sources
COPY migrations migrations
COPY scripts/embed-migrations.sh scripts/
# The manifest names them, so they have to be there.
COPY Tests Tests
COPY Benchmarks/Measure Benchmarks/Measure
RUN swift build -c release --product tidegate --static-swift-stdlib \
    && cp "$(swift build -c release --static-swift-stdlib --show-bin-path)/tidegate" /usr/local/bin/tidegate \
    && strip /usr/local/bin/tidegate

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates tzdata tini gpg gpg-agent \
        libsqlite3-0 libssl3 libisal2 libdeflate0 libzstd1 zlib1g libroaring0 libcurl4 libstdc++6 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 tidegate \
    && useradd --system --uid 10001 --gid tidegate --home-dir /data --no-create-home --shell /usr/sbin/nologin tidegate \
    && install -d -o tidegate -g tidegate -m 0700 /data \
    && install -d /jobs
COPY --from=build /usr/local/bin/tidegate /usr/local/bin/tidegate
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /
ENV TIDEGATE_JOBS=/jobs TIDEGATE_DATA=/data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["tidegate", "health"]
ENTRYPOINT ["tini", "--", "tidegate", "run"]
