# docker build --target cpu -t sidenote .        (default)
# docker build --target cuda -t sidenote:cuda .  (needs the NVIDIA container runtime)

FROM node:20-bookworm-slim AS page
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 OMP_WAIT_POLICY=PASSIVE SIDENOTE_HOST=0.0.0.0 \
    SIDENOTE_DATA_DIR=/var/lib/sidenote SIDENOTE_MODELS_DIR=/var/cache/sidenote/models
RUN useradd --system --create-home --uid 10001 sidenote \
    && mkdir -p /var/lib/sidenote /var/cache/sidenote/models && chown -R sidenote /var/lib/sidenote /var/cache/sidenote
WORKDIR /opt/sidenote
COPY pyproject.toml requirements-image.lock README.md ./

FROM base AS cpu-packages
# The CPU build has no CUDA packages; pip takes it from the CPU index that the builder passes in.
ARG TORCH_INDEX
RUN pip install --no-cache-dir ${TORCH_INDEX:+--index-url ${TORCH_INDEX}} "torch==2.13.0"
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements-image.lock

FROM base AS cuda-packages
RUN pip install --no-cache-dir "torch==2.13.0" "nvidia-cublas-cu12" "nvidia-cudnn-cu12>=9"
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements-image.lock
ENV SIDENOTE_PROFILE=gpu

FROM cuda-packages AS cuda
COPY . .
COPY --from=page /src/web/dist web/dist
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e .
USER sidenote
EXPOSE 8000
VOLUME ["/var/lib/sidenote", "/var/cache/sidenote"]
HEALTHCHECK --interval=30s --start-period=120s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz')"]
ENTRYPOINT ["sidenote"]
CMD ["serve"]

FROM cpu-packages AS cpu
COPY . .
COPY --from=page /src/web/dist web/dist
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e .
USER sidenote
EXPOSE 8000
VOLUME ["/var/lib/sidenote", "/var/cache/sidenote"]
HEALTHCHECK --interval=30s --start-period=120s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz')"]
ENTRYPOINT ["sidenote"]
CMD ["serve"]
