# The image of the graders' server: the course with its solutions. Keep it in a private registry.
#
#     docker build --file deploy/images/grader.Dockerfile --tag registry.example.edu/gradlab-grader:1 .
#
# The base image is named by its tag. To pin it, add your registry's digest: python:3.11-slim-bookworm@sha256:...
FROM python:3.11-slim-bookworm
# The hub's version in the chart that deploy/kubernetes/values.yaml is for. All other versions are in the lock files.
ARG JUPYTERHUB=5.5.0
COPY requirements.txt /lock/course.txt
COPY deploy/server/requirements.txt /lock/hub.txt
RUN sed -i '/^jupyterhub==/d' /lock/hub.txt \
    && pip install --no-cache-dir --requirement /lock/course.txt --constraint /lock/hub.txt \
        "jupyterhub==$JUPYTERHUB" psycopg2-binary
COPY LICENSE README.md pyproject.toml /course/
COPY source /course/source
COPY data /course/data
COPY assignments /course/assignments
COPY autograder /course/autograder
COPY deploy/images/grader/nbgrader_config.py /course/nbgrader_config.py
RUN pip install --no-cache-dir --no-deps --no-build-isolation /course \
    && useradd --create-home --uid 1000 --gid users jovyan \
    && rm -rf /course/build && install --directory --owner jovyan --group users /course/build /exchange \
    && chown --recursive jovyan /course/assignments
USER 1000
WORKDIR /course
CMD ["jupyterhub-singleuser", "--ServerApp.root_dir=/course"]
