# One image for migrate, api and worker. Dependencies come from the lock file, nothing is resolved at build time.
FROM python:3.11-slim AS build
WORKDIR /driehoek
RUN pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-dev --no-install-project
COPY . .
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.11-slim
RUN useradd --system --uid 10001 driehoek \
 && install --directory --owner driehoek --mode 0700 /var/lib/driehoek /var/backups/driehoek \
    /srv/driehoek/root-a /srv/driehoek/root-b /srv/driehoek/copies-a /srv/driehoek/copies-b /srv/driehoek/log
COPY --from=build /driehoek/.venv /driehoek/.venv
ENV PATH=/driehoek/.venv/bin:$PATH PYTHONUNBUFFERED=1
USER driehoek
EXPOSE 8400
CMD ["driehoek", "serve"]
