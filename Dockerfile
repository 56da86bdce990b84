# The first stage builds; the second has Python, what requirements.lock names, and Storyline. Nothing is editable.
FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /opt/storyline
RUN /opt/storyline/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
RUN python -m venv /opt/hatchling
RUN /opt/hatchling/bin/pip install --no-cache-dir --require-hashes --requirement requirements-build.lock
COPY . .
RUN /opt/hatchling/bin/hatchling build --target wheel --directory dist
RUN /opt/storyline/bin/pip install --no-cache-dir --no-index --no-deps dist/*.whl

FROM python:3.13-slim
RUN useradd --uid 10001 --create-home storyline && install --directory --owner storyline /data
COPY --from=build /opt/storyline /opt/storyline
ENV PATH=/opt/storyline/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    WEB_HOST=0.0.0.0 \
    WEB_PORT=8080 \
    LOG_FORMAT=json
USER storyline
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"WEB_PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["storyline"]
CMD ["run"]
