"""RabbitMQNode: a RabbitMQ of our own, on ports and in a folder of its own, gone when we are."""

import ctypes
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from amqp_peer import AmqpConnection

PROGRAMS = pathlib.Path("/usr/lib/rabbitmq/bin")  # the scripts themselves: those in PATH insist on a user
PR_SET_PDEATHSIG = 1


class RabbitMQNode:
    """As a context manager: running and ready inside, and no process or file of it left behind."""

    def __init__(self, tls=False):
        """With `tls` it listens on tls_port too, with a certificate of ca_file for localhost."""
        if not (PROGRAMS / "rabbitmq-server").exists():
            raise SystemExit("castaway: rabbitmq-server is missing; ci/packages/install broker installs it")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="castaway-rabbitmq-"))  # removed by stop()
        self.port, self.tls_port, dist, epmd = free_ports(4)
        self.processes = []
        name = f"castaway-{os.getpid()}@localhost"
        self.environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),  # where Erlang keeps its cookie
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(epmd),
            "RABBITMQ_ALLOW_INPUT": "true",  # no shell between us and the process that we must end
            "RABBITMQ_SERVER_START_ARGS": "-noinput",
            "RABBITMQ_NODENAME": name,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(dist),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_SCHEMA_DIR": str(self.folder / "schema"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "config"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "none.config"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none.env"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
        }
        (self.folder / "rabbitmq.conf").write_text(self.tls_settings() if tls else "")
        (self.folder / "plugins").write_text("[].\n")

    @property
    def ca_file(self):
        return self.folder / "ca.pem"

    def tls_settings(self):
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        (self.folder / "names").write_text("subjectAltName=DNS:localhost")
        for command in (["req", "-x509", *key, "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem"],
                        ["req", *key, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"],
                        ["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                         "-days", "2", "-extfile", "names", "-out", "server.pem"]):
            subprocess.run(["openssl", *command], cwd=self.folder, check=True, capture_output=True)
        return (f"listeners.ssl.1 = 127.0.0.1:{self.tls_port}\nssl_options.cacertfile = {self.ca_file}\n"
                f"ssl_options.certfile = {self.folder / 'server.pem'}\nssl_options.keyfile = {self.folder / 'server.key'}\n")

    def __enter__(self):
        try:
            # An epmd that a node starts for itself would outlive it; this one is ours to end.
            self.start("epmd", "-port", self.environment["ERL_EPMD_PORT"], "-address", "127.0.0.1")
            self.start(PROGRAMS / "rabbitmq-server")
            self.await_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self, *command):
        with open(self.folder / "output", "ab") as output:
            self.processes.append(subprocess.Popen(
                command, env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=die_with_parent))

    def await_ready(self, seconds=90):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if any(process.poll() is not None for process in self.processes):
                break
            try:
                return AmqpConnection(self.port).lose()  # who can log in will find everything started
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("RabbitMQ did not start:\n" + (self.folder / "output").read_text(errors="replace")[-4000:])

    def ctl(self, *arguments):
        done = subprocess.run([PROGRAMS / "rabbitmqctl", "--quiet", *arguments], env=self.environment, cwd=self.folder,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=120, check=False)
        if done.returncode:
            raise RuntimeError(f"rabbitmqctl {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}")
        return done.stdout

    def stop(self):
        for process in reversed(self.processes):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def die_with_parent():
    """Even if we are killed without a chance to clean up."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def free_ports(count):
    """Ports of the loopback that nobody listens on just now."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
