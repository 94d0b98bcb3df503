# The image of a student's server: gradlab, JupyterLab, and nbgrader. It contains nothing from autograder/.
#
#     docker build --file deploy/images/student.Dockerfile --tag registry.example.edu/gradlab-student:1 .
#
# The base image is named by its tag. To pin it, add your registry's digest: python:3.11-slim-bookworm@sha256:...
FROM python:3.11-slim-bookworm AS wheel
COPY requirements.txt /lock/course.txt
RUN pip install --no-cache-dir --constraint /lock/course.txt build setuptools
COPY LICENSE README.md pyproject.toml /gradlab/
COPY source /gradlab/source
COPY data /gradlab/data
RUN python -m build --wheel --no-isolation --outdir /wheel /gradlab

FROM python:3.11-slim-bookworm
# The hub's version in the chart that deploy/kubernetes/values.yaml is for. All other versions are in the lock files.
ARG JUPYTERHUB=5.5.0
COPY requirements.txt /lock/course.txt
COPY deploy/hub/requirements.txt /lock/hub.txt
COPY --from=wheel /wheel /wheel
RUN sed -i '/^jupyterhub==/d' /lock/hub.txt \
    && pip install --no-cache-dir --constraint /lock/course.txt --constraint /lock/hub.txt \
        /wheel/*.whl "jupyterhub==$JUPYTERHUB" jupyterlab nbgrader
COPY deploy/hub/student/jupyter_server_config.d /etc/jupyter/jupyter_server_config.d
COPY deploy/hub/student/labconfig /etc/jupyter/labconfig
COPY deploy/images/student/nbgrader_config.py /etc/jupyter/nbgrader_config.py
COPY deploy/hub/student/exchange.py /etc/jupyter/exchange.py
# nbgrader needs a writable exchange folder. The hub mounts this student's folders into it.
RUN useradd --create-home --uid 1000 --gid users jovyan && install --directory --owner jovyan --group users /exchange
USER 1000
WORKDIR /home/jovyan
CMD ["jupyterhub-singleuser"]
