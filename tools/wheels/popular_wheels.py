"""The wheels of popular applications and of all that they need, brought once by the ordinary clients."""

import hashlib
import os
import shutil
import sys
import tempfile

from tools.bench import rivals

# About 380 wheels with what they require.
APPLICATIONS = """aiohttp alembic ansible-core azure-identity azure-storage-blob beautifulsoup4 black bokeh boto3 build
    celery[redis] dash dask[complete] django djangorestframework docker fastapi[standard] flask google-cloud-bigquery
    google-cloud-storage grpcio-tools gunicorn hypothesis isort jupyterlab kubernetes lxml matplotlib mkdocs-material mypy
    networkx nltk openpyxl pandas paramiko pillow poetry pre-commit psycopg[binary] pylint pymongo pytest pytest-cov requests
    ruff scikit-image scikit-learn scipy scrapy seaborn selenium sphinx sqlalchemy statsmodels streamlit sympy tox twine
    uvicorn xarray""".split()


def popular_wheels():
    """Their folder, in the user's cache; a lock of uv, downloaded by pip."""
    key = hashlib.sha256(" ".join(APPLICATIONS).encode()).hexdigest()[:16]
    folder = os.path.join(rivals.CACHE, "popular-" + key)
    if not os.path.isdir(folder):
        uv = rivals.uv()
        part = tempfile.mkdtemp(dir=rivals.CACHE)
        try:
            applications, lock = os.path.join(part, "applications.txt"), os.path.join(part, "lock.txt")
            with open(applications, "w", encoding="utf-8") as file:
                file.write("\n".join(APPLICATIONS) + "\n")
            words = [uv, "pip", "compile", "--quiet", "--only-binary", ":all:", "--python", sys.executable, "--no-annotate"]
            rivals.run([*words, "--output-file", lock, applications])
            words = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
            rivals.run([*words, "--dest", part, "--requirement", lock])
            os.chmod(part, 0o755)
            os.rename(part, folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return folder
